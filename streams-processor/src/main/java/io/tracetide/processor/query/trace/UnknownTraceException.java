package io.tracetide.processor.query.trace;

/** The trace that is asked for is not known, or no longer; the message is for the caller. */
public final class UnknownTraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownTraceException(String detail) {
    super(detail);
  }
}
