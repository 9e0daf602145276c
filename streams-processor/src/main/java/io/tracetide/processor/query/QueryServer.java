package io.tracetide.processor.query;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.query.anomaly.AnomaliesAnswer;
import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.anomaly.IncidentSearch;
import io.tracetide.processor.query.audit.AuditQuery;
import io.tracetide.processor.query.audit.AuditSearch;
import io.tracetide.processor.query.contract.ContractsAnswer;
import io.tracetide.processor.query.dashboard.Dashboard;
import io.tracetide.processor.query.dashboard.DashboardQuery;
import io.tracetide.processor.query.dashboard.SharedDashboard;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.detection.DetectionQuery;
import io.tracetide.processor.query.detection.DetectionStatus;
import io.tracetide.processor.query.docs.DocsRoutes;
import io.tracetide.processor.query.http.AnswerForm;
import io.tracetide.processor.query.http.AnswerResponse;
import io.tracetide.processor.query.http.AnswerTable;
import io.tracetide.processor.query.http.DashboardPage;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.http.QueryThreads;
import io.tracetide.processor.query.instance.InstanceView;
import io.tracetide.processor.query.instance.InstancesAnswer;
import io.tracetide.processor.query.jaeger.JaegerApi;
import io.tracetide.processor.query.objective.BudgetQuery;
import io.tracetide.processor.query.objective.Budgets;
import io.tracetide.processor.query.prometheus.PrometheusApi;
import io.tracetide.processor.query.prometheus.PrometheusQueries;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.trace.TracesAnswer;
import io.tracetide.processor.query.trace.UnknownTraceException;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.AnalyticsAnswer;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.Inventory;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Routes of the query API and of the dashboard page. Queries run on a few threads of their own and
 * a bounded number of them waits; more are rejected, which bounds the memory they take.
 */
public final class QueryServer implements Consumer<ServerBuilder> {
  private static final int QUEUED_AUDITS = 8;

  /** Where a trace is searched for without parameter 'tenant' by a caller with access to all. */
  private static final String DEFAULT_TENANT = "default";

  /**
   * One request.
   *
   * @param path path parameters by name
   * @param allowed tenants that the caller has access to
   */
  private record QueryRequest(
      ServiceRequestContext context,
      Map<String, String> path,
      Map<String, List<String>> raw,
      Tenants allowed,
      Instant now,
      CancellationCheck cancellation) {
    Parameters parameters(List<String> accepted) {
      return Parameters.of(raw, accepted, allowed);
    }

    /** Parameters of an answer that has several forms. */
    Parameters formed(List<String> accepted) {
      List<String> all = new ArrayList<>(accepted);
      all.add(AnswerForm.PARAMETER);
      return parameters(all);
    }

    HttpResponse rows(Parameters parameters, Record answer, List<AnswerTable> tables) {
      AnswerForm form = AnswerForm.of(parameters, context.request().headers());
      return AnswerResponse.rows(context, form, answer, tables);
    }
  }

  /** Builds the answer to one request. */
  private interface Handler {
    HttpResponse answer(QueryRequest request);
  }

  /** Builds an answer that is JSON only. */
  private interface JsonHandler {
    Record answer(QueryRequest request);
  }

  private final QueryThreads threads;

  /** One page of the audit trail is read at a time; the others must not take all threads. */
  private final QueryThreads audits = new QueryThreads("audit", 1, QUEUED_AUDITS);

  private final PrometheusApi prometheus;
  private final JaegerApi jaeger;
  private final List<WindowTier> tiers;
  private final Clock clock;
  private final Analytics analytics;
  private final SharedDashboard dashboard;
  private final AnomalySearch anomalies;
  private final IncidentSearch incidents;
  private final DetectionStatus detection;
  private final InstanceView instances;
  private final List<ContractConfig> contracts;
  private final Budgets budgets;
  private final Inventory inventory;
  private final AuditSearch audit;
  private final Optional<TraceSearch> traces;
  private final CursorSeal cursors;

