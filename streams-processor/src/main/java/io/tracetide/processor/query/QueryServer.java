package io.tracetide.processor.query;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.EncodingService;
import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.anomaly.IncidentSearch;
import io.tracetide.processor.query.dashboard.Dashboard;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.http.AnswerJson;
import io.tracetide.processor.query.http.DashboardPage;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.objective.BudgetQuery;
import io.tracetide.processor.query.objective.Budgets;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.trace.UnknownTraceException;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.Inventory;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.ProblemResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Routes of the query API and of the dashboard page. Queries run on a few threads of their own and
 * a bounded number of them waits; more are rejected, which bounds the memory they take.
 */
public final class QueryServer implements Consumer<ServerBuilder> {
  private static final int TRIES = 3;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);
  private static final int RETRY_AFTER_SECONDS = 2;

  /** Where a trace is searched for without parameter 'tenant' by a caller with access to all. */
  private static final String DEFAULT_TENANT = "default";

  /**
   * One request.
   *
   * @param path path parameters by name
   * @param allowed tenants that the caller has access to
   */
  private record QueryRequest(
      Map<String, String> path,
      Map<String, List<String>> raw,
      Tenants allowed,
      Instant now,
      CancellationCheck cancellation) {
    Parameters parameters(List<String> accepted) {
      return Parameters.of(raw, accepted, allowed);
    }
  }

  /** Builds the answer to one request. */
  private interface Handler {
    Record answer(QueryRequest request);
  }

  private final QueryConfig config;
  private final List<WindowTier> tiers;
  private final Clock clock;
  private final Analytics analytics;
  private final Dashboard dashboard;
  private final AnomalySearch anomalies;
  private final IncidentSearch incidents;
  private final Budgets budgets;
  private final Inventory inventory;
  private final Optional<TraceSearch> traces;
  private final CursorSeal cursors;
  private final AtomicInteger admitted = new AtomicInteger();

  /**
   * Serves these views.
   *
   * @param tiers tiers of the windows that are kept
   * @param slo objectives whose budgets are answered
   * @param retention how long traces are kept
   */
  public QueryServer(
      QueryConfig config,
      QueryViews views,
      List<WindowTier> tiers,
      SloConfig slo,
      StatusRules rules,
      TraceRetention retention,
      Clock clock) {
    WindowView windows = views.windows();
    this.config = config;
    this.tiers = List.copyOf(tiers);
    this.clock = clock;
    this.analytics = new Analytics(windows, config.maxPoints());
    this.dashboard = new Dashboard(windows, views.anomalies(), views.ledger(), tiers, rules);
    this.anomalies = new AnomalySearch(views.anomalies());
    this.incidents = new IncidentSearch(views.anomalies());
    this.budgets = new Budgets(windows, tiers, slo, config.maxPoints());
    this.inventory = new Inventory(windows, tiers);
    this.cursors = CursorSeal.of(config.peers().token());
    this.traces =
        views
            .ledger()
            .map(
                view -> new TraceSearch(view, config.peers().maxAnswerBytes(), retention, cursors));
  }

  @Override
  public void accept(ServerBuilder server) {
    BlockingTaskExecutor readers =
        BlockingTaskExecutor.builder()
            .threadNamePrefix("query")
            .numThreads(config.threads())
            .build();
    route(server, readers, "/monitoring/analytics", this::analytics);
    route(server, readers, "/monitoring/dashboard", this::dashboard);
    route(server, readers, "/monitoring/anomalies", this::anomalies);
    route(server, readers, "/monitoring/incidents", this::incidents);
    route(server, readers, "/monitoring/objectives", this::objectives);
    route(server, readers, "/monitoring/services", this::services);
    route(server, readers, "/monitoring/traces", this::traces);
    route(server, readers, "/monitoring/traces/{id}", this::trace);
    new DashboardPage().accept(server);
  }

  private Record analytics(QueryRequest request) {
    Parameters parameters = request.parameters(AnalyticsQuery.PARAMETERS);
    return analytics.answer(
        AnalyticsQuery.parse(parameters, request.now(), tiers), request.cancellation());
  }

  private Record dashboard(QueryRequest request) {
    Parameters parameters = request.parameters(ServicesQuery.PARAMETERS);
    return dashboard.answer(
        ServicesQuery.parse(parameters, request.now()), request.now(), request.cancellation());
  }

  private Record anomalies(QueryRequest request) {
    Parameters parameters = request.parameters(AnomalyQuery.PARAMETERS);
    return anomalies.answer(AnomalyQuery.parse(parameters, request.now()), request.cancellation());
  }

  private Record incidents(QueryRequest request) {
    Parameters parameters = request.parameters(AnomalyQuery.PARAMETERS);
    return incidents.answer(AnomalyQuery.parse(parameters, request.now()), request.cancellation());
  }

  private Record objectives(QueryRequest request) {
    Parameters parameters = request.parameters(BudgetQuery.PARAMETERS);
    return budgets.answer(BudgetQuery.parse(parameters), request.now(), request.cancellation());
  }

  private Record services(QueryRequest request) {
    Parameters parameters = request.parameters(ServicesQuery.PARAMETERS);
    return inventory.answer(
        ServicesQuery.parse(parameters, request.now()), request.now(), request.cancellation());
  }

  private Record traces(QueryRequest request) {
    Parameters parameters = request.parameters(TraceListQuery.PARAMETERS);
    return search()
        .list(TraceListQuery.parse(parameters, request.now(), cursors), request.cancellation());
  }

  private Record trace(QueryRequest request) {
    Parameters parameters = request.parameters(List.of("tenant"));
    Optional<String> tenant = parameters.one("tenant");
    return search()
        .one(
            tenant.isPresent() ? List.of(tenant.get()) : searched(request.allowed()),
            request.allowed(),
            Objects.requireNonNull(request.path().get("id")));
  }

  private static Collection<String> searched(Tenants allowed) {
    return allowed.isAll() ? List.of(DEFAULT_TENANT) : allowed.names();
  }

  private TraceSearch search() {
    return traces.orElseThrow(
        () ->
            new UnknownTraceException(
                "The ledger of traces is disabled: processor.ledger.enabled is false."));
  }

  private void route(
      ServerBuilder server, BlockingTaskExecutor readers, String path, Handler handler) {
    server
        .route()
        .path(path)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .blockingTaskExecutor(readers, true)
        .decorator(EncodingService.newDecorator())
        .build(admitting(handler));
  }

  private HttpService admitting(Handler handler) {
    return (context, request) -> {
      if (admitted.incrementAndGet() > config.threads() + config.queued()) {
        admitted.decrementAndGet();
        return unavailable(
            "Too many queries", "Too many queries are queued. Repeat the request later.");
      }
      return HttpResponse.of(
          () -> {
            try {
              return respond(context, handler);
            } finally {
              admitted.decrementAndGet();
            }
          },
          context.blockingTaskExecutor());
    };
  }

  private HttpResponse respond(ServiceRequestContext context, Handler handler) {
    Map<String, List<String>> raw = new LinkedHashMap<>();
    context
        .queryParams()
        .names()
        .forEach(name -> raw.put(name, context.queryParams().getAll(name)));
    try {
      Record answer = tryRepeatedly(context, handler, raw);
      return HttpResponse.of(
          HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(AnswerJson.bytes(answer)));
    } catch (BadParameterException e) {
      return ProblemResponse.of(HttpStatus.BAD_REQUEST, "Bad parameter", message(e));
    } catch (UnknownTenantException e) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown tenant", message(e));
    } catch (UnknownTraceException e) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown trace", message(e));
    } catch (StoresUnavailableException e) {
      return unavailable(
          "State is not available yet",
          message(e),
          e.missing().isEmpty() ? Map.of() : Map.of("missing", e.missing()));
    } catch (CancellationException e) {
      return unavailable("Query timed out", "Use a shorter range or fewer services.");
    }
  }

  /** Stores are mostly available again soon after a reassignment: a few attempts avoid a 503. */
  private Record tryRepeatedly(
      ServiceRequestContext context, Handler handler, Map<String, List<String>> raw) {
    for (int attempt = 1; ; attempt++) {
      try {
        return handler.answer(
            new QueryRequest(
                context.pathParams(),
                raw,
                Callers.of(context).tenants(),
                now(),
                new CancellationCheck(() -> isCancelled(context))));
      } catch (StoresUnavailableException e) {
        if (attempt == TRIES || isCancelled(context)) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Windows start at whole milliseconds. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static boolean isCancelled(ServiceRequestContext context) {
    return context.isCancelled() || context.isTimedOut();
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_TRIES.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoresUnavailableException("The processor is shutting down.", e);
    }
  }

  private static HttpResponse unavailable(String title, String detail) {
    return unavailable(title, detail, Map.of());
  }

  private static HttpResponse unavailable(String title, String detail, Map<String, ?> extensions) {
    return ProblemResponse.of(HttpStatus.SERVICE_UNAVAILABLE, title, detail, extensions)
        .mapHeaders(
            headers ->
                headers.toBuilder()
                    .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .build());
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
