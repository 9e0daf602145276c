package io.tracetide.standalone.environment;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** Damages the stores that a Streams application has in its state directory. */
public final class DamagedStores {
  private DamagedStores() {}

  /** What may happen to the files of a store. */
  public enum Harm {
    CURRENT_DELETED,
    MANIFEST_CUT,
    FOOTER_FLIPPED,
    DATA_FLIPPED,
    FILE_IN_ITS_PLACE,
    /** Harmless: RocksDB writes it for people. */
    OPTIONS_EMPTIED
  }

  /** Directories of the tasks that have data, in order. */
  public static List<Path> tasks(Path application) throws IOException {
    try (Stream<Path> list = Files.list(application)) {
      return list.filter(path -> path.getFileName().toString().matches("\\d+_\\d+"))
          .filter(path -> !files(path, "", ".sst").isEmpty())
          .sorted()
          .toList();
    }
  }

  /** Damages the largest store of a task. */
  public static void damage(Path task, Harm harm) throws IOException {
    Path data = largest(task, "", ".sst");
    Path store = data.getParent();
    switch (harm) {
      case CURRENT_DELETED -> Files.delete(store.resolve("CURRENT"));
      case MANIFEST_CUT -> {
        Path manifest = largest(store, "MANIFEST-", "");
        try (RandomAccessFile file = new RandomAccessFile(manifest.toFile(), "rw")) {
          file.setLength(file.length() * 2 / 3);
        }
      }
      case FOOTER_FLIPPED -> flip(data, Files.size(data) - 64, 64);
      case DATA_FLIPPED -> flip(data, 16, 64);
      case FILE_IN_ITS_PLACE -> {
        Utils.delete(store.toFile());
        Files.writeString(store, "");
      }
      case OPTIONS_EMPTIED -> Files.writeString(largest(store, "OPTIONS-", ""), "");
    }
  }

  /** Damages all that the stores of a task have on disk, while they may be in use. */
  public static void damageAllData(Path task) throws IOException {
    for (Path data : files(task, "", ".sst")) {
      flip(data, 0, (int) Files.size(data));
    }
  }

  private static void flip(Path path, long at, int length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      byte[] bytes = new byte[length];
      file.seek(at);
      file.readFully(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= (byte) 0xff;
      }
      file.seek(at);
      file.write(bytes);
    }
  }

  private static Path largest(Path directory, String start, String end) {
    return files(directory, start, end).stream()
        .max(Comparator.comparingLong(path -> path.toFile().length()))
        .orElseThrow();
  }

  private static List<Path> files(Path directory, String start, String end) {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile)
          .filter(path -> path.getFileName().toString().startsWith(start))
          .filter(path -> path.getFileName().toString().endsWith(end))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
