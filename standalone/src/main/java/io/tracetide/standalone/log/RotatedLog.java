package io.tracetide.standalone.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A log file that is renamed at a size limit, {@code x.log} to {@code x.log.1}, with a few older
 * files. Thread-safe.
 */
public final class RotatedLog extends OutputStream {

  public static final long LIMIT_BYTES = 20L << 20;

  /** Number of older files. */
  public static final int KEPT = 4;

  private final Path file;
  private final long limitBytes;
  private FileOutputStream out;
  private long written;

  /** Opens a file to append to it. */
  public RotatedLog(Path file) throws IOException {
    this(file, LIMIT_BYTES);
  }

  RotatedLog(Path file, long limitBytes) throws IOException {
    this.file = file;
    this.limitBytes = limitBytes;
    this.written = Files.exists(file) ? Files.size(file) : 0;
    this.out = new FileOutputStream(file.toFile(), true);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    if (written > 0 && written + length > limitBytes) {
      rotate();
    }
    out.write(bytes, from, length);
    written += length;
  }

  private void rotate() throws IOException {
    out.close();
    makeRoom(file);
    Files.move(file, aside(file, 1), StandardCopyOption.REPLACE_EXISTING);
    out = new FileOutputStream(file.toFile(), true);
    written = 0;
  }

  /**
   * Rotates a file that another process appends to, at the size limit: the content is copied and
   * the file is truncated. Lines written between these two steps are lost.
   */
  public static void cut(Path file) throws IOException {
    cut(file, LIMIT_BYTES);
  }

  static void cut(Path file, long limitBytes) throws IOException {
    if (!Files.exists(file) || Files.size(file) <= limitBytes) {
      return;
    }
    makeRoom(file);
    Files.copy(file, aside(file, 1), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
      open.truncate(0);
    }
  }

  private static void makeRoom(Path file) throws IOException {
    for (int i = KEPT - 1; i >= 1; i--) {
      if (Files.exists(aside(file, i))) {
        Files.move(aside(file, i), aside(file, i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static Path aside(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
