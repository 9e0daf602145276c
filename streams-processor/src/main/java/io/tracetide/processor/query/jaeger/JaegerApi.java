package io.tracetide.processor.query.jaeger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.http.QueryThreads;
import io.tracetide.processor.query.http.UnreadablePaths;
import io.tracetide.processor.query.prometheus.PrometheusQueries;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.http.Callers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jaeger's requests for metrics of services, in its form: {@code /api/metrics/latencies}, {@code
 * calls}, {@code errors} and {@code minstep}. Latencies are in milliseconds.
 */
public final class JaegerApi implements Consumer<ServerBuilder> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "/api/metrics/";
  private static final String SERVICE = "service_name";
  private static final String OPERATION = "span_name";

  private final PrometheusQueries queries;
  private final QueryThreads threads;
  private final Duration minStep;
  private final Clock clock;

  /**
   * Answers from these queries.
   *
   * @param minStep length of the shortest windows
   */
  public JaegerApi(PrometheusQueries queries, QueryThreads threads, Duration minStep, Clock clock) {
    this.queries = queries;
    this.threads = threads;
    this.minStep = minStep;
    this.clock = clock;
  }

  @Override
  public void accept(ServerBuilder server) {
    server.errorHandler(
        new UnreadablePaths(
            ROOT,
            reason -> written(body(null, 0, List.of(failure(HttpStatus.BAD_REQUEST, reason))))));
    threads
        .route(server, ROOT + "{metric}")
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(
            threads.serve(
                (context, request) -> respond(context),
                () -> error(HttpStatus.SERVICE_UNAVAILABLE, "too many queries are queued")));
  }

  private HttpResponse respond(ServiceRequestContext context) {
    String metric = Objects.requireNonNull(context.pathParam("metric"));
    try {
      if (metric.equals("minstep")) {
        return structured(HttpStatus.OK, minStep.toMillis(), 1, List.of());
      }
      Instant now = clock.instant();
      MetricsQuery query = MetricsQuery.parse(metric, context.queryParams(), now);
      return json(
          HttpStatus.OK,
          QueryThreads.retrying(context, () -> family(query, vector(context, query, now))));
    } catch (IllegalArgumentException e) {
      return error(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (PromqlException e) {
      return error(HttpStatus.UNPROCESSABLE_ENTITY, String.valueOf(e.getMessage()));
    } catch (StoresUnavailableException | CancellationException e) {
      return error(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private List<VectorSeries> vector(
      ServiceRequestContext context, MetricsQuery query, Instant now) {
    return queries
                .evaluate(
                    query.promql(),
                    query.steps(),
                    Callers.of(context).tenants(),
                    now,
                    () -> QueryThreads.isCancelled(context))
                .value()
            instanceof VectorValue vector
        ? vector.series()
        : List.of();
  }

  /** The answer in the form of OpenMetrics' protobuf messages as JSON. */
  private static Map<String, Object> family(MetricsQuery query, List<VectorSeries> series) {
    Map<String, Object> family = new LinkedHashMap<>();
    family.put("name", query.name());
    family.put("type", "GAUGE");
    family.put("help", query.help());
    family.put("metrics", series.stream().map(each -> metric(query, each)).toList());
    return family;
  }

  private static Map<String, Object> metric(MetricsQuery query, VectorSeries series) {
    List<Map<String, Object>> labels = new ArrayList<>();
    if (query.byOperation()) {
      labels.add(label("operation", series.labels().get(OPERATION)));
    }
    labels.add(label(SERVICE, series.labels().get(SERVICE)));
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("labels", labels);
    metric.put("metricPoints", points(query.steps(), series.samples()));
    return metric;
  }

  private static Map<String, Object> label(String name, String value) {
    Map<String, Object> label = new LinkedHashMap<>();
    label.put("name", name);
    label.put("value", value);
    return label;
  }

  private static List<Map<String, Object>> points(Steps steps, StepValues values) {
    List<Map<String, Object>> points = new ArrayList<>();
    for (int step = 0; step < values.steps(); step++) {
      if (!values.has(step)) {
        continue;
      }
      double value = values.get(step);
      Map<String, Object> point = new LinkedHashMap<>();
      // JSON has no NaN; the mapping of protobuf to JSON writes it as a text.
      point.put(
          "gaugeValue",
          Map.of("doubleValue", Double.isFinite(value) ? value : Double.toString(value)));
      point.put("timestamp", Instant.ofEpochMilli(steps.timeMs(step)).toString());
      points.add(point);
    }
    return points;
  }

  private static HttpResponse error(HttpStatus status, String message) {
    return structured(status, null, 0, List.of(failure(status, message)));
  }

  private static Map<String, Object> failure(HttpStatus status, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", status.code());
    error.put("msg", message);
    return error;
  }

  private static HttpResponse structured(
      HttpStatus status, @Nullable Object data, int total, List<Map<String, Object>> errors) {
    return json(status, body(data, total, errors));
  }

  private static Map<String, Object> body(
      @Nullable Object data, int total, List<Map<String, Object>> errors) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("data", data);
    body.put("total", total);
    body.put("limit", 0);
    body.put("offset", 0);
    body.put("errors", errors.isEmpty() ? null : errors);
    return body;
  }

  private static HttpResponse json(HttpStatus status, Map<String, Object> body) {
    return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.wrap(written(body)));
  }

  private static byte[] written(Map<String, Object> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, lists and maps are JSON", e);
    }
  }
}
