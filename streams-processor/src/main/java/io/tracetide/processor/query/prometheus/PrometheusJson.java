package io.tracetide.processor.query.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tracetide.processor.query.promql.QueryOutcome;
import io.tracetide.processor.query.promql.Value.ScalarValue;
import io.tracetide.processor.query.promql.Value.StringValue;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.VectorSeries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Answers in the form of Prometheus' API: times in Unix seconds, values as strings. */
final class PrometheusJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final double LARGEST_WHOLE = 1L << 53;
  private static final int MILLI_DIGITS = 3;

  private PrometheusJson() {}

  /** Writes the member {@code data}. */
  @FunctionalInterface
  interface Data {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] success(Data data, Collection<String> warnings) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("status", "success");
          json.writeFieldName("data");
          data.write(json);
          if (!warnings.isEmpty()) {
            json.writeFieldName("warnings");
            strings(json, warnings);
          }
          json.writeEndObject();
        });
  }

  static byte[] error(String type, String message) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("status", "error");
          json.writeStringField("errorType", type);
          json.writeStringField("error", message);
          json.writeEndObject();
        });
  }

  private static byte[] write(Data data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      data.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always writable", e);
    }
    return out.toByteArray();
  }

  /** The result of an instant query. */
  static Data instant(QueryOutcome outcome, Steps steps) {
    return json -> {
      json.writeStartObject();
      if (outcome.value() instanceof ScalarValue scalar) {
        json.writeStringField("resultType", "scalar");
        json.writeFieldName("result");
        sample(json, steps.timeMs(0), text(scalar.values()[0]));
      } else if (outcome.value() instanceof StringValue string) {
        json.writeStringField("resultType", "string");
        json.writeFieldName("result");
        sample(json, steps.timeMs(0), string.value());
      } else {
        json.writeStringField("resultType", "vector");
        json.writeArrayFieldStart("result");
        for (VectorSeries series : series(outcome)) {
          json.writeStartObject();
          json.writeFieldName("metric");
          labels(json, series.labels());
          json.writeFieldName("value");
          sample(json, steps.timeMs(0), text(series.samples().get(0)));
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    };
  }

  /** The result of a range query, in which a scalar is a series without labels. */
  static Data range(QueryOutcome outcome, Steps steps) {
    return json -> {
      json.writeStartObject();
      json.writeStringField("resultType", "matrix");
      json.writeArrayFieldStart("result");
      for (VectorSeries series : series(outcome)) {
        json.writeStartObject();
        json.writeFieldName("metric");
        labels(json, series.labels());
        json.writeArrayFieldStart("values");
        for (int step = 0; step < steps.count(); step++) {
          if (series.samples().has(step)) {
            sample(json, steps.timeMs(step), text(series.samples().get(step)));
          }
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    };
  }

  private static List<VectorSeries> series(QueryOutcome outcome) {
    if (outcome.value() instanceof ScalarValue scalar) {
      StepValues samples = new StepValues(scalar.values().length);
      for (int step = 0; step < samples.steps(); step++) {
        samples.set(step, scalar.values()[step]);
      }
      return List.of(new VectorSeries(Labels.NONE, samples));
    }
    List<VectorSeries> series = ((VectorValue) outcome.value()).series();
    return outcome.ordered()
        ? series
        : series.stream().sorted(Comparator.comparing(VectorSeries::labels)).toList();
  }

  static void labels(JsonGenerator json, Labels labels) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, String> label : labels.asMap().entrySet()) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
  }

  static void strings(JsonGenerator json, Collection<String> texts) throws IOException {
    json.writeStartArray();
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void sample(JsonGenerator json, long timeMs, String value) throws IOException {
    json.writeStartArray();
    json.writeNumber(seconds(timeMs));
    json.writeString(value);
    json.writeEndArray();
  }

  /** Unix seconds with three digits at most. */
  static String seconds(long timeMs) {
    return BigDecimal.valueOf(timeMs, MILLI_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** A value as Prometheus writes it: the shortest decimal, without an exponent. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE;
    if (whole && !(value == 0 && 1 / value < 0)) {
      return Long.toString((long) value);
    }
    return value == 0
        ? "-0"
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
