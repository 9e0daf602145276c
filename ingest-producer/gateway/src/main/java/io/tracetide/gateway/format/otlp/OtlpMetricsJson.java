package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.JsonAttributes.enumNumber;
import static io.tracetide.gateway.format.otlp.JsonAttributes.number;
import static io.tracetide.gateway.format.otlp.JsonAttributes.text;
import static io.tracetide.gateway.format.otlp.JsonAttributes.unsigned;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OTLP metrics in JSON: each data point becomes a record and is read as a small tree. The fields
 * that the points of a metric share may come after them; they are read in a scan before the first
 * point.
 */
public final class OtlpMetricsJson extends JsonFormat {

  private static final JsonEnvelope.Names NAMES =
      new JsonEnvelope.Names("resourceMetrics", "scopeMetrics", "metrics");

  private static final List<String> TEMPORALITY_NAMES =
      List.of(
          "AGGREGATION_TEMPORALITY_UNSPECIFIED",
          "AGGREGATION_TEMPORALITY_DELTA",
          "AGGREGATION_TEMPORALITY_CUMULATIVE");

  private final WriterConflicts conflicts;

  public OtlpMetricsJson(JsonBodies json, int maxNodes, WriterConflicts conflicts) {
    super("otlp_metrics_json", ExportResponse.DATA_POINTS, json, maxNodes);
    this.conflicts = conflicts;
  }

  @Override
  JsonEnvelope<?> reader(Payload body, JsonParser parser, RecordBatchBuilder batch) {
    return new Reader(body, parser, batch);
  }

  /** Reads one request. */
  private final class Reader extends JsonEnvelope<MetricSource> {

    Reader(Payload body, JsonParser parser, RecordBatchBuilder batch) {
      super(json, maxNodes, NAMES, MetricSource.Builder::new, body, parser, batch);
    }

    @Override
    void item(MetricSource source) throws IOException {
      long begin = begin();
      String name = null;
      String unit = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = fieldName();
        parser.nextToken();
        Metric.Kind kind = kind(field);
        if (kind == null || parser.currentToken() != JsonToken.START_OBJECT) {
          parser.skipChildren();
          continue;
        }
        if (name == null || unit == null) {
          name = text(lookAhead(begin, "name"));
          unit = text(lookAhead(begin, "unit"));
        }
        data(name, unit, kind, source);
      }
    }

    private static Metric.@Nullable Kind kind(String field) {
      return switch (field) {
        case "gauge" -> Metric.Kind.GAUGE;
        case "sum" -> Metric.Kind.SUM;
        case "histogram" -> Metric.Kind.HISTOGRAM;
        case "exponentialHistogram" -> Metric.Kind.EXPONENTIAL_HISTOGRAM;
        case "summary" -> Metric.Kind.SUMMARY;
        default -> null;
      };
    }

    private void data(String name, String unit, Metric.Kind kind, MetricSource source)
        throws IOException {
      long begin = begin();
      Metric metric = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = fieldName();
        parser.nextToken();
        if (field.equals("dataPoints")) {
          if (metric == null) {
            metric =
                Metric.of(
                    batch,
                    name,
                    unit,
                    kind,
                    enumNumber(lookAhead(begin, "aggregationTemporality"), TEMPORALITY_NAMES),
                    lookAhead(begin, "isMonotonic").asBoolean());
          }
          Metric of = metric;
          forEachObject(field, () -> point(of, source));
        } else {
          parser.skipChildren();
        }
      }
    }

    private void point(Metric metric, MetricSource source) throws IOException {
      JsonNode point = ProtoTree.of(parser, maxNodes);
      if (point == null) {
        batch.refuse(
            RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one point");
        return;
      }
      Long start = unsigned(point.path("startTimeUnixNano"));
      Long time = unsigned(point.path("timeUnixNano"));
      if (start == null || time == null) {
        batch.refuse(
            RefusalReason.INVALID_TIMESTAMP,
            "startTimeUnixNano and timeUnixNano must be nanoseconds since 1970");
        return;
      }
      PointBuilder builder = new PointBuilder(batch, metric, conflicts);
      builder.start(start);
      builder.time(time);
      builder.flags(point.path("flags").asLong());
      attributes.read(point.path("attributes"), builder);
      switch (metric.kind()) {
        case GAUGE, SUM -> value(point, builder);
        case HISTOGRAM -> histogram(point, builder);
        case EXPONENTIAL_HISTOGRAM -> exponential(point, builder);
        case SUMMARY -> total(point, builder); // Its quantiles cannot be merged with others.
      }
      builder.finish(source);
    }

    private void value(JsonNode point, PointBuilder builder) {
      if (point.has("asDouble")) {
        builder.value(number(point.path("asDouble")));
      } else if (point.has("asInt")) {
        // Text or number; what is neither has no value.
        builder.value(point.path("asInt").asDouble(Double.NaN));
      }
    }

    private void histogram(JsonNode point, PointBuilder builder) {
      total(point, builder);
      for (JsonNode bucket : point.path("bucketCounts")) {
        builder.bucket(observations(bucket));
      }
      for (JsonNode bound : point.path("explicitBounds")) {
        builder.bound(number(bound));
      }
    }

    private void exponential(JsonNode point, PointBuilder builder) {
      total(point, builder);
      ExponentialBuckets buckets =
          new ExponentialBuckets(
              point.path("scale").asInt(), observations(point.path("zeroCount")));
      JsonNode positive = point.path("positive");
      long index = positive.path("offset").asInt();
      for (JsonNode bucket : positive.path("bucketCounts")) {
        buckets.positive(index++, observations(bucket));
      }
      JsonNode negative = point.path("negative");
      index = negative.path("offset").asInt();
      for (JsonNode bucket : negative.path("bucketCounts")) {
        buckets.negative(index++, observations(bucket));
      }
      builder.exponential(buckets);
    }

    private void total(JsonNode point, PointBuilder builder) {
      builder.count(observations(point.path("count")));
      if (point.hasNonNull("sum")) {
        builder.sum(number(point.path("sum")));
      }
      if (point.hasNonNull("min")) {
        builder.min(number(point.path("min")));
      }
      if (point.hasNonNull("max")) {
        builder.max(number(point.path("max")));
      }
    }

    /** A count as text or as a number; -1, which is refused, when it is something else. */
    private static long observations(JsonNode count) {
      Long read = unsigned(count);
      return read == null ? -1 : read;
    }
  }
}
