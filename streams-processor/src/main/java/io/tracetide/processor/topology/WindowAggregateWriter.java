package io.tracetide.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.ByteWriter;
import io.tracetide.processor.window.QuantileSketch;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@link SeriesKey} and {@link WindowAggregate} in the wire format, field by field.
 *
 * <p>A fleet of many series publishes as many windows as it keeps, and building the records, with
 * their conversions of times, takes longer than everything else that closing a window does. A test
 * holds the bytes against those of Avro's own writer, so that a change of the contract cannot be
 * forgotten here.
 */
final class WindowAggregateWriter {

  private final AvroEncoder<SeriesKey> keys;
  private final AvroEncoder<WindowAggregate> values;
  private final ByteWriter out = new ByteWriter();

  WindowAggregateWriter(SchemaRegistry registry) {
    keys = new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-key", SeriesKey.class);
    values =
        new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-value", WindowAggregate.class);
  }

  byte[] key(SeriesId series) {
    begin(keys.schemaId());
    series(series);
    return out.toByteArray();
  }

  byte[] value(SeriesId series, WindowEvent window, WindowStats stats, int revision) {
    begin(values.schemaId());
    text(series.tenant());
    series(series);
    out.putZigzag(window.startMs() * 1000);
    out.putZigzag(window.endMs() * 1000);
    out.putZigzag(revision);
    out.putZigzag(stats.count());
    number(stats.weightedCount());
    out.putZigzag(stats.errors());
    number(stats.weightedErrors());
    number(stats.observations());
    number(stats.sum());
    optional(stats.min());
    optional(stats.max());
    byte[] sketch = stats.sketch().toBytes();
    out.putZigzag(sketch.length);
    out.put(sketch);
    number(QuantileSketch.RELATIVE_ERROR);
    optional(stats.slowest());
    optional(stats.error());
    optional(stats.typical());
    return out.toByteArray();
  }

  private void begin(int schemaId) {
    out.clear();
    out.put(WireFormat.MAGIC);
    out.putInt(schemaId);
  }

  private void series(SeriesId series) {
    text(series.tenant());
    text(series.service());
    text(series.operation());
    text(series.metric());
  }

  private void text(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    out.putZigzag(bytes.length);
    out.put(bytes);
  }

  /** Avro's doubles are little-endian. */
  private void number(double value) {
    out.putLong(Long.reverseBytes(Double.doubleToLongBits(value)));
  }

  private void optional(double value) {
    if (Double.isNaN(value)) {
      out.putZigzag(0);
    } else {
      out.putZigzag(1);
      number(value);
    }
  }

  private void optional(@Nullable String value) {
    if (value == null) {
      out.putZigzag(0);
    } else {
      out.putZigzag(1);
      text(value);
    }
  }
}
