package io.tracetide.processor.query.alerting;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.OwnOrigin;
import io.tracetide.runtime.http.ProblemResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The API of the alert sink under {@code /alerting}, for the dashboard, whose pages call only their
 * own origin. A fixed list of routes is forwarded with the token of the caller, which the alert
 * sink checks again; nothing else of a request is, and no request makes this listener call another
 * address. The number of requests, their size and their time are limited.
 */
public final class AlertForwarding implements Consumer<ServerBuilder> {
  /** Prefix of the paths. */
  public static final String PREFIX = "/alerting";

  private static final int MOST_REQUESTS = 32;
  private static final int MAX_REQUEST_BYTES = 65_536;
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final String ALERT = "/api/v2/alerts/{fingerprint}/";

  private static final List<String> READS =
      List.of(
          "/api/v2/alerts",
          "/api/v2/alerts/groups",
          ALERT + "explain",
          ALERT + "history",
          "/api/v2/silences",
          "/api/v2/silence/{id}",
          "/api/v2/feedback",
          "/api/v2/receivers",
          "/api/v1/notifications");

  private static final List<String> POSTS =
      List.of(
          ALERT + "acknowledge", ALERT + "unacknowledge", ALERT + "feedback", "/api/v2/silences");

  private final SinkClient sink;
  private final Semaphore places = new Semaphore(MOST_REQUESTS);

  public AlertForwarding(SinkClient sink) {
    this.sink = sink;
  }

  @Override
  public void accept(ServerBuilder server) {
    READS.forEach(path -> route(server, HttpMethod.GET, path));
    POSTS.forEach(path -> route(server, HttpMethod.POST, path));
    route(server, HttpMethod.DELETE, "/api/v2/silence/{id}");
    route(server, HttpMethod.DELETE, "/api/v2/feedback/{id}");
  }

  private void route(ServerBuilder server, HttpMethod method, String path) {
    server
        .route()
        .path(PREFIX + path)
        .methods(method)
        .maxRequestLength(MAX_REQUEST_BYTES)
        .build(this::serve);
  }

  private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    @Nullable HttpResponse refusal = refusal(request);
    if (refusal != null) {
      return refusal;
    }
    if (!places.tryAcquire()) {
      return unavailable("Too many requests to the alert sink are open. Repeat it later.");
    }
    return HttpResponse.of(
        request
            .aggregate()
            .thenCompose(whole -> forward(context, whole))
            .whenComplete((done, failure) -> places.release()));
  }

  /**
   * Why a request is not forwarded. A listener without tokens has no sessions, but a browser on its
   * machine could be made to send requests by a page of another site.
   */
  private static @Nullable HttpResponse refusal(HttpRequest request) {
    if (request.method() == HttpMethod.GET) {
      return null;
    }
    if (!request.headers().contains(HttpHeaderNames.AUTHORIZATION)
        && OwnOrigin.isForeign(request)) {
      return ProblemResponse.of(
          HttpStatus.FORBIDDEN, "Forbidden", "pages of other origins may not change alerts");
    }
    @Nullable MediaType type = request.contentType();
    if (request.method() == HttpMethod.POST && (type == null || !type.is(MediaType.JSON))) {
      return ProblemResponse.of(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "Unsupported Media Type",
          "the Content-Type must be application/json");
    }
    return null;
  }

  private CompletableFuture<HttpResponse> forward(
      ServiceRequestContext context, AggregatedHttpRequest request) {
    Caller caller = Callers.of(context);
    String path = request.path().substring(PREFIX.length());
    CompletableFuture<Boolean> separates =
        caller.tenants().isAll()
            ? CompletableFuture.completedFuture(true)
            : sink.separatesTenants();
    return separates
        .thenCompose(
            safe ->
                safe
                    ? sink.send(path, request, Callers.credentials(context))
                        .thenApply(AlertForwarding::answer)
                    : CompletableFuture.completedFuture(open()))
        .exceptionally(
            failure -> unavailable("The alert sink does not answer: " + SinkClient.cause(failure)));
  }

  private static HttpResponse answer(SinkClient.Answer answer) {
    if (answer.status().equals(HttpStatus.UNAUTHORIZED)) {
      // The session of this listener has not ended, so the page must not say so.
      return ProblemResponse.of(
          HttpStatus.FORBIDDEN,
          "Forbidden",
          "The alert sink does not admit this token: its listener needs the same tokens.");
    }
    return HttpResponse.of(answer.status(), answer.type(), answer.content());
  }

  private static HttpResponse open() {
    return ProblemResponse.of(
        HttpStatus.FORBIDDEN,
        "Forbidden",
        "The alert sink has no tokens, so it would show the alerts of other tenants: set"
            + " sink.listener.tokens.");
  }

  private static HttpResponse unavailable(String detail) {
    return ProblemResponse.of(
            HttpStatus.SERVICE_UNAVAILABLE, "The alert sink is not available", detail)
        .mapHeaders(
            headers ->
                headers.toBuilder()
                    .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .build());
  }
}
