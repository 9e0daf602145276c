package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import io.tracetide.alert.api.view.OutcomeView;
import io.tracetide.alert.api.view.StatusView;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.message.ActionSigner;
import io.tracetide.alert.message.SignedAction;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.reload.ConfigReload;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The HTTP API of alerts: Alertmanager's API v2, commands on alerts, and the outcomes of the newest
 * notifications.
 */
public final class AlertsApi {
  private static final String HEALTHY = "/-/healthy";
  private static final String READY = "/-/ready";
  private static final String RELOAD = "/-/reload";
  private static final String ACTIONS = "/actions/";
  private static final String ALERT = "/api/v2/alerts/:fingerprint/";
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_FORM_BYTES = 16_384;

  private final TenantReads state;
  private final AlertReads alerts;
  private final SilenceCalls silences;
  private final CommandCalls commands;
  private final FeedbackCalls feedback;
  private final ExplainCalls explanations;
  private final ActionCalls actions;
  private final ReloadCalls reloads;
  private final Environment environment;
  private final Instant startedAt;

  /**
   * What the API reads and writes.
   *
   * @param book alerts of this instance
   * @param inputs accepts alerts and commands
   * @param routing supplies the current routing
   * @param resolveTimeout supplies the time after which an alert without end is over unless it is
   *     sent again
   * @param receivers supplies the status of the receivers
   * @param history newest outcomes
   * @param feedback that was given on anomalies
   * @param anomalies reads stored anomalies
   * @param metrics count alerts that are refused
   * @param health of the role
   * @param clock for the times of commands
   */
  public record Environment(
      AlertBook book,
      InputLog inputs,
      Supplier<Routing> routing,
      Supplier<Duration> resolveTimeout,
      Supplier<List<ReceiverStatus>> receivers,
      OutcomeHistory history,
      FeedbackBook feedback,
      AvroDecoder<Anomaly> anomalies,
      SinkMetrics metrics,
      Health health,
      Clock clock) {

    /** Alertmanager's default. */
    public static final Duration RESOLVE_TIMEOUT = Duration.ofMinutes(5);
  }

  /**
   * An API.
   *
   * @param peers the other instances
   * @param signer verifies the links of messages; empty for no such links
   * @param reload reads the configuration again
   */
  public AlertsApi(
      Environment environment,
      SinkPeers peers,
      Supplier<Optional<ActionSigner>> signer,
      ConfigReload<?> reload) {
    this.environment = environment;
    this.state = new TenantReads(environment.book(), environment.routing(), environment.clock());
    this.alerts = new AlertReads(state, peers);
    this.silences = new SilenceCalls(state, peers, environment.inputs());
    this.commands = new CommandCalls(state, peers, environment.inputs(), environment.anomalies());
    this.feedback = new FeedbackCalls(state, environment.inputs(), environment.feedback());
    this.explanations = new ExplainCalls(state, peers, environment.history());
    this.actions = new ActionCalls(state, peers, environment.inputs(), signer);
    this.reloads = new ReloadCalls(reload);
    this.startedAt = environment.clock().instant();
  }

  /** The access that each route requires, where the listener has tokens. */
  public static Access access(String method, String route) {
    // The token of a link is its permission.
    if (route.equals(HEALTHY) || route.equals(READY) || route.startsWith(ACTIONS)) {
      return Access.OPEN;
    }
    return method.equals("GET") || method.equals("HEAD") ? Access.READ : Access.WRITE;
  }

  /** Adds the routes. */
  public void routes(ServerBuilder server) {
    add(server, HttpMethod.GET, "/api/v2/alerts", alerts::alerts);
    add(server, HttpMethod.POST, "/api/v2/alerts", this::post);
    add(server, HttpMethod.GET, "/api/v2/alerts/groups", alerts::groups);
    add(server, HttpMethod.GET, "/api/v2/silences", silences::list);
    add(server, HttpMethod.POST, "/api/v2/silences", silences::post);
    add(server, HttpMethod.GET, "/api/v2/silence/:id", silences::get);
    add(server, HttpMethod.DELETE, "/api/v2/silence/:id", silences::delete);
    add(server, HttpMethod.GET, "/api/v2/receivers", call -> done(receivers(call)));
    add(server, HttpMethod.GET, "/api/v2/status", call -> done(status(call)));
    add(server, HttpMethod.POST, ALERT + "acknowledge", commands::acknowledge);
    add(server, HttpMethod.POST, ALERT + "unacknowledge", commands::unacknowledge);
    add(server, HttpMethod.POST, ALERT + "feedback", commands::feedback);
    add(server, HttpMethod.GET, "/api/v2/feedback", call -> done(feedback.list(call)));
    add(server, HttpMethod.DELETE, "/api/v2/feedback/:id", call -> done(feedback.revoke(call)));
    add(server, HttpMethod.GET, ALERT + "history", explanations::history);
    add(server, HttpMethod.GET, ALERT + "explain", explanations::explain);
    add(server, HttpMethod.GET, "/api/v1/notifications", call -> done(notifications(call)));
    actions(server);
    server.route().path(RELOAD).methods(HttpMethod.POST).build(reloads);
    health(server, HEALTHY, () -> true);
    health(server, READY, () -> environment.health().report().isUp());
  }

