package io.tracetide.runtime.kafka.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Opens the stores of an application's directory with RocksDB, without changing them.
 *
 * <p>Opening a store reads its manifest and the ends of its files. A corrupt block is found by its
 * checksum only when it is read; Kafka Streams treats a failed read as the end of a range. So the
 * checksums are verified too, up to a number of bytes.
 */
final class StoreCheck {

  private static final Pattern TASK = Pattern.compile("\\d+_\\d+");

  /**
   * Directory of stores that are a single database; other stores have a directory with segments.
   */
  private static final String SINGLE = "rocksdb";

  static {
    RocksDB.loadLibrary();
  }

  /**
   * Column family in which Kafka Streams stores the offsets of a store, and whether it was closed.
   */
  private static final byte[] OFFSETS = "offsets".getBytes(UTF_8);

  private static final String STATUS = "status";
  private static final String POSITION = "position";
  private static final byte[] CLOSED = new byte[Long.BYTES];

  private long checksumBytes;

  private StoreCheck(long checksumBytes) {
    this.checksumBytes = checksumBytes;
  }

  private record Store(String name, Path directory, long bytes) {}

  /**
   * The result of the check.
   *
   * @param damaged tasks that cannot be read, each with its first unreadable store
   * @param unclean undamaged tasks with a store that was not closed, or has no offset to continue
   *     from; under exactly-once Kafka Streams restores them from the beginning
   */
  record Result(List<Damage> damaged, List<Path> unclean) {}

  /** Whether the databases of a task were closed, and have offsets. */
  private static final class Ending {
    boolean open;
    final Map<String, Boolean> offsets = new HashMap<>();

    boolean isUnclean() {
      return open || offsets.containsValue(false);
    }
  }

  /**
   * Checks all tasks.
   *
   * @param application directory with one directory for each task
   * @param checksumBytes maximum of bytes whose checksums are verified; smaller stores come first
   * @throws EnvironmentException when files cannot be read because of the machine
   */
  static Result of(Path application, long checksumBytes) {
    StoreCheck check = new StoreCheck(checksumBytes);
    List<Damage> damaged = new ArrayList<>();
    List<Path> unclean = new ArrayList<>();
    for (Path task : tasks(application)) {
      Ending ending = new Ending();
      Optional<Damage> damage = check.task(task, ending);
      damage.ifPresent(damaged::add);
      if (damage.isEmpty() && ending.isUnclean()) {
        unclean.add(task);
      }
    }
    return new Result(damaged, unclean);
  }

  /** Directories of tasks, and files in their place. */
  static List<Path> tasks(Path application) {
    return children(application).stream()
        .filter(child -> TASK.matcher(String.valueOf(child.getFileName())).matches())
        .toList();
  }

  private Optional<Damage> task(Path task, Ending ending) {
    if (!Files.isDirectory(task)) {
      return Optional.of(new Damage(task, "", "a file is in the place of the directory"));
    }
    List<Store> stores = new ArrayList<>();
    for (Path child : children(task)) {
      String name = String.valueOf(child.getFileName());
      if (!Files.isDirectory(child)) {
        // Checkpoints, positions and their temporary files have a dot in their name.
        if (!name.contains(".")) {
          return Optional.of(inPlaceOf(task, name));
        }
        continue;
      }
      for (Path database : children(child)) {
        String store = name.equals(SINGLE) ? String.valueOf(database.getFileName()) : name;
        if (!Files.isDirectory(database)) {
          return Optional.of(inPlaceOf(task, store));
        }
        if (!name.equals(SINGLE) && !isSegment(store, database)) {
          return Optional.of(
              new Damage(task, store, database.getFileName() + " is not a segment of the store"));
        }
        stores.add(new Store(store, database, bytes(database)));
      }
    }
    stores.sort(Comparator.comparingLong(Store::bytes));
    return stores.stream()
        .flatMap(
            store ->
                problem(store, ending).map(reason -> new Damage(task, store.name, reason)).stream())
        .findFirst();
  }

  /** Kafka Streams parses a number from the name of each segment, and fails without one. */
  private static boolean isSegment(String store, Path directory) {
    String name = String.valueOf(directory.getFileName());
    return name.startsWith(store) && name.substring(store.length()).matches("[.:-]\\d+");
  }

  private static Damage inPlaceOf(Path task, String store) {
    return new Damage(task, store, "a file is in the place of the store's directory");
  }

  private Optional<String> problem(Store store, Ending ending) {
    if (!hasData(store.directory)) {
      return Optional.empty(); // Kafka Streams creates it.
    }
    if (Manifest.isCut(store.directory)) {
      return Optional.of("the manifest ends within a record");
    }
    String path = store.directory.toAbsolutePath().toString();
    try (Options options = new Options()) {
      List<ColumnFamilyDescriptor> families =
          RocksDB.listColumnFamilies(options, path).stream()
              .map(ColumnFamilyDescriptor::new)
              .toList();
      if (families.isEmpty()) {
        return Optional.of("the file CURRENT or the manifest that it names is missing");
      }
      verify(store, families, ending);
      return Optional.empty();
    } catch (RocksDBException e) {
      StateFailure.machineReason(e)
          .ifPresent(
              reason -> {
                throw new EnvironmentException(
                    "state directory %s cannot be read (%s): free space or file handles, or give this user access"
                        .formatted(store.directory, reason),
                    e);
              });
      return Optional.of(StateFailure.oneLine(e));
    }
  }

  private void verify(Store store, List<ColumnFamilyDescriptor> families, Ending ending)
      throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    String path = store.directory.toAbsolutePath().toString();
    try (DBOptions options = new DBOptions().setMaxOpenFiles(64);
        RocksDB database = RocksDB.openReadOnly(options, path, families, handles)) {
      try {
        if (store.bytes <= checksumBytes) {
          checksumBytes -= store.bytes;
          database.verifyChecksum();
        }
        for (ColumnFamilyHandle handle : handles) {
          if (Arrays.equals(handle.getName(), OFFSETS)) {
            noteEnding(store, database, handle, ending);
          }
        }
      } finally {
        handles.forEach(ColumnFamilyHandle::close);
      }
    } finally {
      families.forEach(family -> family.getOptions().close());
    }
  }

  private static void noteEnding(
      Store store, RocksDB database, ColumnFamilyHandle offsets, Ending ending)
      throws RocksDBException {
    boolean hasOffset = false;
    try (RocksIterator entries = database.newIterator(offsets)) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        String key = new String(entries.key(), UTF_8);
        if (key.equals(STATUS)) {
          ending.open |= !Arrays.equals(entries.value(), CLOSED);
        } else {
          hasOffset |= !key.equals(POSITION);
        }
      }
      entries.status();
    }
    ending.offsets.merge(store.name, hasOffset, Boolean::logicalOr);
  }

  /** Whether a directory contains files of a database, not only remains of its creation. */
  private static boolean hasData(Path directory) {
    return children(directory).stream()
        .map(child -> String.valueOf(child.getFileName()))
        .anyMatch(
            name ->
                name.equals("CURRENT") || name.startsWith("MANIFEST-") || name.endsWith(".sst"));
  }

  private static long bytes(Path directory) {
    long sum = 0;
    for (Path child : children(directory)) {
      sum += child.toFile().length();
    }
    return sum;
  }

  private static List<Path> children(Path directory) {
    try (Stream<Path> list = Files.list(directory)) {
      return list.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new EnvironmentException(
          "state directory %s cannot be read (%s): give this user access to it"
              .formatted(directory, StateFailure.oneLine(e)),
          e);
    }
  }
}
