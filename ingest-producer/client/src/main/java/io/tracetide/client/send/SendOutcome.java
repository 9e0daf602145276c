package io.tracetide.client.send;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** What has become of a record that was given to a producer. */
public enum SendOutcome {
  ACKNOWLEDGED,

  /** Kafka refuses it for its size. */
  TOO_LARGE,

  /** Kafka refuses it for its content, such as its time. */
  INVALID,

  /** It is valid, but the producer has sent it together with invalid records. */
  AMONG_INVALID,

  NOT_DELIVERED;

  /** Times that a record is sent again because it was among invalid ones. */
  private static final int MOST_RETRIES = 10;

  /**
   * The outcome of a send.
   *
   * @param failure passed to the callback of the producer
   */
  public static SendOutcome of(@Nullable Exception failure) {
    if (failure == null) {
      return ACKNOWLEDGED;
    } else if (failure instanceof RecordTooLargeException) {
      return TOO_LARGE;
    } else if (failure instanceof InvalidTimestampException
        || failure instanceof InvalidRecordException) {
      return INVALID;
    }
    // The broker refuses a producer's batch as a whole and names the invalid records; the producer
    // gives the others an exception without a class of its own.
    return failure.getClass() == KafkaException.class ? AMONG_INVALID : NOT_DELIVERED;
  }

  /**
   * Whether Kafka may accept the events of the record, or some of them, when they are sent again as
   * single records.
   *
   * @param isBatch whether the record has several events
   * @param retries times that the events were sent again before
   */
  public boolean mayBeAcceptedSingly(boolean isBatch, int retries) {
    return switch (this) {
      case TOO_LARGE, INVALID -> isBatch;
      case AMONG_INVALID -> retries < MOST_RETRIES;
      case ACKNOWLEDGED, NOT_DELIVERED -> false;
    };
  }
}
