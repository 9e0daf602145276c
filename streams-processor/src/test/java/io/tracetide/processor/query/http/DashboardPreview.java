package io.tracetide.processor.query.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.MemoryAudit;
import io.tracetide.processor.query.QueryServer;
import io.tracetide.processor.query.QueryViews;
import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Serves the dashboard over a made-up shop, to look at the page without Kafka: {@code
 * DashboardPreview PORT [empty | partial | restoring | canary]}.
 */
public final class DashboardPreview {
  private static final String CANARY = "<img src=x onerror=\"document.title='XSS'\">";

  /** How an operation works when all is well. */
  private record Habit(
      String service,
      String operation,
      double perSec,
      double medianMs,
      double spread,
      double errors) {}

  private static final List<Habit> SHOP =
      List.of(
          new Habit("frontend", "GET /", 14, 38, 0.35, 0.001),
          new Habit("frontend", "GET /product/{id}", 22, 52, 0.4, 0.002),
          new Habit("frontend", "POST /cart", 5, 61, 0.4, 0.002),
          new Habit("frontend", "POST /cart/checkout", 2.4, 210, 0.4, 0.004),
          new Habit("checkout", "PlaceOrder", 2.4, 165, 0.4, 0.003),
          new Habit("checkout", "PrepareItems", 2.4, 48, 0.3, 0.001),
          new Habit("cart", "AddItem", 5, 6.5, 0.3, 0.0005),
          new Habit("cart", "GetCart", 24, 4.1, 0.3, 0.0005),
          new Habit("catalog", "GetProduct", 64, 2.2, 0.25, 0.0002),
          new Habit("catalog", "ListProducts", 14, 9.5, 0.3, 0.0002),
          new Habit("catalog", "SELECT products", 78, 1.3, 0.3, 0),
          new Habit("payment", "Charge", 2.4, 88, 0.5, 0.004),
          new Habit("shipping", "GetQuote", 4.8, 12, 0.3, 0.001),
          new Habit("currency", "Convert", 41, 0.62, 0.25, 0),
          new Habit("order-notification-service", "SendOrderConfirmation", 2.4, 145, 0.6, 0.01),
          new Habit("recommendation", "ListRecommendations", 9, 27, 0.35, 0.001),
          new Habit("agent-planner", "plan_execution", 0.7, 2_400, 0.5, 0.01));

  private DashboardPreview() {}

  public static void main(String[] arguments) throws InterruptedException {
    Set<String> options = Set.of(arguments);
    Clock clock = Clock.systemUTC();
    WindowView windows = new Shop(clock, options);
    AnomalyView anomalies = new Incidents(clock.instant(), options);
    QueryServer server =
        new QueryServer(
            QueryConfig.defaults(),
            new QueryViews(
                windows,
                anomalies,
                reader -> List.of(),
                Optional.of(
                    LocalLedgers.view(List.of(new Workflows(clock.instant(), options).ledger()))),
                audit(clock.instant(), options),
                reader -> {
                  reader.accept(
                      new InstanceStatus(
                          "127.0.0.1:" + arguments[0],
                          "preview",
                          clock.instant(),
                          List.of(0, 1, 2, 5),
                          List.of(0, 1),
                          Map.of("traces", 1_240L),
                          Map.of("windows.grace", "1m", "detection.engine", "evidence")));
                  return List.of();
                }),
            WindowTier.ALL,
            SloConfig.defaults(),
            List.of(),
            StatusRules.withWarmUp(240),
            new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
            clock);
    Listener listener =
        Listener.start(
            ListenerConfig.onPort(Integer.parseInt(arguments[0])),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server.andThen(new AboutRoute(DashboardConfig.defaults(), "", clock)));
    Runtime.getRuntime().addShutdownHook(new Thread(listener::close));
    Thread.currentThread().join();
  }

  private static MemoryAudit audit(Instant now, Set<String> options) {
    MemoryAudit audit = new MemoryAudit(List.of("default"), now);
    for (int i = 0; i < 150; i++) {
      String name = options.contains("canary") ? CANARY : "POST /cart/checkout";
      audit.add(
          new AuditEntry(
              "default",
              now.minusSeconds(9_000 - 60L * i),
              i % 3 == 0 ? "tq_grafana" : i % 3 == 1 ? "processor" : "sink",
              i % 3 == 0 ? "token.used" : i % 3 == 1 ? "violation.opened" : "alert.acknowledged",
              i % 3 == 0 ? "processor:tq_grafana" : "8c1f0a" + i + "@" + now.minusSeconds(60L * i),
              i % 3 == 0
                  ? Map.of("address", "10.0.4.17")
                  : Map.of(
                      "traceIds", "4bf92f3577b34da6", "service", "checkout", "operation", name)));
    }
    if (options.contains("tampered")) {
      audit.tamper(40);
    }
    return audit;
  }

