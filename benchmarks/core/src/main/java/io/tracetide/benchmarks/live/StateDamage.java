package io.tracetide.benchmarks.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Damages RocksDB stores in the state directory of a process that is down. A task's directory is
 * damaged once, as long as there is another.
 */
final class StateDamage {

  private static final String CURRENT = "CURRENT";
  private static final int FOOTER_BYTES = 48;
  private static final Pattern TASK = Pattern.compile("\\d+_\\d+");

  private final SplittableRandom random;
  private final Set<Path> damaged = new HashSet<>();
  private int next;

  StateDamage(SplittableRandom random) {
    this.random = random;
  }

  /** How a store is damaged. */
  enum Kind {
    /** The file that names the manifest is deleted. */
    NO_CURRENT,
    /** The manifest is cut to half its size. */
    CUT_MANIFEST,
    /** The last bytes of a table are inverted; the manifest's, where a store has no table yet. */
    FLIPPED_FOOTER
  }

  /**
   * Damages one store.
   *
   * @return what was damaged; none when there is no store yet
   */
  Optional<String> apply(Path stateDirectory) {
    List<Path> stores = stores(stateDirectory);
    if (stores.isEmpty()) {
      return Optional.empty();
    }
    List<Path> fresh = stores.stream().filter(store -> !damaged.contains(task(store))).toList();
    List<Path> candidates = fresh.isEmpty() ? stores : fresh;
    Path store = candidates.get(random.nextInt(candidates.size()));
    damaged.add(task(store));
    Kind kind = Kind.values()[next++ % Kind.values().length];
    try {
      damage(store, kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(kind + " in " + stateDirectory.relativize(store));
  }

  /** The directory of the store's task, which is named by its id. */
  private static Path task(Path store) {
    Path path = store;
    while (path.getParent() != null && !TASK.matcher(path.getFileName().toString()).matches()) {
      path = path.getParent();
    }
    return path;
  }

  private static List<Path> stores(Path stateDirectory) {
    try (Stream<Path> files = Files.walk(stateDirectory)) {
      return files
          .filter(file -> file.endsWith(CURRENT))
          .filter(file -> !file.toString().contains("corrupt-"))
          .map(Path::getParent)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void damage(Path store, Kind kind) throws IOException {
    Path manifest = file(store, "MANIFEST-").orElseThrow();
    switch (kind) {
      case NO_CURRENT -> Files.delete(store.resolve(CURRENT));
      case CUT_MANIFEST -> {
        try (FileChannel channel = FileChannel.open(manifest, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
        }
      }
      case FLIPPED_FOOTER -> flipEnd(file(store, ".sst").orElse(manifest));
    }
  }

  private static Optional<Path> file(Path store, String part) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(file -> file.getFileName().toString().contains(part)).findFirst();
    }
  }

  private static void flipEnd(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long from = Math.max(0, channel.size() - FOOTER_BYTES);
      ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - from));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        // Reads on until the end of the file.
      }
      for (int i = 0; i < bytes.position(); i++) {
        bytes.put(i, (byte) ~bytes.get(i));
      }
      channel.write(bytes.flip(), from);
    }
  }
}
