package io.tracetide.instrumentation.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.tracetide.client.CapturingEmitter;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of a client to an embedded server. */
class TraceFilterTest {

  private static final String CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final HttpClient http = HttpClient.newHttpClient();
  private final CapturingEmitter captured = new CapturingEmitter("shop", "acme");
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private Server server;

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
    workers.shutdownNow();
    captured.close();
  }

  @Test
  void shouldPublishARequestAsOneSpanOfItsRoute() throws Exception {
    start(new TraceFilter(captured.emitter()), "/orders/*", answering(200));

    HttpResponse<String> response = get("/orders/4711?card=4929104728195538");

    TraceEvent started = ended(1).get(0);
    TraceEvent event = completed().get(0);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(event.getTenantId()).isEqualTo("acme");
    assertThat(event.getServiceName()).isEqualTo("shop");
    assertThat(event.getOperationName()).isEqualTo("GET /orders/*");
    assertThat(event.getSpanKind()).isEqualTo(SpanKind.SERVER);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.COMPLETED);
    assertThat(event.getParentSpanId()).isNull();
    assertThat(event.getDurationMicros()).isPositive();
    assertThat(event.getContext()).isNull();
    assertThat(event.getTags())
        .isEqualTo(
            Map.of(
                "http.request.method", "GET",
                "http.route", "/orders/*",
                "http.response.status_code", "200"));
    assertThat(started.getType()).isEqualTo(TraceEventType.STARTED);
    assertThat(started.getSpanId()).isEqualTo(event.getSpanId());
    assertThat(started.getOperationName()).isEqualTo("GET /orders/*");
    assertThat(response.headers().firstValue("traceresponse"))
        .contains("00-%s-%s-03".formatted(event.getTraceId(), event.getSpanId()));
    assertThat(captured.events().toString()).doesNotContain("4929104728195538");
  }

  @Test
  void shouldJoinTheTraceOfTheCaller() throws Exception {
    start(new TraceFilter(captured.emitter()), "/pay", answering(200));

    send(request("/pay").header("traceparent", CALLER).header("tracestate", "ot=th:4"));

    TraceEvent event = completed(1).get(0);
    assertThat(event.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(event.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(event.getSamplingWeight()).isCloseTo(4.0 / 3, within(1e-9));
  }

  @Test
  void shouldStartANewTraceForAnInvalidOrUntrustedCaller() throws Exception {
    start(new TraceFilter(captured.emitter()), "/pay", answering(200));
    send(request("/pay").header("traceparent", CALLER.replace("0af", "ZZZ")));
    assertThat(completed(1)).allSatisfy(each -> assertThat(each.getParentSpanId()).isNull());
    server.stop();

    start(
        new TraceFilter(
            captured.emitter(),
            FilterSettings.defaults().withJoinCallers(false).withAnswerTrace(false)),
        "/pay",
        answering(200));
    HttpResponse<String> response = send(request("/pay").header("traceparent", CALLER));

    assertThat(completed(2)).allSatisfy(each -> assertThat(each.getParentSpanId()).isNull());
    assertThat(response.headers().firstValue("traceresponse")).isEmpty();
  }

  @Test
  void shouldProvideTheTraceToHandlers() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> {
          ExecutionTrace trace = TraceFilter.trace(request).orElseThrow();
          trace.update("charging the card");
          try (ExecutionTrace child = trace.child("charge", SpanKind.CLIENT)) {
            child.complete();
          }
        });

    get("/pay");

    List<TraceEvent> events = completed(2);
    assertThat(events)
        .extracting(TraceEvent::getOperationName)
        .containsExactly("charge", "GET /pay");
    assertThat(events.get(0).getParentSpanId()).isEqualTo(events.get(1).getSpanId());
    assertThat(events.get(0).getTraceId()).isEqualTo(events.get(1).getTraceId());
    assertThat(captured.events())
        .anySatisfy(
            event -> assertThat(event.getCurrentOperation()).isEqualTo("charging the card"));
  }

  @Test
  void shouldFailRequestsThatAnswer5xxAndNotThoseThatAnswer4xx() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/answer/*",
        (request, response) ->
            response.sendError(Integer.parseInt(request.getPathInfo().substring(1))));

    get("/answer/404");
    get("/answer/429");
    get("/answer/503");

    List<TraceEvent> events = completed(3);
    assertThat(events)
        .extracting(
            event -> event.getTags().get("http.response.status_code") + " " + event.getStatus())
        .containsExactly("404 COMPLETED", "429 COMPLETED", "503 FAILED");
    assertThat(events).extracting(TraceEvent::getOperationName).containsOnly("GET /answer/*");
    assertThat(events.get(2).getOutcome().getError().getType()).isEqualTo("503");
    assertThat(events.get(2).getTags()).containsEntry("error.type", "503");
  }

  @Test
  void shouldCountTheConfiguredStatusAsFailure() throws Exception {
    start(
        new TraceFilter(captured.emitter(), FilterSettings.defaults().withFailureStatus(400)),
        "/pay",
        answering(429));

    get("/pay");

    assertThat(completed(1).get(0).getStatus()).isEqualTo(TraceStatus.FAILED);
  }

  @Test
  void shouldPublishExceptionsAndLetThemThrough() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> {
          throw new ServletException("wrapped", new IllegalStateException("out of stock"));
        });

    HttpResponse<String> response = get("/pay");

    TraceEvent event = completed(1).get(0);
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getTags())
        .containsEntry("http.response.status_code", "500")
        .containsEntry("error.type", "java.lang.IllegalStateException");
    assertThat(event.getOutcome().getError().getMessage()).isEqualTo("out of stock");
    assertThat(event.getOutcome().getError().getStack()).contains("TraceFilterTest");
  }

  @Test
  void shouldNotMakeOperationsOfPathsThatAreNotThere() throws Exception {
    start(new TraceFilter(captured.emitter()), "/", answering(404));

    get("/wp-login.php");
    get("/.env");

    assertThat(completed(2)).extracting(TraceEvent::getOperationName).containsOnly("GET");
    assertThat(completed(2).get(0).getTags()).doesNotContainKey("http.route");
  }

  @Test
  void shouldTemplateThePathWithoutARoute() throws Exception {
    start(new TraceFilter(captured.emitter()), "/", answering(200));

    get("/orders/4711;jsessionid=secret/items");

    assertThat(completed(1).get(0).getOperationName()).isEqualTo("GET /orders/{id}/items");
  }

  @Test
  void shouldUseTheRouteOfTheFramework() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/",
        (request, response) -> {
          request.setAttribute(RouteResolver.SPRING_PATTERN, "/orders/{orderId}");
          response.setStatus(404);
        });

    get("/orders/4711");

    TraceEvent event = completed(1).get(0);
    assertThat(event.getOperationName()).isEqualTo("GET /orders/{orderId}");
    assertThat(event.getTags()).containsEntry("http.route", "/orders/{orderId}");
    assertThat(captured.events().get(0).getOperationName()).isEqualTo("GET /orders/{id}");
  }

  @Test
  void shouldTakeRoutesFromAResolverOfTheApplication() throws Exception {
    start(
        new TraceFilter(
            captured.emitter(),
            FilterSettings.defaults(),
            request -> request.getParameter("action")),
        "/",
        answering(200));

    get("/rpc?action=pay");

    assertThat(completed(1).get(0).getOperationName()).isEqualTo("GET pay");
  }

  @Test
  void shouldUseOneNameForUnknownMethods() throws Exception {
    start(new TraceFilter(captured.emitter()), "/pay", answering(200));

    send(request("/pay").method("BREW", HttpRequest.BodyPublishers.noBody()));

    TraceEvent event = completed(1).get(0);
    assertThat(event.getOperationName()).isEqualTo("HTTP /pay");
    assertThat(event.getTags()).containsEntry("http.request.method", "_OTHER");
  }

  @Test
  void shouldNotTraceExcludedPaths() throws Exception {
    start(
        new TraceFilter(
            captured.emitter(),
            FilterSettings.defaults().withExcludedPaths("/health", "/assets/*", "*.css")),
        "/",
        answering(200));

    get("/health");
    get("/assets/logo.png");
    get("/a/b.css");
    get("/healthy");

    assertThat(completed(1))
        .extracting(TraceEvent::getOperationName)
        .containsExactly("GET /healthy");
    assertThat(captured.events()).hasSize(2);
  }

  @Test
  void shouldPublishTheUserAndTheHashedSession() throws Exception {
    Function<HttpServletRequest, HttpServletRequest> signedIn =
        request ->
            new HttpServletRequestWrapper(request) {
              @Override
              public Principal getUserPrincipal() {
                return () -> "ada";
              }
            };
    start(
        signedIn,
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> response.getWriter().print(request.getSession().getId()));

    HttpResponse<String> first = get("/pay");
    String cookie = first.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    send(request("/pay").header("Cookie", cookie));

    List<TraceEvent> events = completed(2);
    assertThat(events)
        .allSatisfy(event -> assertThat(event.getContext().getUserId()).isEqualTo("ada"));
    String session = events.get(0).getContext().getSessionId();
    assertThat(session).matches("[0-9a-f]{32}");
    assertThat(events.get(1).getContext().getSessionId()).isEqualTo(session);
    assertThat(captured.events().toString()).doesNotContain(first.body());
  }

  @Test
  void shouldNeverMakeASession() throws Exception {
    start(new TraceFilter(captured.emitter()), "/pay", answering(200));

    HttpResponse<String> response = get("/pay");

    assertThat(completed(1).get(0).getContext()).isNull();
    assertThat(response.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void shouldNotPublishUsersAndSessionsWhenDisabled() throws Exception {
    start(
        request ->
            new HttpServletRequestWrapper(request) {
              @Override
              public Principal getUserPrincipal() {
                return () -> "ada";
              }
            },
        new TraceFilter(
            captured.emitter(),
            FilterSettings.defaults().withUser(Disclosure.OFF).withSession(Disclosure.OFF)),
        "/pay",
        (request, response) -> request.getSession());

    get("/pay");

    assertThat(completed(1).get(0).getContext()).isNull();
  }

  @Test
  void shouldEndAnAsynchronousRequestWhenItIsCompleted() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> {
          AsyncContext async = request.startAsync();
          workers.execute(
              () -> {
                sleep(300);
                ((HttpServletResponse) async.getResponse()).setStatus(202);
                async.complete();
              });
        });

    HttpResponse<String> response = get("/pay");

    TraceEvent event = completed(1).get(0);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.COMPLETED);
    assertThat(event.getDurationMicros()).isGreaterThanOrEqualTo(300_000);
    assertThat(event.getTags()).containsEntry("http.response.status_code", "202");
  }

  @Test
  void shouldEndAnAsynchronousRequestThatIsDispatchedAndStartedAnew() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> {
          if (request.getAttribute("round") == null) {
            request.setAttribute("round", 1);
            AsyncContext first = request.startAsync();
            workers.execute(first::dispatch);
          } else if (request.getAttribute("round").equals(1)) {
            request.setAttribute("round", 2);
            AsyncContext second = request.startAsync();
            workers.execute(
                () -> {
                  sleep(200);
                  second.dispatch();
                });
          } else {
            response.setStatus(201);
          }
        });

    HttpResponse<String> response = get("/pay");

    assertThat(response.statusCode()).isEqualTo(201);
    TraceEvent event = completed(1).get(0);
    assertThat(event.getTags()).containsEntry("http.response.status_code", "201");
    assertThat(event.getDurationMicros()).isGreaterThanOrEqualTo(200_000);
    assertThat(captured.events()).hasSize(2);
  }

  @Test
  void shouldFailAnAsynchronousRequestThatIsNeverCompleted() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> request.startAsync().setTimeout(200));

    HttpResponse<String> response = get("/pay");

    TraceEvent event = completed(1).get(0);
    assertThat(response.statusCode()).isGreaterThanOrEqualTo(500);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getDurationMicros()).isGreaterThanOrEqualTo(200_000);
    assertThat(event.getOutcome().getError()).isNotNull();
  }

  @Test
  void shouldFailAnAsynchronousRequestThatThrowsAfterItWasDispatched() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/pay",
        (request, response) -> {
          if (request.getDispatcherType() == DispatcherType.REQUEST) {
            AsyncContext async = request.startAsync();
            workers.execute(async::dispatch);
          } else {
            throw new IllegalStateException("too late");
          }
        });

    HttpResponse<String> response = get("/pay");

    assertThat(response.statusCode()).isEqualTo(500);
    TraceEvent event = completed(1).get(0);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(captured.events()).hasSize(2);
  }

  @Test
  void shouldDistinguishConcurrentRequests() throws Exception {
    start(
        new TraceFilter(captured.emitter()),
        "/work/*",
        (request, response) -> {
          TraceFilter.trace(request)
              .orElseThrow()
              .tag("path", request.getPathInfo().substring(1))
              .update("working");
          sleep(5);
        });

    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(
          http.sendAsync(request("/work/r" + i).build(), HttpResponse.BodyHandlers.ofString()));
    }
    Map<String, String> traceOfPath =
        answers.stream()
            .map(CompletableFuture::join)
            .collect(
                Collectors.toMap(
                    answer -> answer.uri().getPath().substring("/work/".length()),
                    answer -> answer.headers().firstValue("traceresponse").orElseThrow()));

    List<TraceEvent> events = completed(200);
    assertThat(events).extracting(TraceEvent::getTraceId).doesNotHaveDuplicates();
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(traceOfPath.get(event.getTags().get("path")))
                    .contains(event.getTraceId()));
    assertThat(captured.events()).hasSize(600);
  }

  @Test
  void shouldServeRequestsThatCannotBeTraced() throws Exception {
    start(
        request ->
            new HttpServletRequestWrapper(request) {
              @Override
              public Principal getUserPrincipal() {
                throw new IllegalStateException("the directory is away");
              }
            },
        new TraceFilter(captured.emitter()),
        "/pay",
        answering(204));

    assertThat(get("/pay").statusCode()).isEqualTo(204);
  }

  @Test
  void shouldBeMadeByTheContainerFromInitParams() throws Exception {
    server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler context = new ServletContextHandler("/shop");
    context.addServlet(new ServletHolder(servlet(answering(200))), "/");
    FilterHolder holder =
        context.addFilter(TraceFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));
    holder.setInitParameter("tracetide.service.name", "shop");
    holder.setInitParameter("tracetide.bootstrap.servers", "127.0.0.1:1");
    holder.setInitParameter("tracetide.schema.registry.url", "http://127.0.0.1:1");
    holder.setInitParameter("excludedPaths", "/health");
    server.setHandler(context);
    server.start();

    assertThat(get("/shop/orders").headers().firstValue("traceresponse")).isPresent();
    assertThat(get("/shop/health").headers().firstValue("traceresponse")).isEmpty();
  }

  @Test
  void shouldNotStartWithInitParamsThatMakeNoSense() {
    server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler context = new ServletContextHandler();
    FilterHolder holder =
        context.addFilter(TraceFilter.class, "/*", EnumSet.of(DispatcherType.REQUEST));
    holder.setInitParameter("failureStatus", "many");
    server.setHandler(context);

    assertThatThrownBy(() -> server.start())
        .isInstanceOf(ServletException.class)
        .hasMessageContaining("failureStatus is many");
  }

  @FunctionalInterface
  private interface Handler {
    void handle(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException;
  }

  private static Handler answering(int status) {
    return (request, response) -> response.setStatus(status);
  }

  private static HttpServlet servlet(Handler handler) {
    return new HttpServlet() {
      @Override
      protected void service(HttpServletRequest request, HttpServletResponse response)
          throws ServletException, IOException {
        handler.handle(request, response);
      }
    };
  }

  private void start(TraceFilter filter, String mapping, Handler handler) throws Exception {
    start(request -> request, filter, mapping, handler);
  }

  /** A server whose requests are wrapped before the filter. */
  private void start(
      Function<HttpServletRequest, HttpServletRequest> wrap,
      TraceFilter filter,
      String mapping,
      Handler handler)
      throws Exception {
    server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
    EnumSet<DispatcherType> all =
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    FilterHolder before =
        new FilterHolder(
            (request, response, chain) ->
                chain.doFilter(wrap.apply((HttpServletRequest) request), response));
    FilterHolder ours = new FilterHolder(filter);
    ServletHolder last = new ServletHolder(servlet(handler));
    before.setAsyncSupported(true);
    ours.setAsyncSupported(true);
    last.setAsyncSupported(true);
    context.addFilter(before, "/*", all);
    context.addFilter(ours, "/*", all);
    context.addServlet(last, mapping);
    server.setHandler(context);
    server.start();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.getURI().resolve(URI.create(path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  /** The client may get the response before the filter publishes the end. */
  private List<TraceEvent> completed(int count) {
    await().untilAsserted(() -> assertThat(completed()).hasSize(count));
    return completed();
  }

  private List<TraceEvent> ended(int count) {
    completed(count);
    return captured.events();
  }

  private List<TraceEvent> completed() {
    return captured.events().stream()
        .filter(event -> event.getType() == TraceEventType.COMPLETED)
        .toList();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
