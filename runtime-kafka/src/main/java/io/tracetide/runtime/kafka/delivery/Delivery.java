package io.tracetide.runtime.kafka.delivery;

import io.tracetide.schemas.size.Oversized;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A record that is being delivered, as it was read. Compared by identity. */
public final class Delivery {
  /** Header of a record that an operator has sent again; its value is the time of the replay. */
  public static final String REPLAYED_AT = "replayedAt";

  private final OffsetLedger ledger;
  private final TopicPartition partition;
  private final long offset;
  private final String lane;
  private final byte[] value;
  private final @Nullable Oversized cut;
  private final boolean replayed;

  /**
   * A record to be delivered.
   *
   * @param lane the record's key
   * @param cut size of a record that is over the limit and was cut when read; null if it is whole
   * @param replayed whether an operator has sent the record again
   */
  Delivery(
      OffsetLedger ledger,
      TopicPartition partition,
      long offset,
      String lane,
      byte[] value,
      @Nullable Oversized cut,
      boolean replayed) {
    this.ledger = ledger;
    this.partition = partition;
    this.offset = offset;
    this.lane = lane;
    this.value = value;
    this.cut = cut;
    this.replayed = replayed;
  }

  public TopicPartition partition() {
    return partition;
  }

  public long offset() {
    return offset;
  }

  /** The record's key. Deliveries of one lane keep their order. */
  public String lane() {
    return lane;
  }

  public byte[] value() {
    return value;
  }

  /** Size of a record that was cut when read; null if it is whole. */
  public @Nullable Oversized cut() {
    return cut;
  }

  /** Whether an operator has sent the record again. */
  public boolean isReplayed() {
    return replayed;
  }

  /** Marks the offset as done, so that it is committed with those before it. */
  public void complete() {
    ledger.complete(offset);
  }
}
