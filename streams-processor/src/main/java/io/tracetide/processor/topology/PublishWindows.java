package io.tracetide.processor.topology;

import io.tracetide.processor.window.QuantileSketch;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Turns closed and revised windows into records of the contract. */
final class PublishWindows implements Processor<SeriesId, WindowEvent, SeriesKey, WindowAggregate> {

  private ProcessorContext<SeriesKey, WindowAggregate> context;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  PublishWindows() {}

  @Override
  public void init(ProcessorContext<SeriesKey, WindowAggregate> context) {
    this.context = context;
  }

  @Override
  public void process(Record<SeriesId, WindowEvent> record) {
    if (record.value() instanceof WindowEvent.Closed closed) {
      publish(record, closed.series(), closed.stats(), 0);
    } else if (record.value() instanceof WindowEvent.Revised revised) {
      publish(record, revised.series(), revised.stats(), revised.revision());
    }
  }

  private void publish(
      Record<SeriesId, WindowEvent> record, SeriesId series, WindowStats stats, int revision) {
    SeriesKey key =
        new SeriesKey(series.tenant(), series.service(), series.operation(), series.metric());
    WindowAggregate window =
        WindowAggregate.newBuilder()
            .setTenantId(series.tenant())
            .setSeries(key)
            .setWindowStart(Instant.ofEpochMilli(record.value().startMs()))
            .setWindowEnd(Instant.ofEpochMilli(record.value().endMs()))
            .setRevision(revision)
            .setCount(stats.count())
            .setWeightedCount(stats.weightedCount())
            .setErrors(stats.errors())
            .setWeightedErrors(stats.weightedErrors())
            .setObservations(stats.observations())
            .setSum(stats.sum())
            .setMin(present(stats.min()))
            .setMax(present(stats.max()))
            .setSketch(ByteBuffer.wrap(stats.sketch().toBytes()))
            .setRelativeError(QuantileSketch.RELATIVE_ERROR)
            .setExemplars(new Exemplars(stats.slowest(), stats.error(), stats.typical()))
            .build();
    context.forward(record.withKey(key).withValue(window));
  }

  private static @Nullable Double present(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
