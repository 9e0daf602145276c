package io.tracetide.processor.query.peer.message;

/** A message exceeds its limit. */
public final class MessageTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MessageTooLargeException(int limit) {
    super("more than %d bytes".formatted(limit));
  }
}
