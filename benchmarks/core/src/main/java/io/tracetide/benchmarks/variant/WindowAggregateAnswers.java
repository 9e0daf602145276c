package io.tracetide.benchmarks.variant;

import io.tracetide.benchmarks.truth.Answer;
import io.tracetide.benchmarks.truth.AnswerReader;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads Tracetide's results from the topic of windows: latencies of operations in windows of ten
 * seconds.
 */
public final class WindowAggregateAnswers implements AnswerReader {

  private final AvroDecoder<WindowAggregate> decoder;

  public WindowAggregateAnswers(SchemaRegistry registry) {
    decoder = new AvroDecoder<>(registry, WindowAggregate.class);
  }

  @Override
  public Optional<Answer> read(byte[] key, byte[] value) {
    WindowAggregate window = decoder.decode(value);
    SeriesKey series = window.getSeries();
    if (!series.getMetricName().equals(SeriesId.LATENCY)
        || isRollUp(series)
        || !size(window).equals(Workload.WINDOW)) {
      return Optional.empty();
    }
    byte[] sketch = new byte[window.getSketch().remaining()];
    window.getSketch().duplicate().get(sketch);
    return Optional.of(
        new Answer(
            series.getServiceName(),
            series.getOperationName(),
            window.getWindowStart().toEpochMilli(),
            window.getCount(),
            window.getErrors(),
            window.getSum(),
            Objects.requireNonNullElse(window.getMax(), Double.NaN),
            QuantileSketch.fromBytes(sketch).quantile(0.95)));
  }

  private static boolean isRollUp(SeriesKey series) {
    return series.getOperationName().equals(SeriesId.ALL_OPERATIONS)
        || series.getServiceName().equals(SeriesId.ALL_OPERATIONS);
  }

  private static Duration size(WindowAggregate window) {
    return Duration.between(window.getWindowStart(), window.getWindowEnd());
  }
}
