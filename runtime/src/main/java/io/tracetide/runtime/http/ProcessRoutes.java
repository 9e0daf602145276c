package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthReport;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.life.BuildVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The routes of every listener: {@code /livez}, {@code /readyz} and {@code /metrics}. */
final class ProcessRoutes {
  static final String LIVE = "/livez";
  static final String READY = "/readyz";
  static final String METRICS = "/metrics";

  private ProcessRoutes() {}

  static void add(ServerBuilder builder, Health health, PrometheusMeterRegistry meters) {
    get(builder, LIVE, () -> json(inOrder("status", "up", "version", BuildVersion.text())));
    get(builder, READY, () -> ready(health.report()));
    builder
        .route()
        .path(METRICS)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(blocking((ctx, req) -> metrics(meters, req)));
  }

  private static void get(ServerBuilder builder, String path, Supplier<HttpResponse> answer) {
    builder
        .route()
        .path(path)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(blocking((ctx, req) -> answer.get()));
  }

  /** Runs off the event loop: checks and gauges may wait for locks. */
  private static HttpService blocking(HttpService service) {
    return (ctx, req) ->
        HttpResponse.of(
            () -> {
              try {
                return service.serve(ctx, req);
              } catch (Exception e) {
                return HttpResponse.ofFailure(e);
              }
            },
            Listener.healthExecutor(ctx));
  }

  private static HttpResponse ready(HealthReport report) {
    Map<String, Map<String, ?>> checks = new LinkedHashMap<>();
    report.checks().forEach((name, status) -> checks.put(name, check(status)));
    if (report.isUp()) {
      return json(inOrder("status", "up", "checks", checks));
    }
    List<String> down = report.down();
    return ProblemResponse.of(
        HttpStatus.SERVICE_UNAVAILABLE,
        "Not ready",
        "down: " + String.join(", ", down),
        inOrder("down", down, "checks", checks));
  }

  private static Map<String, ?> check(HealthStatus status) {
    return status.isUp()
        ? Map.of("status", "up")
        : inOrder("status", "down", "detail", status.detail());
  }

  private static Map<String, Object> inOrder(
      String first, Object value, String second, Object other) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(first, value);
    map.put(second, other);
    return map;
  }

  private static HttpResponse json(Map<String, ?> body) {
    return HttpResponse.of(
        HttpStatus.OK, MediaType.JSON, HttpData.wrap(ProblemResponse.json(body)));
  }

  /** OpenMetrics, which has exemplars, for a scraper that accepts it; Prometheus text otherwise. */
  private static HttpResponse metrics(PrometheusMeterRegistry meters, HttpRequest request) {
    boolean openMetrics =
        request.headers().get(HttpHeaderNames.ACCEPT, "").contains("application/openmetrics-text");
    String type =
        openMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    return HttpResponse.of(HttpStatus.OK, MediaType.parse(type), meters.scrape(type));
  }
}
