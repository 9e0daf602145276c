package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.contract.StepConfig;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.docs.ApiDocument;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.peer.PeerConfig;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.slo.ObjectiveConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.workflow.WorkflowMatch;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.ApiContract;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Peak;
import io.tracetide.schemas.Severity;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A query server over windows, anomalies and traces in memory, for tests that send requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QueryServerFixture {
  static final Instant NOW = Instant.parse("2026-03-01T10:00:05Z");
  static final long START_MS = WindowTier.BASE.windowStart(NOW.toEpochMilli()) - 60_000;
  static final InstanceStatus INSTANCE =
      new InstanceStatus(
          "10.0.0.1:8080",
          "0.1.0",
          NOW.minusSeconds(600),
          List.of(1, 0),
          List.of(2),
          Map.of("traces", 12L),
          Map.of("windows.grace", "1m"));
  static final ContractConfig CONTRACT_OF_ORDERS =
      new ContractConfig(
          "orders",
          new WorkflowMatch("default", "shop", "order *", Map.of("region", "eu-*")),
          Severity.CRITICAL,
          List.of(
              new StepConfig("plan", false, false, List.of(), Optional.empty()),
              new StepConfig(
                  "approve", true, true, List.of("end"), Optional.of(Duration.ofMinutes(5)))),
          true,
          List.of("lead-*"),
          "approve",
          List.of("userId"),
          Optional.of(60_000L),
          "18:00",
          "Europe/Zurich",
          Optional.of(Duration.ofSeconds(30)),
          Optional.empty(),
          Optional.empty(),
          10,
          1);
  static final ObjectMapper JSON = new ObjectMapper();

  /** Every answer of these tests is as the OpenAPI document describes it. */
  static final ApiContract CONTRACT = new ApiContract(ApiDocument.read());

  MemoryWindows windows = new MemoryWindows();
  final List<Anomaly> anomalies = new ArrayList<>();
  PartitionProgress progress = PartitionProgress.NONE;
  final MemoryLedger ledger = new MemoryLedger();
  final AtomicInteger failures = new AtomicInteger();
  final HttpClient client = HttpClient.newHttpClient();
  CountDownLatch gate = new CountDownLatch(0);
  private Listener listener;

  @BeforeEach
  void fill() {
    windows = new MemoryWindows().closedUpTo(START_MS + 30_000);
    anomalies.clear();
    ledger.clear();
    progress = PartitionProgress.NONE;
    failures.set(0);
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    windows.put(WindowTier.BASE, pay, START_MS, MemoryWindows.work(1, 1_000, 2_000), 0);
    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    windows.put(WindowTier.BASE, cpu, START_MS, MemoryWindows.work(0, 40), 0);
    Instant openedAt = NOW.minusSeconds(60);
    anomalies.add(
        Episodes.builder("shop", "pay", Severity.HIGH, openedAt)
            .setExpected(
                Map.of(
                    "p95_ms", 96.0,
                    "p95_ms_low", 60.0,
                    "p95_ms_high", 140.0,
                    "throughput_per_sec", 19.0,
                    "error_rate_percent", 0.3))
            .setPeak(
                Peak.newBuilder()
                    .setWindowStart(openedAt.minusSeconds(20))
                    .setWindowEnd(openedAt.minusSeconds(10))
                    .setObserved(Map.of("p95_ms", 840.0))
                    .setExpected(Map.of("p95_ms", 96.0))
                    .setContributions(Map.of("p95_ms", 1.0))
                    .setExemplars(new Exemplars(null, "failed-at-the-peak", null))
                    .build())
            .build());
  }

  @BeforeAll
  void start() {
    QueryServer server =
        new QueryServer(
            new QueryConfig(1, 1, 1_000, LiveConfig.defaults(), PeerConfig.defaults()),
            new QueryViews(
                (tier, fromMs, toMs, scope, reader) -> {
                  await(gate);
                  if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new StoresUnavailableException("Restoring 3 store partitions.");
                  }
                  return windows.read(tier, fromMs, toMs, scope, reader);
                },
                reader -> {
                  anomalies.forEach(reader);
                  return List.of();
                },
                reader -> {
                  reader.accept(progress);
                  return List.of();
                },
                Optional.of(LocalLedgers.view(List.of(ledger))),
                new MemoryAudit(List.of("default", "acme"), NOW),
                reader -> {
                  reader.accept(INSTANCE);
                  return List.of();
                }),
            WindowTier.ALL,
            SloConfig.of(
                ObjectiveConfig.of("availability", 99.0),
                ObjectiveConfig.of("fast", 90.0)
                    .withSlowerThan(Duration.ofMillis(300))
                    .on("*", "shop", "?*")),
            List.of(CONTRACT_OF_ORDERS),
            StatusRules.withWarmUp(240),
            new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
            Clock.fixed(NOW, ZoneOffset.UTC));
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server);
  }

  @AfterAll
  void stop() {
    listener.close();
  }

  CompletableFuture<HttpResponse<String>> send(String path) {
    return client
        .sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(CONTRACT::checked);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CONTRACT.checked(
        client.send(request(path).build(), HttpResponse.BodyHandlers.ofString()));
  }

  /** The answer, with its head, to a request that a client would not send. */
  String raw(String target) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      String request =
          "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(listener.url() + path));
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(type(response)).startsWith("application/json");
    return JSON.readTree(response.body());
  }

  static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
