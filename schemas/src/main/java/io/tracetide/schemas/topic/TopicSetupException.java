package io.tracetide.schemas.topic;

import org.jspecify.annotations.Nullable;

/** Kafka did not list, create or change topics; the message has the topic and the cause. */
public final class TopicSetupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicSetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
