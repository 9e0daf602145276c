package io.tracetide.processor.query.trace;

/** The requested trace is not known, or not kept any more; the message is for the caller. */
public final class UnknownTraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownTraceException(String detail) {
    super(detail);
  }
}