  /**
   * Makes each window from a random seed of its own, so that it stays the same while it is looked
   * at.
   */
  private static final class Shop implements WindowView {
    private final Clock clock;
    private final Set<String> options;
    private final Instant started;
    private final Map<String, byte[]> made = new ConcurrentHashMap<>();

    Shop(Clock clock, Set<String> options) {
      this.clock = clock;
      this.options = options;
      this.started = clock.instant();
    }

    @Override
    public Coverage read(
        WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
      if (options.contains("restoring")) {
        throw new StoresUnavailableException(
            "The processor is being assigned its partitions, or restoring their state. Restoring 6"
                + " store partitions: 41200 of about 120000 records read.");
      }
      long nowMs = clock.millis();
      long closedMs = tier.windowStart(nowMs - 5_000);
      if (!options.contains("empty")) {
        for (Habit habit : SHOP) {
          SeriesId series =
              SeriesId.ofOperation("default", name(habit.service()), habit.operation());
          if (scope.includes(series)) {
            for (long start = tier.windowStart(fromMs + tier.sizeMs() - 1);
                start < Math.min(toMs, nowMs);
                start += tier.sizeMs()) {
              WindowStats stats = window(habit, tier, start, nowMs);
              if (stats.count() > 0) {
                reader.accept(
                    new StoredWindow(series, start, closedMs, WindowStatsCodec.encode(stats, 0)));
              }
            }
          }
        }
      }
      return new Coverage(
          options.contains("partial") ? List.of("10.0.4.17:8080") : List.of(),
          OptionalLong.of(closedMs),
          OptionalLong.of(closedMs));
    }

    private String name(String service) {
      return options.contains("canary") && service.equals("recommendation") ? CANARY : service;
    }

    private WindowStats window(Habit habit, WindowTier tier, long start, long nowMs) {
      boolean over = start + tier.sizeMs() <= nowMs;
      String key = habit.operation() + start + tier.name();
      byte[] known = over ? made.get(key) : null;
      if (known != null) {
        return WindowStatsCodec.decode(known).stats();
      }
      WindowStats stats = new WindowStats();
      Random random = new Random(key.hashCode() * 31L + start);
      Duration age = Duration.between(Instant.ofEpochMilli(start), started);
      double filled = Math.min(1, (nowMs - start) / (double) tier.sizeMs());
      double tide = 1 + 0.25 * Math.sin(start / 600_000.0) + 0.08 * Math.sin(start / 70_000.0);
      boolean slow = habit.service().equals("payment") && age.toSeconds() < 240;
      boolean dragged =
          (habit.operation().contains("heckout") || habit.operation().equals("PlaceOrder"))
              && age.toSeconds() < 220;
      boolean gone = habit.service().equals("order-notification-service") && age.toSeconds() < 400;
      boolean young = habit.service().equals("agent-planner") && age.toMinutes() > 12;
      double errors = slow ? 0.13 : habit.errors();
      double factor = slow ? 4.6 : dragged ? 2.2 : 1;
      double expected =
          gone || young ? 0 : habit.perSec() * tide * tier.size().toSeconds() * filled;
      int count = (int) Math.min(400, Math.floor(expected + random.nextDouble()));
      double weight = count == 400 ? expected / 400 : 1;
      for (int i = 0; i < count; i++) {
        double ms = habit.medianMs() * factor * Math.exp(habit.spread() * random.nextGaussian());
        stats.record(ms * 1_000, weight, random.nextDouble() < errors);
      }
      if (over) {
        made.put(key, WindowStatsCodec.encode(stats, 0));
      }
      return stats;
    }
  }

