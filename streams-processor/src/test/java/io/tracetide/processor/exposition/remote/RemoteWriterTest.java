package io.tracetide.processor.exposition.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.exposition.KnownTotals;
import io.tracetide.processor.exposition.remote.RemoteWriteConfig.Protocol;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class RemoteWriterTest {
  private static final String CALLS = "traces_span_metrics_calls_total";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final KnownTotals totals = new KnownTotals();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  private HttpServer server;

  private record Received(Headers headers, byte[] message, long nanos) {}

  @BeforeEach
  void start() throws IOException {
    totals.count("acme", "shop", "GET /cart", 400, System.currentTimeMillis());
    totals.count("beta", "shop", "GET /cart", 12, System.currentTimeMillis());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/push", this::receive);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    received.add(
        new Received(exchange.getRequestHeaders(), Snappy.uncompress(body), System.nanoTime()));
    int status = answers.isEmpty() ? 204 : answers.remove(0);
    if (status == 429) {
      exchange.getResponseHeaders().set("Retry-After", "2");
    }
    byte[] reason = status == 204 ? new byte[0] : "because".getBytes(UTF_8);
    exchange.sendResponseHeaders(status, status == 204 ? -1 : reason.length);
    exchange.getResponseBody().write(reason);
    exchange.close();
  }

  private RemoteWriteConfig config(
      Protocol protocol, String tenantHeader, String token, String user) {
    return new RemoteWriteConfig(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/push",
        protocol,
        Duration.ofSeconds(1),
        false,
        tenantHeader,
        Secret.of(token),
        user,
        Secret.of(user.isEmpty() ? "" : "secret"),
        Duration.ofSeconds(5),
        10_000,
        2,
        Duration.ofMinutes(1));
  }

  private RemoteWriter write(RemoteWriteConfig config) {
    return RemoteWriter.start(
        config,
        () -> totals.metrics().collect(Tenants.ALL),
        new RemoteWriteMetrics(meters),
        Clock.systemUTC());
  }

  private void awaitRequests(int number) {
    await().atMost(Duration.ofSeconds(20)).until(() -> received.size() >= number);
  }

  @Test
  void shouldWriteNamesOnceInProtocol2() {
    try (RemoteWriter writer = write(config(Protocol.V2, "", "", ""))) {
      awaitRequests(1);
    }

    Headers headers = received.get(0).headers();
    assertThat(headers.getFirst("Content-Type"))
        .isEqualTo("application/x-protobuf;proto=io.prometheus.write.v2.Request");
    assertThat(headers.getFirst("X-Prometheus-Remote-Write-Version")).isEqualTo("2.0.0");
    assertThat(headers.getFirst("Content-Encoding")).isEqualTo("snappy");
    ProtoFields request = new ProtoFields(received.get(0).message());
    List<String> symbols = request.texts(4);
    assertThat(symbols).startsWith("").doesNotHaveDuplicates();
    Map<List<String>, Double> values =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (ProtoFields series : request.messages(5)) {
      List<String> labels = series.packed(1).stream().map(symbols::get).toList();
      ProtoFields sample = series.messages(2).get(0);
      assertThat(sample.number(2) % 1_000).as("at a multiple of the interval").isZero();
      values.put(labels, sample.real(1));
      if (labels.contains(CALLS)) {
        ProtoFields metadata = series.messages(5).get(0);
        assertThat(metadata.number(1)).as("a counter").isEqualTo(1);
        assertThat(symbols.get((int) metadata.number(3))).startsWith("Finished spans");
      }
    }
    assertThat(values)
        .containsEntry(
            List.of(
                "__name__",
                CALLS,
                "service_name",
                "shop",
                "span_name",
                "GET /cart",
                "status_code",
                "STATUS_CODE_ERROR",
                "tenant",
                "acme"),
            20.0)
        .containsEntry(
            List.of(
                "__name__",
                "traces_span_metrics_duration_seconds_count",
                "service_name",
                "shop",
                "span_name",
                "GET /cart",
                "tenant",
                "beta"),
            12.0);
  }

  @Test
  void shouldSendTheSeriesOfEachTenantWithItsHeader() {
    try (RemoteWriter writer = write(config(Protocol.V1, "X-Scope-OrgID", "token", ""))) {
      awaitRequests(2);
    }

    Map<String, List<String>> tenants = new TreeMap<>();
    for (Received one : received.subList(0, 2)) {
      assertThat(one.headers().getFirst("Authorization")).isEqualTo("Bearer token");
      assertThat(one.headers().getFirst("X-Prometheus-Remote-Write-Version")).isEqualTo("0.1.0");
      for (ProtoFields series : new ProtoFields(one.message()).messages(1)) {
        List<String> labels = new ArrayList<>();
        series.messages(1).forEach(label -> labels.add(label.texts(2).get(0)));
        tenants
            .computeIfAbsent(one.headers().getFirst("X-Scope-OrgID"), header -> new ArrayList<>())
            .addAll(labels);
      }
    }
    assertThat(tenants).containsOnlyKeys("acme", "beta");
    assertThat(tenants.get("acme")).contains(CALLS).doesNotContain("beta");
    assertThat(tenants.get("beta")).contains(CALLS).doesNotContain("acme");
  }

  @Test
  void shouldRepeatARequestWhenTheReceiverSays() {
    answers.addAll(List.of(429, 503));
    try (RemoteWriter writer = write(config(Protocol.V1, "", "", "user"))) {
      awaitRequests(3);
    }

    assertThat(received.get(1).message()).isEqualTo(received.get(0).message());
    assertThat(received.get(2).message()).isEqualTo(received.get(0).message());
    assertThat(received.get(1).nanos() - received.get(0).nanos())
        .isGreaterThan(Duration.ofMillis(1_900).toNanos());
    assertThat(received.get(2).headers().getFirst("Authorization"))
        .isEqualTo("Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes(UTF_8)));
    assertThat(meters.get("tracetide.processor.remote.write.retries").counter().count())
        .isEqualTo(2);
    assertThat(lost("rejected") + lost("expired")).isZero();
  }

  @Test
  void shouldDropWhatIsRejectedAndGoOn() {
    answers.add(400);
    try (RemoteWriter writer = write(config(Protocol.V1, "", "", ""))) {
      awaitRequests(2);
    }

    assertThat(received.get(1).message()).isNotEqualTo(received.get(0).message());
    assertThat(lost("rejected")).isPositive();
  }

  @Test
  void shouldKeepTheNewestRequestsWhenTheReceiverIsDown() {
    server.stop(0);
    try (RemoteWriter writer = write(config(Protocol.V1, "", "", ""))) {
      await().atMost(Duration.ofSeconds(20)).until(() -> lost("overflow") > 0);

      assertThat(meters.get("tracetide.processor.remote.write.queued").gauge().value())
          .isLessThanOrEqualTo(2);
    }
  }

  private double lost(String reason) {
    Counter counter =
        meters
            .find("tracetide.processor.remote.write.samples.lost")
            .tag("reason", reason)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void shouldSayWhatIsWrongWithTheConfiguration() {
    assertThatThrownBy(() -> config(Protocol.V1, "X Scope", "token", "user"))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("tenantHeader")
        .hasMessageContaining("use one of both");
  }
}
