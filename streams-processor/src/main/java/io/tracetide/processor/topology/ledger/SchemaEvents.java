package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.intake.ReadersBySchema;
import io.tracetide.processor.ledger.EventSource;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import org.jspecify.annotations.Nullable;

/** Decodes trace events with the schemas of a registry. */
final class SchemaEvents implements EventSource {

  private final AvroDecoder<TraceEvent> decoder;
  private final AvroEncoder<TraceEvent> encoder;
  private final TraceMask mask;
  private final ReadersBySchema<TraceEventReader> readers;

  SchemaEvents(SchemaRegistry registry, TraceMask mask) {
    this.readers = new ReadersBySchema<>(registry, TraceEventReader::new);
    this.mask = mask;
    this.encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    this.decoder = new AvroDecoder<>(registry, TraceEvent.class);
  }

  @Override
  public @Nullable TraceEvent decode(byte[] record) {
    try {
      return mask.masked(decoder.decode(record));
    } catch (MalformedRecordException e) {
      return null; // A foreign version of the contract: what counts of it was readable.
    }
  }

  @Override
  public byte @Nullable [] masked(byte[] record) {
    try {
      TraceEvent event = decoder.decode(record);
      TraceEvent masked = mask.masked(event);
      return masked.equals(event) ? record : encoder.encode(masked);
    } catch (MalformedRecordException e) {
      return null;
    }
  }

  @Override
  public void read(byte[] record, TraceView into) {
    readers.of(WireFormat.schemaId(record)).read(record, into);
  }
}
