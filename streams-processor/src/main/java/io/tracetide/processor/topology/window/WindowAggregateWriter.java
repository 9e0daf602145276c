package io.tracetide.processor.topology.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.Topics;

/**
 * Writes {@link SeriesKey} and {@link WindowAggregate} in the wire format, field by field.
 *
 * <p>With many series, building Avro records, with their conversions of times, would take longer
 * than everything else in closing a window. A test compares the bytes with those of Avro's own
 * writer, so that a change of the contract is noticed.
 */
final class WindowAggregateWriter {

  private final AvroEncoder<SeriesKey> keys;
  private final AvroEncoder<WindowAggregate> values;
  private final ByteWriter key = new ByteWriter();
  private final ByteWriter value = new ByteWriter();
  private final ByteWriter sketch = new ByteWriter();

  WindowAggregateWriter(SchemaRegistry registry) {
    keys = new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-key", SeriesKey.class);
    values =
        new AvroEncoder<>(registry, Topics.WINDOW_AGGREGATES + "-value", WindowAggregate.class);
  }

  /** The key and the value of a record. */
  @FunctionalInterface
  interface Target {
    void accept(byte[] key, byte[] value);
  }

  void write(byte[] series, WindowEvent window, WindowStats stats, int revision, Target target) {
    begin(key, keys.schemaId());
    begin(value, values.schemaId());
    int tenantEnd = SeriesCodec.end(series, 0);
    int serviceEnd = SeriesCodec.end(series, tenantEnd + 1);
    int metricEnd = SeriesCodec.end(series, serviceEnd + 1);
    int start = key.length();
    text(series, 0, tenantEnd, key);
    value.put(key.array(), start, key.length() - start);
    text(series, tenantEnd + 1, serviceEnd, key);
    int operationEnd = SeriesCodec.operationEnd(series);
    text(series, metricEnd + 1, operationEnd, key);
    text(series, serviceEnd + 1, metricEnd, key);
    attributes(series, operationEnd);
    // The value contains the series again, in the same bytes.
    value.put(key.array(), start, key.length() - start);
    counts(window, stats, revision);
    target.accept(key.toByteArray(), value.toByteArray());
  }

  private void counts(WindowEvent window, WindowStats stats, int revision) {
    value.putZigzag(window.startMs() * 1000);
    value.putZigzag(window.endMs() * 1000);
    value.putZigzag(revision);
    value.putZigzag(stats.count());
    number(stats.weightedCount());
    value.putZigzag(stats.errors());
    number(stats.weightedErrors());
    number(stats.observations());
    number(stats.sum());
    optional(stats.min());
    optional(stats.max());
    sketch.clear();
    stats.sketch().writeTo(sketch);
    text(sketch.array(), 0, sketch.length(), value);
    number(QuantileSketch.RELATIVE_ERROR);
    stats.writeExemplars(value);
    byte[] unit = stats.unitBytes();
    text(unit, 0, unit.length, value);
    number(stats.unplaced());
  }

  /** Attributes as Avro writes a map: one block of as many entries, and an empty one. */
  private void attributes(byte[] series, int from) {
    int parts = 0;
    for (int i = from; i < series.length; i++) {
      parts += series[i] == 0 ? 1 : 0;
    }
    if (parts > 0) {
      key.putZigzag(parts / 2);
      for (int at = from; at < series.length; ) {
        int next = at + 1;
        while (next < series.length && series[next] != 0) {
          next++;
        }
        text(series, at + 1, next, key);
        at = next;
      }
    }
    key.putZigzag(0);
  }

  private static void begin(ByteWriter out, int schemaId) {
    out.clear();
    out.put(WireFormat.MAGIC);
    out.putInt(schemaId);
  }

  private static void text(byte[] bytes, int from, int to, ByteWriter out) {
    out.putZigzag(to - from);
    out.put(bytes, from, to - from);
  }

  /** Avro's doubles are little-endian. */
  private void number(double number) {
    value.putLong(Long.reverseBytes(Double.doubleToLongBits(number)));
  }

  private void optional(double number) {
    if (Double.isNaN(number)) {
      value.putZigzag(0);
    } else {
      value.putZigzag(1);
      number(number);
    }
  }
}