  private record Incidents(Instant at, Set<String> options) implements AnomalyView {
    @Override
    public List<String> read(Consumer<Anomaly> reader) {
      if (options.contains("empty")) {
        return List.of();
      }
      reader.accept(
          Episodes.builder("payment", "Charge", Severity.CRITICAL, at.minusSeconds(220))
              .setObserved(
                  Map.of(
                      "p95_ms",
                      918.4,
                      "p50_ms",
                      404.9,
                      "throughput_per_sec",
                      2.3,
                      "error_rate_percent",
                      13.1))
              .setExpected(
                  Map.of(
                      "p95_ms",
                      201.7,
                      "p95_ms_low",
                      140.2,
                      "p95_ms_high",
                      290.4,
                      "throughput_per_sec",
                      2.4,
                      "throughput_per_sec_low",
                      1.1,
                      "throughput_per_sec_high",
                      3.9,
                      "error_rate_percent",
                      0.4))
              .setContributions(
                  Map.of(
                      "p95_ms",
                      0.48,
                      "p50_ms",
                      0.17,
                      "error_rate_percent",
                      0.34,
                      "throughput_per_sec",
                      0.01))
              .setSummary(
                  "p95 latency of payment Charge rose to 918 ms, expected about 202 ms (up to 290"
                      + " ms), at 2.3/s with 13.1 % errors")
              .build());
      reader.accept(
          Episodes.builder("checkout", "PlaceOrder", Severity.HIGH, at.minusSeconds(200))
              .setObserved(
                  Map.of(
                      "p95_ms",
                      702.0,
                      "p50_ms",
                      362.0,
                      "throughput_per_sec",
                      2.3,
                      "error_rate_percent",
                      0.5))
              .setExpected(
                  Map.of(
                      "p95_ms",
                      318.0,
                      "p50_ms",
                      165.0,
                      "throughput_per_sec",
                      2.4,
                      "error_rate_percent",
                      0.3))
              .setContributions(
                  Map.of(
                      "p95_ms",
                      0.71,
                      "p50_ms",
                      0.27,
                      "error_rate_percent",
                      0.01,
                      "throughput_per_sec",
                      0.01))
              .setSummary(
                  "p95 latency of checkout PlaceOrder rose to 702 ms, expected about 318 ms (up to"
                      + " 430 ms), at 2.3/s with 0.5 % errors")
              .build());
      reader.accept(
          Episodes.builder("order-notification-service", "*", Severity.LOW, at.minusSeconds(350))
              .setDetector(Detector.THRESHOLD)
              .setKind(AnomalyKind.NO_DATA)
              .setRule("silence")
              .setObserved(Map.of("throughput_per_sec", 0.0))
              .setExpected(Map.of("throughput_per_sec", 1.0))
              .setContributions(Map.of("throughput_per_sec", 1.0))
              .setSummary(
                  "order-notification-service has sent no work for 50 s, expected at least 1/s")
              .build());
      reader.accept(
          Episodes.resolved(
              "frontend",
              "GET /product/{id}",
              Severity.MEDIUM,
              at.minusSeconds(720),
              at.minusSeconds(610)));
      if (options.contains("canary")) {
        reader.accept(
            Episodes.builder(CANARY, CANARY, Severity.HIGH, at.minusSeconds(60))
                .setSummary(CANARY)
                .setObserved(Map.of(CANARY, 1.0))
                .build());
      }
      return options.contains("partial") ? List.of("10.0.4.17:8080") : List.of();
    }
  }

  /** Agents at work: one waits for somebody who does not answer. */
  private record Workflows(Instant at, Set<String> options) {
    MemoryLedger ledger() {
      MemoryLedger ledger = new MemoryLedger();
      if (options.contains("empty")) {
        return ledger;
      }
      Instant asked = at.minusSeconds(760);
      ledger.put(
          Traces.running("4bf92f3577b34da6a3ce929d0e0e4736", "agent-planner", "plan trip", asked)
              .context(Map.of("contextId", "trip-9", "planId", "plan-7", "userId", "ada"))
              .tags(Map.of("city", "Lisbon"))
              .doing("waiting for approval of the payment", 40)
              .step(asked, TraceStep.Kind.STARTED, "b7ad6b7169203331", "plan trip", Map.of())
              .step(
                  asked.plusMillis(40),
                  TraceStep.Kind.CONTEXT_LIFECYCLE,
                  "b7ad6b7169203331",
                  "created",
                  Map.of("participants", "planner,booker"))
              .step(
                  asked.plusMillis(2_400),
                  TraceStep.Kind.PLAN_EXECUTION,
                  "b7ad6b7169203331",
                  "compare flights",
                  Map.of())
              .step(
                  asked.plusMillis(2_500),
                  TraceStep.Kind.STARTED,
                  "00f067aa0ba902b7",
                  "search",
                  Map.of("parentSpanId", "b7ad6b7169203331"))
              .step(
                  asked.plusMillis(61_700),
                  TraceStep.Kind.ENDED,
                  "00f067aa0ba902b7",
                  "COMPLETED",
                  Map.of("durationMicros", "59200000"))
              .step(
                  asked.plusMillis(62_000),
                  TraceStep.Kind.APPROVAL_WORKFLOW,
                  "b7ad6b7169203331",
                  "requested",
                  Map.of("approvalId", "payment", "requester", "planner"))
              .stuck(at.minusSeconds(90), 600_000)
              .snapshot());
      for (int i = 0; i < 9; i++) {
        Instant began = at.minusSeconds(7 + 11L * i);
        ledger.put(
            Traces.running(
                    "run-" + i, i % 2 == 0 ? "agent-planner" : "agent-booker", "plan trip", began)
                .doing(i % 2 == 0 ? "comparing flights" : "booking", 9.5 * (i + 1))
                .step(began, TraceStep.Kind.STARTED, "s" + i, "plan trip", Map.of())
                .snapshot());
      }
      if (options.contains("canary")) {
        ledger.put(
            Traces.running(CANARY, CANARY, CANARY, at.minusSeconds(30))
                .doing(CANARY, 10)
                .stuck(at, 1_000)
                .step(at, TraceStep.Kind.EVENT, CANARY, CANARY, Map.of(CANARY, CANARY))
                .snapshot());
      }
      return ledger;
    }
  }
}
