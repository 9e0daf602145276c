package io.tracetide.client;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.topic.Topics;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic, and how what goes there becomes a record of it.
 *
 * @param topic its name
 * @param contents what it holds, for people
 * @param key of the record, in UTF-8: it decides the partition
 * @param timestamp of the record
 * @param size bytes that an event takes while it waits, about
 * @param <E> what goes there
 */
record Destination<E extends SpecificRecord>(
    String topic,
    String contents,
    Function<E, String> key,
    Function<E, Instant> timestamp,
    ToIntFunction<E> size) {

  /** All events of a trace, in their order, in one partition. */
  static final Destination<TraceEvent> TRACES =
      new Destination<>(
          Topics.TRACES,
          "trace events",
          TraceEvent::getTraceId,
          TraceEvent::getTimestamp,
          HeapSize::of);

  /** All samples of a service in one partition, where counters are compared. */
  static final Destination<MetricSample> METRICS =
      new Destination<>(
          Topics.METRICS,
          "metric samples",
          sample -> sample.getTenantId() + "|" + sample.getServiceName(),
          MetricSample::getTimestamp,
          HeapSize::of);
}
