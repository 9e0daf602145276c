package io.tracetide.alert.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.AlertBook.BookClosedException;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The HTTP API of alerts: the read-only part of Alertmanager's API v2 that is implemented so far,
 * and the outcomes of the newest notifications.
 */
public final class AlertsApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_FILTERS = 16;

  private final AlertBook book;
  private final Supplier<List<ReceiverStatus>> receivers;
  private final OutcomeHistory history;
  private final Clock clock;
  private final Instant startedAt;

  public AlertsApi(
      AlertBook book,
      Supplier<List<ReceiverStatus>> receivers,
      OutcomeHistory history,
      Clock clock) {
    this.book = book;
    this.receivers = receivers;
    this.history = history;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /** Adds the routes. */
  public void routes(ServerBuilder server) {
    get(server, "/api/v2/alerts", this::alerts);
    get(server, "/api/v2/receivers", (params, tenants) -> receiverNames());
    get(server, "/api/v2/status", (params, tenants) -> status());
    get(server, "/api/v1/notifications", this::notifications);
  }

  private List<Map<String, Object>> alerts(QueryParams params, Tenants tenants) {
    if (!flag(params, "active")) {
      // Silences and inhibition are not implemented yet, so all alerts are active.
      return List.of();
    }
    List<LabelMatcher> filters = filters(params);
    String receiver = params.get("receiver", "");
    Instant now = clock.instant();
    try {
      return book.all().stream()
          .filter(alert -> alert.state() instanceof AlertState.Firing)
          .filter(alert -> tenants.includes(alert.anomaly().getTenantId()))
          .map(alert -> new AlertView(alert, now))
          .filter(view -> filters.stream().allMatch(filter -> filter.matches(view.labels())))
          .filter(view -> receiver.isEmpty() || view.receivers().contains(receiver))
          .sorted(Comparator.comparing(AlertView::startsAt).reversed())
          .map(AlertView::json)
          .toList();
    } catch (BookClosedException e) {
      throw new ProblemException(
          HttpStatus.SERVICE_UNAVAILABLE,
          "Not ready",
          "the alerts are being restored or move to another instance, ask again in a few seconds");
    }
  }

  private static List<LabelMatcher> filters(QueryParams params) {
    List<String> texts = params.getAll("filter");
    if (texts.size() > MAX_FILTERS) {
      throw badParameter("filter", "given at most " + MAX_FILTERS + " times");
    }
    List<LabelMatcher> filters = new ArrayList<>();
    for (String text : texts) {
      try {
        filters.add(LabelMatcher.parseFilter(text));
      } catch (IllegalArgumentException e) {
        throw badParameter(
            "filter",
            "a matcher such as service=checkout or severity=~\"high|critical\" ("
                + e.getMessage()
                + ")");
      }
    }
    return filters;
  }

  private List<Map<String, String>> receiverNames() {
    return receivers.get().stream().map(receiver -> Map.of("name", receiver.name())).toList();
  }

  private StatusView status() {
    return StatusView.of(startedAt, receivers.get());
  }

  private Map<String, Object> notifications(QueryParams params, Tenants tenants) {
    String text = params.get("limit", Integer.toString(DEFAULT_LIMIT));
    if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1) {
      throw badParameter("limit", "a whole number from 1 to " + history.limit());
    }
    int limit = Math.min(Integer.parseInt(text), history.limit());
    return Map.of(
        "notifications",
        history.newest(history.limit()).stream()
            .filter(outcome -> tenants.includes(outcome.getTenantId()))
            .limit(limit)
            .map(OutcomeView::json)
            .toList());
  }

  private static boolean flag(QueryParams params, String name) {
    String text = params.get(name, "true");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw badParameter(name, "true or false");
    };
  }

  private static ProblemException badParameter(String name, String accepted) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST, "Bad parameter", "parameter " + name + " must be " + accepted);
  }

  /** Responds with data of the caller's tenants. */
  private static void get(
      ServerBuilder server, String path, BiFunction<QueryParams, Tenants, Object> answer) {
    server
        .route()
        .get(path)
        .build(
            (ctx, request) ->
                HttpResponse.of(
                    () -> json(answer.apply(query(ctx), Callers.of(ctx).tenants())),
                    ctx.blockingTaskExecutor()));
  }

  private static QueryParams query(ServiceRequestContext ctx) {
    return QueryParams.fromQueryString(ctx.query());
  }

  private static HttpResponse json(Object body) {
    try {
      return HttpResponse.of(
          HttpStatus.OK, MediaType.JSON, HttpData.wrap(JSON.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, lists and maps are JSON", e);
    }
  }
}
