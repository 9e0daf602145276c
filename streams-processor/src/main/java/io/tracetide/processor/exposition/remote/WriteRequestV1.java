package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the message {@code prometheus.WriteRequest} of remote write 1.0. */
final class WriteRequestV1 {
  /* WriteRequest. */
  private static final int TIMESERIES = 1;
  private static final int METADATA = 3;
  /* TimeSeries. */
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int EXEMPLARS = 3;
  private static final int HISTOGRAMS = 4;
  /* MetricMetadata. */
  private static final int TYPE = 1;
  private static final int FAMILY = 2;
  private static final int HELP = 4;
  private static final int UNIT = 5;

  private WriteRequestV1() {}

  static byte[] of(List<WriteSeries> series, long timeMs) {
    ProtoWriter out = new ProtoWriter();
    Set<String> described = new HashSet<>();
    for (WriteSeries one : series) {
      out.message(TIMESERIES, message -> write(one, timeMs, message));
    }
    for (WriteSeries one : series) {
      if (described.add(one.family())) {
        out.message(METADATA, message -> describe(one, message));
      }
    }
    return out.toBytes();
  }

  private static void write(WriteSeries series, long timeMs, ProtoWriter out) {
    for (int i = 0; i < series.labels().size(); i += 2) {
      label(LABELS, series.labels().get(i), series.labels().get(i + 1), out);
    }
    @Nullable HistogramDataPointSnapshot histogram = series.histogram();
    if (histogram == null) {
      out.message(
          SAMPLES,
          sample -> {
            sample.real(1, series.value());
            sample.number(2, timeMs);
          });
    }
    @Nullable Exemplar exemplar = series.exemplar();
    if (exemplar != null) {
      out.message(EXEMPLARS, message -> write(exemplar, message));
    }
    if (histogram != null) {
      out.message(HISTOGRAMS, message -> NativeHistogram.write(histogram, timeMs, message));
    }
  }

  private static void write(Exemplar exemplar, ProtoWriter out) {
    for (Label label : exemplar.getLabels()) {
      label(1, label.getName(), label.getValue(), out);
    }
    out.real(2, exemplar.getValue());
    out.number(3, exemplar.getTimestampMillis());
  }

  private static void label(int field, String name, String value, ProtoWriter out) {
    out.message(
        field,
        label -> {
          label.text(1, name);
          label.text(2, value);
        });
  }

  private static void describe(WriteSeries series, ProtoWriter out) {
    MetricMetadata metadata = series.metadata();
    out.number(TYPE, series.type().number());
    out.text(FAMILY, series.family());
    out.text(HELP, metadata.getHelp() == null ? "" : metadata.getHelp());
    out.text(UNIT, metadata.hasUnit() ? String.valueOf(metadata.getUnit()) : "");
  }
}
