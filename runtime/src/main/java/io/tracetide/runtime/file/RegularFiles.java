package io.tracetide.runtime.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Checks files before they are opened. Opening a named pipe waits until another process writes to
 * it, and some devices have no end.
 */
public final class RegularFiles {
  /** What a file must be, as it follows the word "expected". */
  public static final String EXPECTED =
      "a regular file, not a directory, a named pipe, a socket or a device";

  private RegularFiles() {}

  /** The file is not a regular one. */
  public static final class NotRegularException extends IOException {
    private static final long serialVersionUID = 1L;

    NotRegularException(Path file) {
      super(file + ": expected " + EXPECTED);
    }
  }

  /**
   * Returns if the file is a regular one, or a symbolic link to one.
   *
   * @throws NotRegularException if it is a directory, a named pipe, a socket or a device
   * @throws IOException if it does not exist, or its kind cannot be determined
   */
  public static void check(Path file) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      throw new NotRegularException(file);
    }
  }
}
