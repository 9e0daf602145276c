package io.tracetide.schemas.topic;

import org.jspecify.annotations.Nullable;

/** Kafka did not list or create the topics; the message says which and why. */
public final class TopicSetupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicSetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
