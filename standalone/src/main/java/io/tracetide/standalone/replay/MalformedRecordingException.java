package io.tracetide.standalone.replay;

import java.io.IOException;
import java.nio.file.Path;

/** A recording that cannot be parsed; the message has the file, the line and the expected text. */
public final class MalformedRecordingException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * An invalid line.
   *
   * @param line its number, from 1
   */
  public MalformedRecordingException(Path file, long line, String problem) {
    super("%s line %d: %s".formatted(file, line, problem));
  }
}
