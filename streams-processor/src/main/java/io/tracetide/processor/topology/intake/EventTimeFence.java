package io.tracetide.processor.topology.intake;

import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Timestamp extractor that limits how far a record can advance stream time: a missing timestamp
 * becomes the partition time, one too far in the future the wall-clock time. Windows use the
 * event's own timestamp, which is checked separately.
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
