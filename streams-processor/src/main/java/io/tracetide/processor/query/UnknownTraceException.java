package io.tracetide.processor.query;

/** The trace that is asked for is not known, or no longer; the message is for the caller. */
final class UnknownTraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownTraceException(String detail) {
    super(detail);
  }
}