  private void actions(ServerBuilder server) {
    for (SignedAction.Purpose purpose : SignedAction.Purpose.values()) {
      add(server, HttpMethod.GET, purpose.path(), call -> actions.show(call, purpose));
      server
          .route()
          .path(purpose.path())
          .methods(HttpMethod.POST)
          .maxRequestLength(MAX_FORM_BYTES)
          .build(blocking(call -> actions.carryOut(call, purpose)));
    }
  }

  private void add(
      ServerBuilder server,
      HttpMethod method,
      String path,
      Function<ApiCall, CompletableFuture<HttpResponse>> handler) {
    server.route().path(path).methods(method).build(blocking(handler));
  }

  /** Handles requests on threads that may block. */
  private HttpService blocking(Function<ApiCall, CompletableFuture<HttpResponse>> handler) {
    return (ctx, request) ->
        HttpResponse.of(
            request
                .aggregate()
                .thenComposeAsync(
                    whole -> whole(ApiCall.of(ctx, whole), handler), ctx.blockingTaskExecutor())
                .exceptionally(failure -> Replies.failure(ctx, failure)));
  }

  /**
   * The answer of a handler, unless partitions have moved while it has read them, or another
   * instance expects some that are not here.
   */
  private CompletableFuture<HttpResponse> whole(
      ApiCall call, Function<ApiCall, CompletableFuture<HttpResponse>> handler) {
    SortedSet<Integer> held = environment.book().held();
    if (!held.containsAll(call.expected())) {
      throw Replies.unavailable("the alerts are being restored; ask again in a few seconds");
    }
    CompletableFuture<HttpResponse> answer = handler.apply(call);
    boolean reads = call.request().method() == HttpMethod.GET;
    if (reads && !held.equals(environment.book().held())) {
      throw Replies.unavailable("the alerts move to another instance; ask again in a few seconds");
    }
    return answer;
  }

  /** Alertmanager's health checks, in plain text. */
  private static void health(ServerBuilder server, String path, Supplier<Boolean> isUp) {
    server
        .route()
        .path(path)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(
            (ctx, request) ->
                HttpResponse.of(
                    () -> {
                      boolean up = isUp.get();
                      return HttpResponse.of(
                          up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
                          MediaType.PLAIN_TEXT_UTF_8,
                          up ? "OK" : "not ready, see /readyz");
                    },
                    Listener.healthExecutor(ctx)));
  }

  private CompletableFuture<HttpResponse> post(ApiCall call) {
    CrossSite.check(call);
    Optional<String> tenant = call.parameters(AlertParameters.TENANT).text(AlertParameters.TENANT);
    PostedAlerts posted =
        PostedAlerts.read(
            call.json(), call.tenants(), tenant, environment.resolveTimeout().get(), state.now());
    environment.inputs().append(posted.inputs());
    if (!posted.problems().isEmpty()) {
      environment.metrics().invalidAlerts(posted.problems().size());
      throw posted.refusal();
    }
    return done(Replies.empty());
  }

  private HttpResponse receivers(ApiCall call) {
    call.parameters();
    return Replies.json(
        state.routing().receivers().keySet().stream()
            .sorted()
            .map(name -> Map.of("name", name))
            .toList());
  }

  private HttpResponse status(ApiCall call) {
    call.parameters();
    return Replies.json(
        StatusView.of(
            startedAt,
            RoutingText.of(state.routing()),
            environment.receivers().get(),
            reloads.view()));
  }

  private HttpResponse notifications(ApiCall call) {
    OutcomeHistory history = environment.history();
    int limit = call.parameters("limit").number("limit", DEFAULT_LIMIT, history.limit());
    return Replies.json(
        Map.of(
            "notifications",
            history.newest(history.limit()).stream()
                .filter(outcome -> call.tenants().includes(outcome.getTenantId()))
                .limit(limit)
                .map(OutcomeView::json)
                .toList()));
  }

  private static CompletableFuture<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
