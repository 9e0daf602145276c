package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.JsonAttributes.enumNumber;
import static io.tracetide.gateway.format.otlp.JsonAttributes.number;
import static io.tracetide.gateway.format.otlp.JsonAttributes.text;
import static io.tracetide.gateway.format.otlp.JsonAttributes.unsigned;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OTLP metrics in JSON: each point is a record of its own, and is read as a small tree. Of what
 * points share, which may be written behind them, a metric and its data are looked through once.
 */
public final class OtlpMetricsJson implements PayloadFormat {

  private static final JsonEnvelope.Names NAMES =
      new JsonEnvelope.Names("resourceMetrics", "scopeMetrics", "metrics");

  private static final List<String> TEMPORALITY_NAMES =
      List.of(
          "AGGREGATION_TEMPORALITY_UNSPECIFIED",
          "AGGREGATION_TEMPORALITY_DELTA",
          "AGGREGATION_TEMPORALITY_CUMULATIVE");

  private final JsonBodies json;
  private final int maxNodes;
  private final WriterConflicts conflicts;

  public OtlpMetricsJson(JsonBodies json, int maxNodes, WriterConflicts conflicts) {
    this.json = json;
    this.maxNodes = maxNodes;
    this.conflicts = conflicts;
  }

  @Override
  public String label() {
    return "otlp_metrics_json";
  }

  @Override
  public void read(byte[] body, int from, int length, RecordBatchBuilder intake) {
    JsonEnvelope.read(
        json,
        new JsonEnvelope.Body(body, from, length),
        (opened, parser) -> new Reader(opened, parser, intake));
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return accepted(accepted, refused, Set.of());
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return answer(
        RefusalSummary.partialSuccess("rejectedDataPoints", "data points", refused, warnings));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return answer(RpcStatus.json(refusal, detail));
  }

  private Answer answer(Map<String, ?> message) {
    return new Answer(OtlpJson.CONTENT_TYPE, json.write(message));
  }

  /** Reads one request. */
  private final class Reader extends JsonEnvelope<MetricSource> {

    Reader(Body body, JsonParser parser, RecordBatchBuilder intake) {
      super(json, maxNodes, NAMES, Signal.METRICS, body, parser, intake);
    }

    @Override
    void item(MetricSource meter) throws IOException {
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
        data(name, unit, kind, meter);
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

    private void data(String name, String unit, Metric.Kind kind, MetricSource meter)
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
                    intake,
                    name,
                    unit,
                    kind,
                    enumNumber(lookAhead(begin, "aggregationTemporality"), TEMPORALITY_NAMES),
                    lookAhead(begin, "isMonotonic").asBoolean());
          }
          Metric of = metric;
          forEachObject(field, () -> point(of, meter));
        } else {
          parser.skipChildren();
        }
      }
    }

    private void point(Metric metric, MetricSource meter) throws IOException {
      JsonNode point = ProtoTree.of(parser, maxNodes);
      if (point == null) {
        intake.refuse(
            RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one point");
        return;
      }
      Long start = unsigned(point.path("startTimeUnixNano"));
      Long time = unsigned(point.path("timeUnixNano"));
      if (start == null || time == null) {
        intake.refuse(
            RefusalReason.INVALID_TIMESTAMP,
            "startTimeUnixNano and timeUnixNano must be nanoseconds since 1970");
        return;
      }
      PointBuilder draft = new PointBuilder(intake, metric, conflicts);
      draft.start(start);
      draft.time(time);
      draft.flags(point.path("flags").asLong());
      attributes.read(point.path("attributes"), draft::attribute);
      switch (metric.kind()) {
        case GAUGE, SUM -> value(point, draft);
        case HISTOGRAM -> histogram(point, draft);
        case EXPONENTIAL_HISTOGRAM -> exponential(point, draft);
        case SUMMARY -> total(point, draft); // Its quantiles cannot be merged with others.
      }
      draft.finish(meter);
    }

    private void value(JsonNode point, PointBuilder draft) {
      if (point.has("asDouble")) {
        draft.value(number(point.path("asDouble")));
      } else if (point.has("asInt")) {
        // Text or number; what is neither has no value.
        draft.value(point.path("asInt").asDouble(Double.NaN));
      }
    }

    private void histogram(JsonNode point, PointBuilder draft) {
      total(point, draft);
      for (JsonNode bucket : point.path("bucketCounts")) {
        draft.bucket(observations(bucket));
      }
      for (JsonNode bound : point.path("explicitBounds")) {
        draft.bound(number(bound));
      }
    }

    private void exponential(JsonNode point, PointBuilder draft) {
      total(point, draft);
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
      draft.exponential(buckets);
    }

    private void total(JsonNode point, PointBuilder draft) {
      draft.count(observations(point.path("count")));
      if (point.hasNonNull("sum")) {
        draft.sum(number(point.path("sum")));
      }
      if (point.hasNonNull("min")) {
        draft.min(number(point.path("min")));
      }
      if (point.hasNonNull("max")) {
        draft.max(number(point.path("max")));
      }
    }

    /** A count as text or as a number; -1, which is refused, when it is something else. */
    private static long observations(JsonNode count) {
      Long read = unsigned(count);
      return read == null ? -1 : read;
    }
  }
}
