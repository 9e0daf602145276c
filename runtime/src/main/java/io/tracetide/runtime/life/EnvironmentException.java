package io.tracetide.runtime.life;

/**
 * The environment of the process is not as required: a port in use, a full disk, a locked
 * directory. The message is one line with the cause and the remedy.
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
