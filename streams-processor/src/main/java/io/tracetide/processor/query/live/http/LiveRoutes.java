package io.tracetide.processor.query.live.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.tracetide.processor.query.live.LiveHub;
import io.tracetide.processor.query.live.LiveMetrics;
import io.tracetide.processor.query.live.ResumePoint;
import io.tracetide.processor.query.live.SubscribeRequest;
import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.CorsConfig;
import io.tracetide.runtime.http.ProblemResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Routes of live queries. A connection that is not accepted gets a response with the reason. */
public final class LiveRoutes implements Consumer<ServerBuilder> {
  public static final String SOCKET = "/monitoring/live";
  public static final String EVENTS = "/monitoring/live/events";

  private static final String TOPIC = "topic";
  private static final String RESUME = "resume";
  private static final String LAST_EVENT_ID = "last-event-id";
  private static final int RETRY_AFTER_SECONDS = 5;

  private final LiveHub hub;
  private final Origins origins;

  /**
   * Routes to the hub.
   *
   * @param cors pages of other origins that may open a WebSocket
   */
  public LiveRoutes(LiveHub hub, CorsConfig cors) {
    this.hub = hub;
    this.origins = new Origins(cors);
  }

  @Override
  public void accept(ServerBuilder server) {
    server
        .route()
        .path(SOCKET)
        .methods(HttpMethod.GET, HttpMethod.CONNECT)
        .decorator(this::admit)
        .decorator(this::checkOrigin)
        .build(
            WebSocketService.builder(this::socket)
                .maxFramePayloadLength(LiveSocket.MOST_CHARS)
                .allowedOrigin(origin -> true) // Checked before, with other origins.
                .build());
    server
        .route()
        .path(EVENTS)
        .methods(HttpMethod.GET)
        .decorator(this::admit)
        .build((context, request) -> events(context, request));
  }

  private WebSocket socket(ServiceRequestContext context, WebSocket in) {
    LiveSocket socket = new LiveSocket(context);
    return socket.begin(hub.open(socket, Callers.of(context).tenants()), in);
  }

  private HttpResponse checkOrigin(
      HttpService next, ServiceRequestContext context, HttpRequest request) throws Exception {
    if (origins.admits(context, request)) {
      return next.serve(context, withOrigin(request));
    }
    hub.metrics().refused(LiveMetrics.Refusal.ORIGIN);
    return ProblemResponse.of(
        HttpStatus.FORBIDDEN,
        "Forbidden",
        "pages of this origin may not open a WebSocket here; cors.origins lists those that may");
  }

  /** Armeria refuses a WebSocket without an origin, which only browsers send. */
  private static HttpRequest withOrigin(HttpRequest request) {
    return request.headers().contains(HttpHeaderNames.ORIGIN)
        ? request
        : request.mapHeaders(
            headers -> headers.toBuilder().set(HttpHeaderNames.ORIGIN, "null").build());
  }

  private HttpResponse admit(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    if (!hub.admit()) {
      return ProblemResponse.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "Too many connections",
              "%d live connections are open, which is the limit; connect again later."
                  .formatted(hub.maxConnections()))
          .mapHeaders(
              headers ->
                  headers.toBuilder()
                      .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                      .build());
    }
    CompletableFuture<Void> unused = context.log().whenComplete().thenRun(hub::leave);
    return next.serve(context, request);
  }

  private HttpResponse events(ServiceRequestContext context, HttpRequest request) {
    Tenants allowed = Callers.of(context).tenants();
    SubscribeRequest subscribe;
    try {
      subscribe = subscribe(context.queryParams(), request);
      hub.check(subscribe, allowed);
    } catch (BadParameterException e) {
      return ProblemResponse.of(HttpStatus.BAD_REQUEST, "Bad parameter", message(e));
    } catch (UnknownTenantException e) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown tenant", message(e));
    }
    context.clearRequestTimeout();
    HttpResponseWriter out = HttpResponse.streaming();
    out.write(
        ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, MediaType.EVENT_STREAM));
    EventStream stream = new EventStream(context, out);
    LiveHub.Client client = hub.open(stream, allowed);
    stream.begin(client);
    client.subscribe(subscribe);
    return out;
  }

  private static SubscribeRequest subscribe(QueryParams given, HttpRequest request) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    given.names().forEach(name -> values.put(name, given.getAll(name)));
    LiveTopic topic = LiveHub.topic(Optional.ofNullable(given.get(TOPIC)));
    values.remove(TOPIC);
    values.remove(RESUME);
    Optional<String> last = Optional.ofNullable(request.headers().get(LAST_EVENT_ID));
    Optional<ResumePoint> resume =
        last.isPresent()
            ? last.map(text -> ResumePoint.parse("Last-Event-ID", text))
            : Optional.ofNullable(given.get(RESUME)).map(text -> ResumePoint.parse(RESUME, text));
    return new SubscribeRequest(topic, topic.label(), values, resume);
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
