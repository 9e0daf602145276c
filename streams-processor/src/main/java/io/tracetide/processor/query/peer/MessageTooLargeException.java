package io.tracetide.processor.query.peer;

/** A message would exceed its limit. */
final class MessageTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MessageTooLargeException(int limit) {
    super("more than %d bytes".formatted(limit));
  }
}
