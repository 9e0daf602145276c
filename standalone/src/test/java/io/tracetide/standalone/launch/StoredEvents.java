package io.tracetide.standalone.launch;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.topic.Topics;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes trace events of both topics. */
public final class StoredEvents {

  /** The topics of trace events. */
  public static final List<String> TOPICS = List.of(Topics.TRACES, Topics.TRACE_BATCHES);

  private final AvroDecoder<TraceEvent> singles;
  private final AvroDecoder<TraceEventBatch> batches;

  public StoredEvents(SchemaRegistry registry) {
    singles = new AvroDecoder<>(registry, TraceEvent.class);
    batches = new AvroDecoder<>(registry, TraceEventBatch.class);
  }

  /** The events of a record. */
  public List<TraceEvent> of(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(Topics.TRACE_BATCHES)
        ? TraceEventBatches.events(batches.decode(record.value()))
        : List.of(singles.decode(record.value()));
  }
}
