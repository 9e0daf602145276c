package io.tracetide.runtime.life;

/**
 * The machine is not as the process needs it: a port is taken, a disk full, a directory locked. The
 * message is one line that says what and how to mend it.
 */
public class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EnvironmentException(String message) {
    super(message);
  }

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