  /**
   * Serves these views.
   *
   * @param tiers tiers of the windows that are kept
   * @param slo objectives whose budgets are answered
   * @param contracts contracts of workflows
   * @param retention how long traces are kept
   */
  public QueryServer(
      QueryConfig config,
      QueryViews views,
      List<WindowTier> tiers,
      SloConfig slo,
      List<ContractConfig> contracts,
      StatusRules rules,
      TraceRetention retention,
      Clock clock) {
    WindowView windows = views.windows();
    this.threads = new QueryThreads(config);
    this.tiers = List.copyOf(tiers);
    this.clock = clock;
    this.analytics = new Analytics(windows, config.maxPoints(), clock);
    this.dashboard =
        new SharedDashboard(
            new Dashboard(windows, views.anomalies(), views.ledger(), tiers, rules),
            this::now,
            threads.executor());
    this.anomalies = new AnomalySearch(views.anomalies());
    this.incidents = new IncidentSearch(views.anomalies());
    this.detection = new DetectionStatus(views.detection());
    this.instances = views.instances();
    this.contracts = List.copyOf(contracts);
    this.budgets = new Budgets(windows, tiers, slo, config.maxPoints());
    this.inventory = new Inventory(windows, tiers);
    PrometheusQueries promql =
        new PrometheusQueries(
            views.windows(), views.anomalies(), views.ledger(), tiers, config.maxPoints());
    this.prometheus = new PrometheusApi(promql, threads, clock);
    this.jaeger = new JaegerApi(promql, threads, tiers.get(0).size(), clock);
    this.cursors = CursorSeal.of(config.peers().token());
    this.audit = new AuditSearch(views.audit(), cursors);
    this.traces =
        views
            .ledger()
            .map(
                view -> new TraceSearch(view, config.peers().maxAnswerBytes(), retention, cursors));
  }

  @Override
  public void accept(ServerBuilder server) {
    route(server, "/monitoring/analytics", this::analytics);
    json(server, "/monitoring/dashboard", this::dashboard);
    route(server, "/monitoring/anomalies", this::anomalies);
    json(server, "/monitoring/incidents", this::incidents);
    json(server, "/monitoring/detection", this::detection);
    json(server, "/monitoring/instances", this::instances);
    json(server, "/monitoring/objectives", this::objectives);
    json(server, "/monitoring/contracts", this::contracts);
    json(server, "/monitoring/services", this::services);
    route(server, "/monitoring/traces", this::traces);
    json(server, "/monitoring/traces/{id}", this::trace);
    json(audits, server, "/monitoring/audit", this::audit);
    json(server, "/monitoring/audit/verification", this::verification);
    prometheus.accept(server);
    jaeger.accept(server);
    new DashboardPage().accept(server);
    new DocsRoutes().accept(server);
  }

  private HttpResponse analytics(QueryRequest request) {
    Parameters parameters = request.formed(AnalyticsQuery.PARAMETERS);
    AnalyticsQuery query = AnalyticsQuery.parse(parameters, request.now(), tiers);
    AnalyticsAnswer answer = analytics.answer(query, request.cancellation());
    List<AnswerTable> tables = new ArrayList<>();
    if (query.spans()) {
      tables.add(new AnswerTable(AnalyticsAnswer.SpanRow.class, answer.spanRows()));
    }
    if (query.namesMetrics()) {
      tables.add(new AnswerTable(AnalyticsAnswer.MetricRow.class, answer.metricRows()));
    }
    return request.rows(parameters, answer, tables);
  }

  private Record dashboard(QueryRequest request) {
    Parameters parameters = request.parameters(DashboardQuery.PARAMETERS);
    return dashboard.answer(
        DashboardQuery.parse(parameters, request.now()), request.now(), request.cancellation());
  }

