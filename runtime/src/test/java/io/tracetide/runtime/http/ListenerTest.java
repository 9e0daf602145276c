package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.epoll.Epoll;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.EnvironmentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For tests that need no listener of their own: closing one with a caller takes a second. */
  private static Listener shared;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Health health = new Health();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Listener> listeners = new ArrayList<>();

  @BeforeAll
  static void startShared() {
    shared =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            ListenerTest::routes);
  }

  @AfterAll
  static void closeShared() {
    shared.close();
  }

  @AfterEach
  void close() {
    listeners.forEach(Listener::close);
    meters.close();
  }

  @Test
  void shouldBindAFreePortOnLoopbackByDefault() throws Exception {
    Listener listener = start(ListenerConfig.onPort(0));

    assertThat(listener.port()).isPositive();
    assertThat(listener.url()).isEqualTo("http://127.0.0.1:" + listener.port());
    assertThat(get(listener, "/livez").statusCode()).isEqualTo(200);
    assertThat(get(listener, "/livez").body())
        .isEqualTo("{\"status\":\"up\",\"version\":\"%s\"}".formatted(BuildVersion.text()));
    assertThat(get(listener, "/readyz").body()).matches("\\{\"status\":\"up\",\"checks\":.*");
  }

  @Test
  void shouldServeHttp2AsWell() throws Exception {
    Listener listener = shared;

    var response =
        client.send(
            request(listener, "/nowhere").version(HttpClient.Version.HTTP_2).build(),
            BodyHandlers.ofString());

    problem(response, 404);
    assertSecurityHeaders(response);
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void shouldRunWithoutNativeLibraries() {
    start(ListenerConfig.onPort(0));

    assertThat(Flags.transportType()).isEqualTo(TransportType.NIO);
    assertThat(Epoll.isAvailable()).isFalse();
  }

  @Test
  void shouldListTheFailedChecksWhenNotReady() throws Exception {
    AtomicReference<HealthStatus> kafka = new AtomicReference<>(HealthStatus.up());
    health.register("kafka", kafka::get);
    health.register("streams", HealthStatus::up);
    Listener listener = start(ListenerConfig.onPort(0));

    assertThat(get(listener, "/readyz").statusCode()).isEqualTo(200);

    kafka.set(HealthStatus.down("no broker answers"));
    java.net.http.HttpResponse<String> down = get(listener, "/readyz");
    JsonNode body = problem(down, 503);
    assertThat(body.path("detail").asText()).isEqualTo("down: kafka");
    assertThat(body.path("down")).hasSize(1);
    assertThat(body.at("/checks/kafka/detail").asText()).isEqualTo("no broker answers");
    assertThat(get(listener, "/livez").statusCode()).isEqualTo(200);

    kafka.set(HealthStatus.up());
    assertThat(get(listener, "/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldExposeOwnAndJvmMetersInBothTextFormats() throws Exception {
    meters.counter("orders.received").increment(3);
    Listener listener = start(ListenerConfig.onPort(0));

    java.net.http.HttpResponse<String> plain = get(listener, "/metrics");
    assertThat(plain.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(plain.body())
        .contains("orders_received_total 3.0", "jvm_memory_used_bytes", "process_uptime_seconds");

    java.net.http.HttpResponse<String> open =
        client.send(
            request(listener, "/metrics")
                .header("accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .build(),
            BodyHandlers.ofString());
    assertThat(open.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @MethodSource("errors")
  void shouldAnswerEveryErrorWithProblemDetailsWithoutInternals(
      String method, String path, int status) throws Exception {
    Listener listener = shared;

    java.net.http.HttpResponse<String> response =
        client.send(
            request(listener, path).method(method, BodyPublishers.ofString("{}")).build(),
            BodyHandlers.ofString());

    problem(response, status);
    assertThat(response.body())
        .doesNotContain("Exception", "io.tracetide", "armeria", "at java", "hunter2");
    assertSecurityHeaders(response);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of("GET", "/nowhere", 404),
        Arguments.of("GET", "/", 404),
        Arguments.of("GET", "/livez/", 404),
        Arguments.of("GET", "/..%2f..%2fetc/passwd", 400),
        Arguments.of("GET", "/x%5c..%5cetc", 400),
        Arguments.of("GET", "/nowhere?token=hunter2", 404),
        Arguments.of("POST", "/livez", 405),
        Arguments.of("DELETE", "/metrics", 405),
        Arguments.of("GET", "/throws", 500),
        Arguments.of("GET", "/fails-later", 500),
        Arguments.of("GET", "/blocking-throws", 500),
        Arguments.of("GET", "/error", 500),
        Arguments.of("GET", "/problem", 422),
        Arguments.of("GET", "/status", 403),
        Arguments.of("GET", "/annotated", 400),
        Arguments.of("GET", "/annotated?count=ten", 400),
        Arguments.of("GET", "/annotated-throws", 500));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseABodyBeyondTheLimit(boolean lengthDeclared) throws Exception {
    Listener listener = start(limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 16, 1_000));
    byte[] body = new byte[50_000];

    var response =
        client.send(
            request(listener, "/echo")
                .POST(
                    lengthDeclared
                        ? BodyPublishers.ofByteArray(body)
                        : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build(),
            BodyHandlers.ofString());

    assertThat(problem(response, 413).path("detail").asText())
        .isEqualTo("a request body may have at most 1000 bytes");
    assertThat(get(listener, "/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldAnswerHealthChecksAndMetricsWhileRequestsOccupyAllOtherThreads() throws Exception {
    CountDownLatch occupied = new CountDownLatch(8);
    CountDownLatch end = new CountDownLatch(1);
    Listener listener =
        Listener.start(
            ListenerConfig.onPort(0),
            health,
            meters,
            routes ->
                routes
                    .service(
                        "/blocks",
                        (ctx, req) ->
                            HttpResponse.of(
                                () -> {
                                  occupied.countDown();
                                  await(end);
                                  return HttpResponse.of("done");
                                },
                                ctx.blockingTaskExecutor()))
                    .service(
                        "/own-check",
                        (ctx, req) ->
                            HttpResponse.of(
                                () -> HttpResponse.of("OK"), Listener.healthExecutor(ctx))));
    listeners.add(listener);
    List<CompletableFuture<?>> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        slow.add(client.sendAsync(request(listener, "/blocks").build(), BodyHandlers.ofString()));
      }
      assertThat(occupied.await(10, TimeUnit.SECONDS)).isTrue();

      for (String path : List.of("/livez", "/readyz", "/metrics", "/own-check")) {
        assertThat(get(listener, path).statusCode()).as(path).isEqualTo(200);
      }
    } finally {
      end.countDown();
    }
    CompletableFuture.allOf(slow.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldAnswerProblemDetailsWhenAServiceIsTooSlow() throws Exception {
    Listener listener = start(limits(Duration.ofMillis(300), Duration.ofSeconds(5), 16, 1_000));

    problem(get(listener, "/slow"), 503);
  }

  @Test
  void shouldTimeOutWhenABodyStalls() throws Exception {
    Listener listener = start(limits(Duration.ofMillis(300), Duration.ofMinutes(5), 16, 1_000));

    try (Socket socket = connect(listener)) {
      send(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n123");
      assertThat(readAll(socket))
          .startsWith("HTTP/1.1 408 ")
          .contains("application/problem+json", "x-content-type-options: nosniff");
    }
  }

  @Test
  void shouldCloseConnectionsThatSendNoRequest() throws Exception {
    Listener listener = start(limits(Duration.ofSeconds(5), Duration.ofMillis(300), 16, 1_000));

    try (Socket silent = connect(listener);
        Socket halfARequest = connect(listener)) {
      send(halfARequest, "GET /livez HTTP/1.1\r\nHost: loc");
      assertThat(readAll(silent)).isEmpty();
      assertThat(readAll(halfARequest)).isEmpty();
    }
  }

  @Test
  void shouldCloseConnectionsWhoseRequestIsTooSlow() throws Exception {
    Listener listener = start(limits(Duration.ofMillis(500), Duration.ofMillis(500), 16, 1_000));

    try (Socket socket = connect(listener)) {
      send(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 50; i++) {
                  send(socket, "x");
                  Thread.sleep(100);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldCloseConnectionsBeyondTheLimit() throws Exception {
    Listener listener = start(limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, 1_000));

    try (Socket one = connect(listener);
        Socket two = connect(listener)) {
      assertThat(ask(one, "/livez")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(two, "/livez")).startsWith("HTTP/1.1 200 ");
      try (Socket three = connect(listener)) {
        assertThat(readAll(three)).isEmpty();
      }
      assertThat(ask(one, "/livez")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void shouldServeOthersWhileManyConnectionsAreSlow() throws Exception {
    Listener listener = start(limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 256, 1_000));
    List<Socket> dawdling = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = connect(listener);
        dawdling.add(socket);
        send(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n1");
      }
      get(listener, "/livez");
      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        long started = System.nanoTime();
        assertThat(get(listener, "/livez").statusCode()).isEqualTo(200);
        millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
      }
      millis.sort(null);
      assertThat(millis.get(197)).isLessThan(200);
    } finally {
      for (Socket socket : dawdling) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"})
  void shouldRefuseAForeignHostNameOnLoopback(String host) throws Exception {
    Listener listener = shared;

    try (Socket socket = connect(listener)) {
      send(socket, "GET /readyz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 421 ").contains("problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:80", "[::1]"})
  void shouldAnswerToEveryNameOfThisMachine(String host) throws Exception {
    Listener listener = shared;

    try (Socket socket = connect(listener)) {
      send(socket, "GET /readyz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "BREW /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: LONG\r\n\r\n",
        "GET /LONG HTTP/1.1\r\nHost: localhost\r\n\r\n"
      })
  void shouldAnswerMalformedHttpWithAClientError(String request) throws Exception {
    Listener listener = shared;

    try (Socket socket = connect(listener)) {
      send(socket, request.replace("LONG", "a".repeat(70_000)));
      assertThat(readAll(socket))
          .matches("(?s)HTTP/1.1 (400|405|413|414|431|501|505) .*")
          .doesNotContain("Exception", "netty", "armeria", "server:");
    }
    assertThat(get(listener, "/livez").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a%00b", "/a%01", "/?name=a%00", "/../up", "/%2e%2e/%2e%2e/up", "/%zz"})
  void shouldExplainAPathThatIsNotAccepted(String path) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", shared.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
      assertThat(JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n"))).at("/detail").asText())
          .contains("the path or the query", "percent-encoded");
    }
  }

  @Test
  void shouldReportThePortInUseAndTheRemedy() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> start(ListenerConfig.onPort(port)))
          .isInstanceOf(PortInUseException.class)
          .hasMessage(
              "port "
                  + port
                  + " on 127.0.0.1 is in use: stop what listens there, or configure another port (0"
                  + " for any free one)");
    }
  }

  @Test
  void shouldReportWhyARouteCannotBeAdded() {
    assertThatThrownBy(
            () ->
                Listener.start(
                    ListenerConfig.onPort(0),
                    health,
                    meters,
                    routes -> routes.service("no-slash", (ctx, req) -> HttpResponse.of(200))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldReportThatAnAddressIsNotOfThisMachine() {
    ListenerConfig elsewhere = Configured.listener("host: 192.0.2.1, insecure: true");

    assertThatThrownBy(() -> start(elsewhere))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith("cannot listen on 192.0.2.1:0: ");
  }

  @Test
  void shouldFinishRequestsInProgressAndFreeThePortWhenClosed() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    Listener listener =
        Listener.start(
            ListenerConfig.onPort(0),
            health,
            meters,
            routes ->
                routes.service(
                    "/work",
                    (ctx, req) -> {
                      arrived.countDown();
                      return HttpResponse.of(answer);
                    }));
    listeners.add(listener);
    int port = listener.port();
    var response = client.sendAsync(request(listener, "/work").build(), BodyHandlers.ofString());
    assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> closed = CompletableFuture.runAsync(listener::close);
    Thread.sleep(200);
    assertThat(closed).isNotDone();
    answer.complete(HttpResponse.of("done"));

    assertThat(response.get(5, TimeUnit.SECONDS).body()).isEqualTo("done");
    closed.get(5, TimeUnit.SECONDS);
    listener.close();
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(free.getLocalPort()).isEqualTo(port);
    }
  }

  @Test
  void shouldSendClientsOfAProcessThatShutsDownToAnother() {
    assertThat(ProblemErrorHandler.isOfAShutdown(ShuttingDownException.get())).isTrue();
    assertThat(ProblemErrorHandler.isOfAShutdown(new RejectedExecutionException())).isTrue();
    assertThat(ProblemErrorHandler.isOfAShutdown(new IOException())).isFalse();

    AggregatedHttpResponse response = ProblemErrorHandler.shuttingDown().aggregate().join();

    assertThat(response.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(response.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
    assertThat(response.contentUtf8()).contains("another instance");
  }

  @Test
  void shouldLetAServiceOverrideAHeader() throws Exception {
    Listener listener = shared;

    var response = get(listener, "/asset");
    assertThat(response.headers().allValues("cache-control")).containsExactly("max-age=60");
    assertThat(response.headers().allValues("x-content-type-options")).containsExactly("nosniff");
    assertSecurityHeaders(get(listener, "/livez"));
  }

  private static ListenerConfig limits(
      Duration request, Duration idle, int connections, long bytes) {
    return Configured.listener(
        "requestTimeout: %s, idleTimeout: %s, maxConnections: %d, maxRequestBytes: %d"
            .formatted(request, idle, connections, bytes));
  }

  private static Socket connect(Listener listener) throws IOException {
    Socket socket = new Socket("127.0.0.1", listener.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Sends a request and reads one JSON answer, keeping the connection. */
  private static String ask(Socket socket, String path) throws IOException {
    send(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    StringBuilder text = new StringBuilder();
    while (text.indexOf("}") < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        break;
      }
      text.append((char) b);
    }
    return text.toString();
  }

  /** What the server sends until it closes the connection. */
  private static String readAll(Socket socket) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        text.append((char) b);
      }
    } catch (SocketException reset) {
      // A reset closes the connection too.
    }
    return text.toString();
  }

  private static void routes(ServerBuilder routes) {
    routes.service(
        "/asset",
        (ctx, req) ->
            HttpResponse.of(ResponseHeaders.of(HttpStatus.OK, "cache-control", "max-age=60")));
    routes.service(
        "/throws",
        (ctx, req) -> {
          throw new IllegalStateException("password hunter2 in io.tracetide.Thing");
        });
    routes.service(
        "/fails-later",
        (ctx, req) ->
            HttpResponse.of(CompletableFuture.failedFuture(new IOException("password hunter2"))));
    routes.service(
        "/blocking-throws",
        (ctx, req) ->
            HttpResponse.of(
                () -> {
                  throw new NullPointerException("hunter2");
                },
                ctx.blockingTaskExecutor()));
    routes.service(
        "/error",
        (ctx, req) -> {
          throw new StackOverflowError("hunter2");
        });
    routes.service(
        "/problem",
        (ctx, req) -> {
          throw new ProblemException(HttpStatus.UNPROCESSABLE_ENTITY, "Bad range", "from > to");
        });
    routes.service(
        "/status",
        (ctx, req) -> {
          throw HttpStatusException.of(403, new IllegalStateException("hunter2"));
        });
    routes.service(
        "/slow",
        (ctx, req) -> HttpResponse.delayed(HttpResponse.of("late"), Duration.ofSeconds(9)));
    routes.service(
        "/echo",
        (ctx, req) ->
            HttpResponse.of(req.aggregate().thenApply(all -> HttpResponse.of(all.contentUtf8()))));
    routes.annotatedService(
        new Object() {
          @Get("/annotated")
          public HttpResponse count(@Param("count") int count) {
            return HttpResponse.of("" + count);
          }

          @Get("/annotated-throws")
          public HttpResponse fail() {
            throw new IllegalStateException("hunter2");
          }
        });
  }

  private Listener start(ListenerConfig config) {
    Listener listener = Listener.start(config, health, meters, ListenerTest::routes);
    listeners.add(listener);
    return listener;
  }

  private java.net.http.HttpResponse<String> get(Listener listener, String path)
      throws IOException, InterruptedException {
    return client.send(request(listener, path).build(), BodyHandlers.ofString());
  }

  private static java.net.http.HttpRequest.Builder request(Listener listener, String path) {
    return java.net.http.HttpRequest.newBuilder(URI.create(listener.url() + path))
        .timeout(Duration.ofSeconds(15));
  }

  private static JsonNode problem(java.net.http.HttpResponse<String> response, int status)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode body = JSON.readTree(response.body());
    assertThat(body.path("status").asInt()).isEqualTo(status);
    assertThat(body.path("title").asText()).isNotBlank();
    assertThat(body.path("detail").asText()).isNotBlank();
    return body;
  }

  private static void assertSecurityHeaders(java.net.http.HttpResponse<?> response) {
    assertThat(response.headers().firstValue("server")).isEmpty();
    assertThat(response.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(response.headers().firstValue("referrer-policy")).hasValue("same-origin");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(response.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy -> assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'"));
  }
}
