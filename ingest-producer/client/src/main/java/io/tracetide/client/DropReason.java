package io.tracetide.client;

/** Why an event did not reach Kafka. */
public enum DropReason {
  /** The queue was full; newer events replaced it. */
  QUEUE_FULL,
  /** It was emitted after the close, or still queued at the timeout of the close. */
  CLOSED,
  /** It violates the contract: a required field is missing, or a time is out of range. */
  INVALID,
  /** It exceeds the size limit of a Kafka record, or of the whole queue. */
  TOO_LARGE,
  /** Kafka rejected it, or did not acknowledge it within the delivery timeout. */
  NOT_DELIVERED
}
