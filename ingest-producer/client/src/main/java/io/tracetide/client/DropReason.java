package io.tracetide.client;

/** Why an event did not reach Kafka. */
public enum DropReason {
  /** Newer events needed its place in the queue, or its bytes. */
  QUEUE_FULL,
  /** It came after the emitter was closed, or waited still when the time for closing was over. */
  CLOSED,
  /** It does not satisfy the contract: a required field is missing, a time is out of range. */
  INVALID,
  /** It is larger than a Kafka record, or the whole queue, may be. */
  TOO_LARGE,
  /** Kafka did not take it, or not within the delivery timeout. */
  NOT_DELIVERED
}
