package io.tracetide.client;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.topic.Topics;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic and the conversion of its events to records.
 *
 * @param topic its name
 * @param contents plural of its events, for log messages
 * @param key of the record
 * @param timestamp of the record
 * @param size approximate bytes of heap of an event
 * @param <E> type of the events
 */
record Destination<E extends SpecificRecord>(
    String topic,
    String contents,
    Function<E, String> key,
    Function<E, Instant> timestamp,
    ToIntFunction<E> size) {

  /** Keyed by trace: all events of a trace are in one partition, in order. */
  static final Destination<TraceEvent> TRACES =
      new Destination<>(
          Topics.TRACES,
          "trace events",
          TraceEvent::getTraceId,
          TraceEvent::getTimestamp,
          HeapSize::of);

  /** Keyed by service: the processor compares the samples of a counter in one partition. */
  static final Destination<MetricSample> METRICS =
      new Destination<>(
          Topics.METRICS,
          "metric samples",
          sample -> sample.getTenantId() + "|" + sample.getServiceName(),
          MetricSample::getTimestamp,
          HeapSize::of);
}
