package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the message {@code io.prometheus.write.v2.Request} of remote write 2.0, in which every
 * text is written once, and referred to by its number.
 */
final class WriteRequestV2 {
  /* Request. */
  private static final int SYMBOLS = 4;
  private static final int TIMESERIES = 5;
  /* TimeSeries. */
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 3;
  private static final int EXEMPLARS = 4;
  private static final int METADATA = 5;
  /* Metadata. */
  private static final int TYPE = 1;
  private static final int HELP = 3;
  private static final int UNIT = 4;

  private final Map<String, Integer> symbols = new LinkedHashMap<>();
  private final long timeMs;

  private WriteRequestV2(long timeMs) {
    this.timeMs = timeMs;
    symbols.put("", 0); // Required: the number of an absent text.
  }

  static byte[] of(List<WriteSeries> series, long timeMs) {
    WriteRequestV2 request = new WriteRequestV2(timeMs);
    ProtoWriter body = new ProtoWriter();
    for (WriteSeries one : series) {
      body.message(TIMESERIES, message -> request.write(one, message));
    }
    ProtoWriter out = new ProtoWriter();
    request.symbols.keySet().forEach(symbol -> out.text(SYMBOLS, symbol));
    out.append(body);
    return out.toBytes();
  }

  private int symbol(String text) {
    return symbols.computeIfAbsent(text, key -> symbols.size());
  }

  private void write(WriteSeries series, ProtoWriter out) {
    out.packed(LABELS, symbols(series.labels()));
    @Nullable HistogramDataPointSnapshot histogram = series.histogram();
    if (histogram == null) {
      out.message(
          SAMPLES,
          sample -> {
            sample.real(1, series.value());
            sample.number(2, timeMs);
          });
    } else {
      out.message(HISTOGRAMS, message -> NativeHistogram.write(histogram, timeMs, message));
    }
    @Nullable Exemplar exemplar = series.exemplar();
    if (exemplar != null) {
      out.message(EXEMPLARS, message -> write(exemplar, message));
    }
    out.message(METADATA, message -> describe(series, message));
  }

  private int[] symbols(List<String> texts) {
    return texts.stream().mapToInt(this::symbol).toArray();
  }

  private void write(Exemplar exemplar, ProtoWriter out) {
    List<String> labels = new ArrayList<>();
    for (Label label : exemplar.getLabels()) {
      labels.add(label.getName());
      labels.add(label.getValue());
    }
    out.packed(1, symbols(labels));
    out.real(2, exemplar.getValue());
    out.number(3, exemplar.getTimestampMillis());
  }

  private void describe(WriteSeries series, ProtoWriter out) {
    MetricMetadata metadata = series.metadata();
    out.number(TYPE, series.type().number());
    out.number(HELP, symbol(metadata.getHelp() == null ? "" : metadata.getHelp()));
    out.number(UNIT, symbol(metadata.hasUnit() ? String.valueOf(metadata.getUnit()) : ""));
  }
}
