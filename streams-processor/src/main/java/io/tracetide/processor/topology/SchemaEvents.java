package io.tracetide.processor.topology;

import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.EventSource;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events of traces, read with the schemas of a registry. */
final class SchemaEvents implements EventSource {

  private final SchemaRegistry registry;
  private final AvroDecoder<TraceEvent> decoder;
  private final Map<Integer, TraceEventReader> readers = new HashMap<>();

  SchemaEvents(SchemaRegistry registry) {
    this.registry = registry;
    this.decoder = new AvroDecoder<>(registry, TraceEvent.class);
  }

  @Override
  public @Nullable TraceEvent decode(byte[] record) {
    try {
      return decoder.decode(record);
    } catch (MalformedRecordException e) {
      return null; // A foreign version of the contract: what counts of it was readable.
    }
  }

  @Override
  public void read(byte[] record, TraceView into) {
    readers
        .computeIfAbsent(
            WireFormat.schemaId(record), id -> new TraceEventReader(registry.schemaById(id)))
        .read(record, into);
  }
}
