package io.tracetide.processor.topology;

import io.tracetide.processor.window.ByteWriter;
import io.tracetide.processor.window.QuantileSketch;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.Topics;

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
  private final ByteWriter sketch = new ByteWriter();

  WindowAggregateWriter(SchemaRegistry registry) {
    keys = new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-key", SeriesKey.class);
    values =
        new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-value", WindowAggregate.class);
  }

  byte[] key(byte[] series) {
    begin(keys.schemaId());
    series(series);
    return out.toByteArray();
  }

  byte[] value(byte[] series, WindowEvent window, WindowStats stats, int revision) {
    begin(values.schemaId());
    text(series, 0, SeriesCodec.end(series, 0));
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
    sketch.clear();
    stats.sketch().writeTo(sketch);
    text(sketch.array(), 0, sketch.length());
    number(QuantileSketch.RELATIVE_ERROR);
    stats.writeExemplars(out);
    return out.toByteArray();
  }

  private void begin(int schemaId) {
    out.clear();
    out.put(WireFormat.MAGIC);
    out.putInt(schemaId);
  }

  private void series(byte[] series) {
    int tenantEnd = SeriesCodec.end(series, 0);
    int serviceEnd = SeriesCodec.end(series, tenantEnd + 1);
    int metricEnd = SeriesCodec.end(series, serviceEnd + 1);
    text(series, 0, tenantEnd);
    text(series, tenantEnd + 1, serviceEnd);
    text(series, metricEnd + 1, series.length);
    text(series, serviceEnd + 1, metricEnd);
  }

  private void text(byte[] bytes, int from, int to) {
    out.putZigzag(to - from);
    out.put(bytes, from, to - from);
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
}
