package io.tracetide.processor.topology.intake;

import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Takes a record's timestamp for what it is worth: none, or one too far in the future, becomes a
 * time that cannot carry stream time away. Windows are counted by the event's own timestamp, which
 * is checked on its own.
 */
public final class EventTimeFence implements TimestampExtractor {

  private final Clock clock;
  private final long maxAheadMs;

  public EventTimeFence(Clock clock, Duration maxAhead) {
    this.clock = clock;
    this.maxAheadMs = maxAhead.toMillis();
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    long now = clock.millis();
    long timestamp = record.timestamp();
    if (timestamp < 0) {
      return Math.max(0, partitionTime);
    }
    return timestamp > now + maxAheadMs ? now : timestamp;
  }
}