  private HttpResponse anomalies(QueryRequest request) {
    Parameters parameters = request.formed(AnomalyQuery.PARAMETERS);
    AnomaliesAnswer answer =
        anomalies.answer(AnomalyQuery.parse(parameters, request.now()), request.cancellation());
    return request.rows(
        parameters,
        answer,
        List.of(new AnswerTable(AnomaliesAnswer.Item.class, answer.anomalies())));
  }

  private Record incidents(QueryRequest request) {
    Parameters parameters = request.parameters(AnomalyQuery.PARAMETERS);
    return incidents.answer(AnomalyQuery.parse(parameters, request.now()), request.cancellation());
  }

  private Record detection(QueryRequest request) {
    Parameters parameters = request.parameters(DetectionQuery.PARAMETERS);
    return detection.answer(DetectionQuery.parse(parameters), request.cancellation());
  }

  /** Settings of the process are for its operators, who have access to all tenants. */
  private Record instances(QueryRequest request) {
    request.parameters(List.of());
    return InstancesAnswer.of(instances, request.allowed().isAll());
  }

  private Record objectives(QueryRequest request) {
    Parameters parameters = request.parameters(BudgetQuery.PARAMETERS);
    return budgets.answer(BudgetQuery.parse(parameters), request.now(), request.cancellation());
  }

  private Record contracts(QueryRequest request) {
    return ContractsAnswer.of(contracts, request.parameters(List.of("tenant")).tenants());
  }

  private Record services(QueryRequest request) {
    Parameters parameters = request.parameters(ServicesQuery.PARAMETERS);
    return inventory.answer(
        ServicesQuery.parse(parameters, request.now()), request.now(), request.cancellation());
  }

  private Record audit(QueryRequest request) {
    Parameters parameters = request.parameters(AuditQuery.PARAMETERS);
    return audit.answer(
        AuditQuery.parse(parameters, request.now(), cursors), request.cancellation()::isCancelled);
  }

  private Record verification(QueryRequest request) {
    request.parameters(List.of());
    return audit.verification();
  }

  private HttpResponse traces(QueryRequest request) {
    Parameters parameters = request.formed(TraceListQuery.PARAMETERS);
    TracesAnswer answer =
        search()
            .list(TraceListQuery.parse(parameters, request.now(), cursors), request.cancellation());
    return request.rows(
        parameters, answer, List.of(new AnswerTable(TracesAnswer.Trace.class, answer.traces())));
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

  private void json(ServerBuilder server, String path, JsonHandler handler) {
    json(threads, server, path, handler);
  }

  private void json(QueryThreads on, ServerBuilder server, String path, JsonHandler handler) {
    route(
        on,
        server,
        path,
        request -> AnswerResponse.json(request.context(), handler.answer(request)));
  }

  private void route(ServerBuilder server, String path, Handler handler) {
    route(threads, server, path, handler);
  }

  private void route(QueryThreads on, ServerBuilder server, String path, Handler handler) {
    on.compressed(server, path)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(
            on.serve(
                (context, request) -> respond(context, handler),
                () ->
                    QueryProblems.unavailable(
                        "Too many queries",
                        "Too many queries are queued. Repeat the request later.")));
  }

  private HttpResponse respond(ServiceRequestContext context, Handler handler) {
    Map<String, List<String>> raw = new LinkedHashMap<>();
    context
        .queryParams()
        .names()
        .forEach(name -> raw.put(name, context.queryParams().getAll(name)));
    try {
      return answer(context, handler, raw);
    } catch (BadParameterException
        | UnknownTenantException
        | UnknownTraceException
        | StoresUnavailableException
        | CancellationException e) {
      return QueryProblems.of(e);
    }
  }

  private HttpResponse answer(
      ServiceRequestContext context, Handler handler, Map<String, List<String>> raw) {
    return QueryThreads.retrying(
        context,
        () ->
            handler.answer(
                new QueryRequest(
                    context,
                    context.pathParams(),
                    raw,
                    Callers.of(context).tenants(),
                    now(),
                    new CancellationCheck(() -> QueryThreads.isCancelled(context)))));
  }

  /** Windows start at whole milliseconds. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
