package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.registry.SchemaRegistry;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Publishes closed and revised windows as {@code WindowAggregate} records. */
public final class PublishWindows implements Processor<byte[], WindowEvent, byte[], byte[]> {

  private final WindowAggregateWriter writer;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public PublishWindows(SchemaRegistry registry) {
    writer = new WindowAggregateWriter(registry);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], WindowEvent> record) {
    if (record.value() instanceof WindowEvent.Closed closed) {
      publish(closed.key(), closed, closed.stats(), 0);
    } else if (record.value() instanceof WindowEvent.Revised revised) {
      publish(revised.key(), revised, revised.stats(), revised.revision());
    }
  }

  private void publish(byte[] series, WindowEvent window, WindowStats stats, int revision) {
    writer.write(
        series,
        window,
        stats,
        revision,
        (key, value) -> context.forward(new Record<>(key, value, window.endMs())));
  }
}
