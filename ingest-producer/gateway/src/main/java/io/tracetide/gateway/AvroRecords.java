package io.tracetide.gateway;

import io.tracetide.gateway.record.RecordEncoder;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.TraceEventEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;

/** The kinds of records, each under the subject of its topic. */
record AvroRecords(
    TraceEventEncoder events,
    AvroEncoder<TraceEventBatch> batches,
    AvroEncoder<MetricSample> samples)
    implements RecordEncoder {

  static AvroRecords of(SchemaRegistry registry) {
    return new AvroRecords(
        new TraceEventEncoder(registry, SubjectCatalog.valueSubject(Topics.TRACES)),
        new AvroEncoder<>(
            registry, SubjectCatalog.valueSubject(Topics.TRACE_BATCHES), TraceEventBatch.class),
        new AvroEncoder<>(
            registry, SubjectCatalog.valueSubject(Topics.METRICS), MetricSample.class));
  }

  @Override
  public byte[] encode(TraceEvent event) {
    return events.encode(event);
  }

  @Override
  public byte[] encode(MetricSample sample) {
    return samples.encode(sample);
  }
}
