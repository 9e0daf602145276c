package io.tracetide.standalone.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Takes the last marker of a transaction from a partition, as a power loss may. */
public final class LostMarker {
  private static final int HEADER = 61;
  private static final int ATTRIBUTES = 21;
  private static final int CONTROL = 0x20;

  private LostMarker() {}

  /**
   * Cuts the log where its last control batch begins, and removes what the broker would know of it
   * by. The broker must not run.
   *
   * @param kafka directory of the broker
   * @param partition as its directory is named, {@code topic-0}
   */
  public static void cut(Path kafka, String partition) throws IOException {
    Path directory = kafka.resolve(partition);
    Path log = files(directory, ".log").get(0);
    long marker = lastControlBatch(log);
    if (marker < 0) {
      throw new IllegalStateException("no marker in " + log);
    }
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(marker);
    }
    for (String derived : List.of(".snapshot", ".index", ".timeindex", ".txnindex")) {
      for (Path file : files(directory, derived)) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(kafka.resolve(".kafka_cleanshutdown"));
  }

  private static long lastControlBatch(Path log) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log));
    long last = -1;
    int at = 0;
    while (at + HEADER <= bytes.limit()) {
      if ((bytes.getShort(at + ATTRIBUTES) & CONTROL) != 0) {
        last = at;
      }
      at += 12 + bytes.getInt(at + 8);
    }
    return last;
  }

  private static List<Path> files(Path directory, String end) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.filter(path -> path.toString().endsWith(end)).sorted().toList();
    }
  }
}
