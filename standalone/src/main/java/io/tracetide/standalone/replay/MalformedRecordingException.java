package io.tracetide.standalone.replay;

import java.io.IOException;
import java.nio.file.Path;

/** A recording that cannot be read; the message names file, line and what was expected. */
public final class MalformedRecordingException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedRecordingException(Path file, long line, String problem) {
    super("%s line %d: %s".formatted(file, line, problem));
  }
}
