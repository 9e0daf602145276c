package io.tracetide.processor.query.prometheus;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.http.QueryThreads;
import io.tracetide.processor.query.http.UnreadablePaths;
import io.tracetide.processor.query.prometheus.PrometheusQueries.Answer;
import io.tracetide.processor.query.prometheus.PrometheusQueries.Request;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.http.Callers;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * The routes of Prometheus' query API, with its answers and its errors, so that Grafana and other
 * clients of Prometheus can read Tracetide.
 */
public final class PrometheusApi implements Consumer<ServerBuilder> {
  private static final String ROOT = "/api/v1/";
  private static final int RETRY_AFTER_SECONDS = 2;

  /** The version of Prometheus' API whose endpoints these are; clients decide by it what to use. */
  private static final String API_VERSION = "2.42.0";

  private final PrometheusQueries queries;
  private final QueryThreads threads;
  private final Clock clock;

  /** Answers a request. */
  private interface Handler {
    Answer answer(ServiceRequestContext context, Request request);
  }

  public PrometheusApi(PrometheusQueries queries, QueryThreads threads, Clock clock) {
    this.queries = queries;
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public void accept(ServerBuilder server) {
    server.errorHandler(
        new UnreadablePaths(ROOT, reason -> PrometheusJson.error("bad_data", reason)));
    route(server, "query", true, (context, request) -> queries.instant(request));
    route(server, "query_range", true, (context, request) -> queries.range(request));
    route(server, "query_exemplars", true, (context, request) -> queries.exemplars(request));
    route(server, "series", true, (context, request) -> queries.series(request));
    route(server, "labels", true, (context, request) -> queries.labels(request));
    route(
        server,
        "label/{name}/values",
        false,
        (context, request) ->
            queries.labelValues(request, Objects.requireNonNull(context.pathParams().get("name"))));
    route(server, "metadata", false, (context, request) -> metadata(request));
    route(server, "rules", false, (context, request) -> rules());
    route(server, "alerts", false, (context, request) -> queries.alerts(request));
    route(server, "status/buildinfo", false, (context, request) -> buildInfo());
  }

  private void route(ServerBuilder server, String path, boolean form, Handler handler) {
    HttpMethod[] methods =
        form
            ? new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST}
            : new HttpMethod[] {HttpMethod.GET, HttpMethod.HEAD};
    threads
        .route(server, ROOT + path)
        .methods(methods)
        .build(
            threads.serve(
                (context, request) -> respond(context, request, handler),
                () -> unavailable("too many queries are queued: repeat the request later")));
  }

  private HttpResponse respond(
      ServiceRequestContext context, AggregatedHttpRequest http, Handler handler) {
    try {
      FormParameters parameters = FormParameters.of(context, http);
      Answer answer =
          QueryThreads.retrying(
              context,
              () ->
                  handler.answer(
                      context,
                      new Request(
                          parameters,
                          Callers.of(context).tenants(),
                          clock.instant().truncatedTo(ChronoUnit.MILLIS),
                          System::nanoTime,
                          () -> QueryThreads.isCancelled(context))));
      return json(HttpStatus.OK, PrometheusJson.success(answer.data(), answer.warnings()));
    } catch (PromqlException e) {
      return switch (e.kind()) {
        case BAD_DATA -> error(HttpStatus.BAD_REQUEST, "bad_data", e);
        case EXECUTION -> error(HttpStatus.UNPROCESSABLE_ENTITY, "execution", e);
        case TIMEOUT -> error(HttpStatus.SERVICE_UNAVAILABLE, "timeout", e);
      };
    } catch (UnknownTenantException e) {
      return error(HttpStatus.NOT_FOUND, "not_found", e);
    } catch (StoresUnavailableException e) {
      return unavailable(String.valueOf(e.getMessage()));
    } catch (CancellationException e) {
      return error(HttpStatus.SERVICE_UNAVAILABLE, "canceled", e);
    }
  }

  private static HttpResponse unavailable(String message) {
    return json(
        ResponseHeaders.builder(HttpStatus.SERVICE_UNAVAILABLE)
            .contentType(MediaType.JSON_UTF_8)
            .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
            .build(),
        PrometheusJson.error("unavailable", message));
  }

  private static HttpResponse error(HttpStatus status, String type, RuntimeException e) {
    return json(status, PrometheusJson.error(type, String.valueOf(e.getMessage())));
  }

  private static HttpResponse json(HttpStatus status, byte[] body) {
    return json(
        ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, MediaType.JSON_UTF_8), body);
  }

  private static HttpResponse json(ResponseHeaders headers, byte[] body) {
    return HttpResponse.of(headers, HttpData.wrap(body));
  }

  private static Answer metadata(Request request) {
    Optional<String> wanted = request.parameters().one("metric");
    int limit = request.parameters().limit(Integer.MAX_VALUE);
    List<QueryMetric> families =
        SpanMetrics.ALL.stream()
            .filter(metric -> metric.kind() != QueryMetric.Kind.COUNTER || isFamily(metric))
            .filter(metric -> wanted.isEmpty() || wanted.get().equals(metric.family()))
            .limit(limit)
            .toList();
    return new Answer(
        json -> {
          json.writeStartObject();
          for (QueryMetric metric : families) {
            boolean histogram = metric.kind() == QueryMetric.Kind.BUCKET;
            json.writeArrayFieldStart(metric.family());
            json.writeStartObject();
            json.writeStringField(
                "type", histogram ? "histogram" : metric.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringField("help", metric.help());
            json.writeStringField("unit", histogram ? "seconds" : "");
            json.writeEndObject();
            json.writeEndArray();
          }
          json.writeEndObject();
        },
        List.of());
  }

  private static boolean isFamily(QueryMetric metric) {
    return metric.name().equals(metric.family());
  }

  /** There are no rules of Prometheus; anomalies are alerts without a rule. */
  private static Answer rules() {
    return new Answer(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("groups");
          json.writeEndArray();
          json.writeEndObject();
        },
        List.of());
  }

  private static Answer buildInfo() {
    return new Answer(
        json -> {
          json.writeStartObject();
          json.writeStringField("application", "Tracetide");
          json.writeStringField("version", API_VERSION);
          for (String field :
              List.of("revision", "branch", "buildUser", "buildDate", "goVersion")) {
            json.writeStringField(field, "");
          }
          json.writeEndObject();
        },
        List.of());
  }
}
