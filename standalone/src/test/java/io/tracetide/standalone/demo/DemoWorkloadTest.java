package io.tracetide.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tracetide.schemas.SuppliedClock;
import io.tracetide.standalone.access.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoWorkloadTest {
  private static final Instant NOW = Instant.parse("2026-01-05T12:02:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> reports = new CopyOnWriteArrayList<>();
  private final List<Long> ends = new CopyOnWriteArrayList<>();
  private final List<String> announced = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final Clock clock = new SuppliedClock(now::get);
  private volatile int status = 200;
  private HttpServer gateway;

  @BeforeEach
  void startGateway() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            ends.addAll(
                ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes())
                    .getResourceSpansList()
                    .stream()
                    .flatMap(r -> r.getScopeSpans(0).getSpansList().stream())
                    .map(s -> s.getEndTimeUnixNano() / 1_000_000)
                    .toList());
            exchange.sendResponseHeaders(status, -1);
          }
        });
    gateway.createContext(
        "/v1/trace-events",
        exchange -> {
          try (exchange) {
            JSON.readTree(exchange.getRequestBody()).forEach(reports::add);
            byte[] answer = "{\"accepted\": 0, \"rejected\": []}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    gateway.start();
  }

  @AfterEach
  void stopGateway() {
    gateway.stop(0);
  }

  private DemoWorkload start() {
    String url = "http://127.0.0.1:" + gateway.getAddress().getPort();
    return DemoWorkload.start(url, Credentials.NONE, 7, DemoSchedule.USUAL, clock, announced::add);
  }

  @Test
  void shouldSendTheHistoryThenGoOnLiveAndInjectFaults() throws Exception {
    try (DemoWorkload workload = start()) {
      workload.backfilled().toCompletableFuture().get(60, TimeUnit.SECONDS);

      assertThat(ends).hasSizeBetween(100_000, 112_000);
      assertThat(ends)
          .allMatch(ms -> ms >= NOW.minus(DemoSchedule.USUAL.history()).toEpochMilli())
          .allMatch(ms -> ms <= NOW.toEpochMilli());
      assertThat(announced).isEmpty();
      int history = ends.size();

      now.set(NOW.plusSeconds(20));
      await().atMost(Duration.ofSeconds(20)).until(() -> ends.size() > history + 500);
      await().atMost(Duration.ofSeconds(20)).until(() -> announced.size() == 3);
      assertThat(announced)
          .allMatch(
              line -> line.matches("workflow [0-9a-f]{32} .* from about 12:02:\\d\\d for .* s"));
      announced.clear();

      now.set(NOW.plusSeconds(30));
      await().atMost(Duration.ofSeconds(20)).until(() -> announced.size() == 1);
      assertThat(announced.get(0))
          .matches("injecting latency x5 into \\w+ \\w+ /\\w+ until 12:03:25");

      now.set(NOW.plusSeconds(50));
      await().atMost(Duration.ofSeconds(20)).until(() -> announced.size() == 2);
      assertThat(announced.get(1)).matches("injecting 60 % errors into \\w+ until 12:03:45");
    }
  }

  @Test
  void shouldReportOnWorkflowsOnceItIsLive() throws Exception {
    try (DemoWorkload workload = start()) {
      workload.backfilled().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(reports).isEmpty();

      now.set(NOW.plusSeconds(40));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> reports.stream().anyMatch(r -> r.path("type").asText().equals("COMPLETED")));

      assertThat(reports)
          .allSatisfy(
              report -> {
                assertThat(report.path("operationName").asText()).isEqualTo("run workflow");
                assertThat(Instant.parse(report.path("timestamp").asText()))
                    .isBetween(NOW, NOW.plusSeconds(40));
              });
    }
  }

  @Test
  void shouldSayOnceThatTheGatewayRefuses() {
    status = 400;
    try (DemoWorkload workload = start()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> ends.size() > 3_000);

      assertThat(announced).singleElement().asString().contains("refuses", "HTTP 400");
    }
  }

  @Test
  void shouldFailTheBackfillWhenItIsClosedBefore() {
    status = 503;
    DemoWorkload workload = start();

    workload.close();

    assertThat(workload.backfilled().toCompletableFuture()).isCompletedExceptionally();
  }
}
