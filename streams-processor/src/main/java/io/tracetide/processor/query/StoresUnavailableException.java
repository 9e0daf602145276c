package io.tracetide.processor.query;

/**
 * The state stores cannot be read now: starting, restoring, or moving to another instance. Asking
 * again later is the answer; an empty result would be a lie.
 */
public final class StoresUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoresUnavailableException(String detail) {
    super(detail);
  }

  public StoresUnavailableException(String detail, Throwable cause) {
    super(detail, cause);
  }
}
