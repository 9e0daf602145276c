package io.tracetide.processor.topology;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.schemas.registry.SchemaRegistry;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Turns closed and revised windows into records of the contract. */
final class PublishWindows implements Processor<SeriesId, WindowEvent, byte[], byte[]> {

  private final WindowAggregateWriter writer;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  PublishWindows(SchemaRegistry registry) {
    writer = new WindowAggregateWriter(registry);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<SeriesId, WindowEvent> record) {
    if (record.value() instanceof WindowEvent.Closed closed) {
      forward(
          record,
          writer.key(closed.series()),
          writer.value(closed.series(), closed, closed.stats(), 0));
    } else if (record.value() instanceof WindowEvent.Revised revised) {
      forward(
          record,
          writer.key(revised.series()),
          writer.value(revised.series(), revised, revised.stats(), revised.revision()));
    }
  }

  private void forward(Record<SeriesId, WindowEvent> record, byte[] key, byte[] value) {
    context.forward(record.withKey(key).withValue(value));
  }
}
