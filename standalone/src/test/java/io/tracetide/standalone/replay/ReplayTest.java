package io.tracetide.standalone.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.TlsKeyPair;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final String HEADER = "start_ms,service,operation,duration_us,error\n";

  @TempDir Path directory;

  private final List<Span> received = Collections.synchronizedList(new ArrayList<>());
  private final List<String> jsonBodies = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger requests = new AtomicInteger();
  private Answer answer = n -> 200;
  private long rejectedPerRequest;
  private HttpServer gateway;

  interface Answer {
    int status(int request);
  }

  @BeforeEach
  void startGateway() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext("/v1/traces", this::receive);
    gateway.start();
  }

  @AfterEach
  void stopGateway() {
    gateway.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    InputStream in = exchange.getRequestBody();
    byte[] body = (gzip ? new GZIPInputStream(in) : in).readAllBytes();
    int status = answer.status(requests.incrementAndGet());
    if (status == 0) {
      take(exchange, body);
      exchange.close(); // Taken, and the answer is lost.
      return;
    }
    byte[] reply = new byte[0];
    if (status == 200) {
      take(exchange, body);
      ExportTraceServiceResponse.Builder ok = ExportTraceServiceResponse.newBuilder();
      if (rejectedPerRequest > 0) {
        ok.getPartialSuccessBuilder().setRejectedSpans(rejectedPerRequest).setErrorMessage("no");
      }
      reply = isJson(exchange) ? "{}".getBytes(StandardCharsets.UTF_8) : ok.build().toByteArray();
    }
    exchange.sendResponseHeaders(status, reply.length == 0 ? -1 : reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  private static boolean isJson(HttpExchange exchange) {
    return "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
  }

  private void take(HttpExchange exchange, byte[] body) throws IOException {
    if (isJson(exchange)) {
      jsonBodies.add(new String(body, StandardCharsets.UTF_8));
      return;
    }
    ExportTraceServiceRequest.parseFrom(body)
        .getResourceSpansList()
        .forEach(r -> r.getScopeSpansList().forEach(s -> received.addAll(s.getSpansList())));
  }

  private ReplayTally replay(Path file, long shiftMs, int batch, boolean gzip) throws Exception {
    return replay(file, shiftMs, new IdSalt(0), batch, gzip);
  }

  private ReplayTally replay(Path file, long shiftMs, IdSalt salt, int batch, boolean gzip)
      throws Exception {
    URI endpoint = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort() + "/v1/traces");
    OtlpSender.Settings sender =
        new OtlpSender.Settings(
            endpoint, gzip, Duration.ofSeconds(5), Duration.ofSeconds(5), Credentials.NONE);
    return new Replay(
            Recording.open(file),
            new Replay.Settings(shiftMs, salt, batch, 2, sender),
            ReplayPace.max(),
            t -> {})
        .run();
  }

  private Path table(int rows) throws IOException {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 0; i < rows; i++) {
      csv.append(1_000_000L + i).append(",shop,GET /cart,1500,").append(i % 2).append('\n');
    }
    return Files.writeString(directory.resolve("spans.csv"), csv);
  }

  @Test
  void shouldEndAtOnceWhenTheCertificateIsNotTrusted() throws Exception {
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
    server.start();
    try {
      URI endpoint = URI.create("https://127.0.0.1:" + server.getAddress().getPort());

      assertThatThrownBy(() -> replay(endpoint, 5_000).run())
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("certificate of " + endpoint)
          .hasMessageContaining("--trust");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldKnowWhyItWaitsWhileThereIsNoReceiver() throws Exception {
    URI endpoint = URI.create("http://127.0.0.1:" + LoopbackPort.free());
    Replay replay = replay(endpoint, 10);
    FutureTask<ReplayTally> run = new FutureTask<>(replay::run);

    new Thread(run).start();

    await().until(() -> replay.trouble().equals(Optional.of("no connection to " + endpoint)));
    run.cancel(true);
  }

  private Replay replay(URI endpoint, int rows) throws IOException {
    return new Replay(
        Recording.open(table(rows)),
        new Replay.Settings(0, new IdSalt(0), 10, 2, OtlpSender.Settings.to(endpoint)),
        ReplayPace.max(),
        t -> {});
  }

  private static SSLContext selfSigned() throws Exception {
    TlsKeyPair pair = TlsKeyPair.ofSelfSigned("127.0.0.1");
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry(
        "own",
        pair.privateKey(),
        new char[0],
        pair.certificateChain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void shouldSendEverySpanOnceWhenTheGatewayTakesThem() throws Exception {
    ReplayTally tally = replay(table(1_000), 60_000, 64, true);

    assertThat(tally).isEqualTo(new ReplayTally(1_000, 1_000, 0, 0, 0));
    assertThat(received).extracting(Span::getTraceId).doesNotHaveDuplicates().hasSize(1_000);
    Span first =
        received.stream()
            .filter(s -> s.getStartTimeUnixNano() == 1_060_000_000_000L)
            .findFirst()
            .orElseThrow();
    assertThat(first.getEndTimeUnixNano()).isEqualTo(1_060_001_500_000L);
    assertThat(first.getName()).isEqualTo("GET /cart");
    assertThat(received).filteredOn(s -> s.getStatus().getCodeValue() == 2).hasSize(500);
  }

  @Test
  void shouldSendTheSameTraceIdsWhenRepeatedWithTheSameSalt() throws Exception {
    Path file = table(50);
    replay(file, 0, new IdSalt(7), 10, false);
    List<Span> first = List.copyOf(received);
    received.clear();

    replay(file, 0, new IdSalt(7), 25, false);

    assertThat(received)
        .extracting(Span::getTraceId)
        .containsExactlyInAnyOrderElementsOf(first.stream().map(Span::getTraceId).toList());
  }

  @Test
  void shouldSendOtherIdsWithAnotherSalt() throws Exception {
    Path file = table(500);
    for (IdSalt salt : List.of(new IdSalt(0), new IdSalt(7), new IdSalt(8), IdSalt.random())) {
      replay(file, 0, salt, 100, false);
    }

    assertThat(received).extracting(Span::getTraceId).doesNotHaveDuplicates().hasSize(2_000);
    assertThat(received).extracting(Span::getSpanId).doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepWhatRefersToWhatWhenIdsAreSalted() throws Exception {
    String line =
        """
        {"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","startTimeUnixNano":"1","endTimeUnixNano":"2"},
        {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","parentSpanId":"eee19b7ec3c1b174",
        "startTimeUnixNano":"1","endTimeUnixNano":"2",
        "links":[7,{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]},
        {"traceId":"not an id","spanId":"","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}
        """
            .replace("\n", "");
    Path file = Files.writeString(directory.resolve("traces.jsonl"), line + "\n");

    replay(file, 0, new IdSalt(7), 10, false);

    var spans = new ObjectMapper().readTree(jsonBodies.get(0)).findValue("spans");
    String trace = spans.get(0).get("traceId").asText();
    String root = spans.get(0).get("spanId").asText();
    assertThat(trace).matches("[0-9a-f]{32}").isNotEqualTo("5b8efff798038103d269b633813fc60c");
    assertThat(root).matches("[0-9a-f]{16}").isNotEqualTo("eee19b7ec3c1b174");
    assertThat(spans.get(1).get("traceId").asText()).isEqualTo(trace);
    assertThat(spans.get(1).get("spanId").asText()).isNotEqualTo(root).hasSize(16);
    assertThat(spans.get(1).get("parentSpanId").asText()).isEqualTo(root);
    assertThat(spans.get(1).get("links").get(1).get("traceId").asText()).isEqualTo(trace);
    assertThat(spans.get(1).get("links").get(1).get("spanId").asText()).isEqualTo(root);
    assertThat(spans.get(2).get("traceId").asText()).isEqualTo("not an id");
  }

  @Test
  void shouldRefuseLinesWhoseSpansAreNoObjects() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.jsonl"),
            "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[1]}]}]}\n");

    assertThatThrownBy(() -> Recording.open(file))
        .isInstanceOf(MalformedRecordingException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void shouldSendAgainWhenAskedToWait() throws Exception {
    answer = n -> n <= 2 ? 429 : n == 3 ? 503 : 200;

    ReplayTally tally = replay(table(100), 0, 50, false);

    assertThat(tally.accepted()).isEqualTo(100);
    assertThat(tally.retries()).isEqualTo(3);
    assertThat(tally.uncertain()).as("a 429 takes nothing, a 503 may have").isEqualTo(50);
  }

  @Test
  void shouldCountSpansAsUncertainWhenTheAnswerIsLost() throws Exception {
    answer = n -> n == 1 ? 0 : 200;

    ReplayTally tally = replay(table(100), 0, 50, false);

    assertThat(tally.accepted()).isEqualTo(100);
    assertThat(tally.uncertain()).isEqualTo(50);
    assertThat(received).hasSize(150);
  }

  @Test
  void shouldNotSendAgainWhenRefused() throws Exception {
    answer = n -> n == 1 ? 400 : 200;

    ReplayTally tally = replay(table(100), 0, 50, false);

    assertThat(tally).isEqualTo(new ReplayTally(100, 50, 50, 0, 0));
    assertThat(tally.isComplete()).isFalse();
  }

  @Test
  void shouldCountWhatAPartialSuccessRefuses() throws Exception {
    rejectedPerRequest = 3;

    assertThat(replay(table(100), 0, 50, false)).isEqualTo(new ReplayTally(100, 94, 6, 0, 0));
  }

  @Test
  void shouldShiftEveryTimeOfOtlpLines() throws Exception {
    String line =
        """
        {"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",
        "spanId":"eee19b7ec3c1b174","name":"GET /","startTimeUnixNano":"1000000000","endTimeUnixNano":"2000000000",
        "events":[{"timeUnixNano":"1500000000","name":"e"}]}]}]}]}
        """
            .replace("\n", "");
    Path file = directory.resolve("traces.jsonl.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          (line + "\n" + line + "\n{\"resourceMetrics\":[]}\n").getBytes(StandardCharsets.UTF_8));
    }
    assertThat(Recording.open(file).lastEndMs()).isEqualTo(2_000);

    ReplayTally tally = replay(file, 60_000, 2, false);

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(jsonBodies).hasSize(1);
    var spans = new ObjectMapper().readTree(jsonBodies.get(0)).findValues("spans");
    assertThat(spans).hasSize(2);
    assertThat(spans.get(0).get(0).get("startTimeUnixNano").asLong()).isEqualTo(61_000_000_000L);
    assertThat(spans.get(0).get(0).get("endTimeUnixNano").asLong()).isEqualTo(62_000_000_000L);
    assertThat(spans.get(0).get(0).get("events").get(0).get("timeUnixNano").asLong())
        .isEqualTo(61_500_000_000L);
  }

  @Test
  void shouldNameTheLineWhenARowIsDamaged() throws Exception {
    Path file =
        Files.writeString(directory.resolve("bad.csv"), HEADER + "1,a,b,5,0\n2,a,b,five,0\n");

    assertThatThrownBy(() -> Recording.open(file))
        .isInstanceOf(MalformedRecordingException.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("five");
  }

  @Test
  void shouldEndWithinTheLastMinuteWhenShiftedToNow() {
    long shift = Replay.shiftToNow(1_000_123, 9_999_999_999L);

    assertThat(shift % 60_000).isZero();
    assertThat(9_999_999_999L - (1_000_123 + shift)).isBetween(0L, 59_999L);
  }

  @Test
  void shouldReadQuotedFields() {
    assertThat(CsvLine.split("1,\"a,b\",\"say \"\"x\"\"\",,0"))
        .containsExactly("1", "a,b", "say \"x\"", "", "0");
  }

  @Test
  void shouldKeepPaceWithRecordedTime() throws Exception {
    ReplayPace pace = ReplayPace.times(10);
    long started = System.nanoTime();
    pace.await(0);
    pace.await(1_000);

    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isBetween(Duration.ofMillis(99), Duration.ofMillis(900));
  }
}
