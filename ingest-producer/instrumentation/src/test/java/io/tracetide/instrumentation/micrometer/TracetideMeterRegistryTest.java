package io.tracetide.instrumentation.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.tracetide.client.CapturingEmitter;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracetideMeterRegistryTest {

  private static final Duration STEP = Duration.ofSeconds(10);

  private final MockClock clock = new MockClock();
  private final CapturingEmitter captured = new CapturingEmitter("shop", "acme");
  private final TracetideMeterRegistry registry =
      new TracetideMeterRegistry(
          key -> key.equals("tracetide.step") ? "1h" : null, clock, captured.emitter());

  @AfterEach
  void close() {
    registry.close();
    captured.close();
  }

  @Test
  void shouldSendCountersAsTotalsSinceTheyWereMade() {
    Instant made = now();
    Counter orders = registry.counter("orders", "payment.type", "card");
    orders.increment(3);
    clock.add(STEP);
    registry.publish();
    orders.increment(4);
    clock.add(STEP);
    registry.publish();

    List<MetricSample> samples = captured.samples();
    assertThat(samples).extracting(MetricSample::getValue).containsExactly(3.0, 7.0);
    assertThat(samples)
        .extracting(MetricSample::getTimestamp)
        .containsExactly(made.plus(STEP), made.plus(STEP).plus(STEP));
    assertThat(samples)
        .allSatisfy(
            sample -> {
              assertThat(sample.getTenantId()).isEqualTo("acme");
              assertThat(sample.getServiceName()).isEqualTo("shop");
              assertThat(sample.getInstance()).isEqualTo("pod-1");
              assertThat(sample.getMetricName()).isEqualTo("orders_total");
              assertThat(sample.getType()).isEqualTo(MetricType.COUNTER);
              assertThat(sample.getStartTimestamp()).isEqualTo(made);
              assertThat(sample.getTags()).isEqualTo(Map.of("payment_type", "card"));
              assertThat(sample.getHistogram()).isNull();
            });
  }

  @Test
  void shouldPublishCumulativeTotalsWithAnEarlierStart() {
    registry.counter("orders").increment(3);
    registry.gauge("queue", 7);
    registry.publish();

    assertThat(captured.samples())
        .hasSize(2)
        .allSatisfy(
            sample -> {
              boolean counter = sample.getType() == MetricType.COUNTER;
              assertThat(sample.getTemporality())
                  .isEqualTo(counter ? Temporality.CUMULATIVE : Temporality.UNSPECIFIED);
              if (counter) {
                assertThat(sample.getStartTimestamp()).isBefore(sample.getTimestamp());
              }
            });
  }

  @Test
  void shouldSendTimersAsDistributionsInSeconds() {
    Timer timer = registry.timer("http.server.requests");
    timer.record(3, TimeUnit.MILLISECONDS);
    timer.record(Duration.ofSeconds(2));
    timer.record(500, TimeUnit.SECONDS);
    registry.publish();

    MetricSample sample = captured.samples().get(0);
    assertThat(sample.getMetricName()).isEqualTo("http_server_requests_seconds");
    assertThat(sample.getType()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(sample.getUnit()).isEqualTo("s");
    HistogramData data = sample.getHistogram();
    assertThat(data.getSum()).isCloseTo(502.003, within(1e-6));
    assertThat(data.getCounts()).hasSize(data.getBounds().size() + 1);
    assertThat(data.getCounts().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
    assertThat(data.getCounts().get(data.getBounds().size())).isEqualTo(1);
    assertThat(data.getCounts().get(data.getBounds().indexOf(2.0))).isEqualTo(1);
    assertThat(data.getCounts().get(data.getBounds().indexOf(1.0 / 256))).isEqualTo(1);
    assertThat(timer.count()).isEqualTo(3);
    assertThat(timer.totalTime(TimeUnit.SECONDS)).isCloseTo(502.003, within(1e-6));
    assertThat(timer.max(TimeUnit.SECONDS)).isEqualTo(500);
  }

  @Test
  void shouldSendSummariesAsDistributions() {
    DistributionSummary summary =
        DistributionSummary.builder("payload").baseUnit("bytes").scale(2).register(registry);
    summary.record(100);
    summary.record(1_000);
    registry.publish();

    MetricSample sample = captured.samples().get(0);
    assertThat(sample.getMetricName()).isEqualTo("payload_bytes");
    assertThat(sample.getUnit()).isEqualTo("By");
    assertThat(sample.getStartTimestamp()).isNotNull();
    assertThat(sample.getHistogram().getSum()).isEqualTo(2_200);
    assertThat(summary.totalAmount()).isEqualTo(2_200);
    assertThat(summary.max()).isEqualTo(2_000);
    assertThat(summary.count()).isEqualTo(2);
  }

  @Test
  void shouldSendGaugesAsTheyAreAndNothingOfThoseThatHaveNoValue() {
    AtomicInteger queue = registry.gauge("queue.size", new AtomicInteger(7));
    Gauge.builder("broken", () -> Double.NaN).register(registry);
    TimeGauge.builder("age", () -> 1_500, TimeUnit.MILLISECONDS).register(registry);
    registry.publish();

    assertThat(queue).hasValue(7);
    assertThat(captured.samples())
        .extracting(
            MetricSample::getMetricName,
            MetricSample::getType,
            MetricSample::getValue,
            MetricSample::getUnit,
            MetricSample::getStartTimestamp)
        .containsExactlyInAnyOrder(
            tuple("queue_size", MetricType.GAUGE, 7.0, "", null),
            tuple("age_seconds", MetricType.GAUGE, 1.5, "s", null));
  }

  @Test
  void shouldSendWhatOthersHaveCounted() {
    FunctionCounter.builder("evictions", this, unused -> 11).register(registry);
    FunctionTimer.builder("gc", this, unused -> 4, unused -> 250, TimeUnit.MILLISECONDS)
        .register(registry);
    LongTaskTimer running = LongTaskTimer.builder("import").register(registry);
    running.start();
    clock.add(Duration.ofSeconds(30));
    Meter.builder(
            "custom",
            Meter.Type.OTHER,
            List.of(
                new Measurement(() -> 5.0, Statistic.COUNT),
                new Measurement(() -> 0.5, Statistic.VALUE)))
        .register(registry);
    registry.publish();

    Map<String, MetricSample> samples = byName(captured.samples());
    assertThat(samples)
        .containsOnlyKeys(
            "evictions_total",
            "gc_seconds",
            "import_active",
            "import_longest_seconds",
            "import_sum_seconds",
            "custom_count_total",
            "custom");
    assertThat(samples.get("evictions_total").getValue()).isEqualTo(11);
    assertThat(samples.get("gc_seconds").getHistogram())
        .isEqualTo(HistogramData.newBuilder().setCounts(List.of(4L)).setSum(0.25).build());
    assertThat(samples.get("import_active").getValue()).isEqualTo(1);
    assertThat(samples.get("import_longest_seconds").getValue()).isEqualTo(30);
    assertThat(samples.get("custom_count_total").getType()).isEqualTo(MetricType.COUNTER);
    assertThat(samples.get("custom").getValue()).isEqualTo(0.5);
  }

  @Test
  void shouldStartAnewWhenAMeterIsRemovedAndMadeAgain() {
    Counter first = registry.counter("orders");
    first.increment(9);
    registry.publish();
    registry.remove(first);
    clock.add(STEP);
    registry.counter("orders").increment(2);
    registry.publish();

    List<MetricSample> samples = captured.samples();
    assertThat(samples.get(1).getValue()).isEqualTo(2);
    assertThat(samples.get(1).getStartTimestamp())
        .isEqualTo(samples.get(0).getStartTimestamp().plus(STEP));
  }

  @Test
  void shouldNeverGiveTwoPublicationsTheSameTime() {
    registry.counter("orders").increment();
    registry.publish();
    registry.publish();

    assertThat(captured.samples()).extracting(MetricSample::getTimestamp).doesNotHaveDuplicates();
  }

  @Test
  void shouldPublishWhatIsLeftWhenItIsClosed() {
    registry.counter("orders").increment(5);
    registry.close();

    assertThat(captured.samples()).extracting(MetricSample::getValue).containsExactly(5.0);
  }

  @Test
  void shouldPublishStepByStepInARealProcess() {
    try (CapturingEmitter real = new CapturingEmitter("shop", "default")) {
      TracetideMeterRegistry live =
          new TracetideMeterRegistry(
              key -> key.equals("tracetide.step") ? "100ms" : null, Clock.SYSTEM, real.emitter());
      new JvmMemoryMetrics().bindTo(live);

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  // A pool may be empty just after a collection, the heap as a whole never is.
                  assertThat(heapUse(real).values())
                      .filteredOn(bytes -> bytes > 0)
                      .hasSizeGreaterThan(2));
      live.close();
    }
  }

  @Test
  void shouldSampleEveryWindowByDefault() {
    assertThat(TracetideRegistryConfig.DEFAULT.step()).isEqualTo(Duration.ofSeconds(10));
    assertThat(TracetideRegistryConfig.DEFAULT.enabled()).isTrue();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.wallTime());
  }

  private static Map<String, MetricSample> byName(List<MetricSample> samples) {
    return samples.stream()
        .collect(Collectors.toMap(MetricSample::getMetricName, sample -> sample));
  }

  /** The bytes of all pools of the heap, of every step. */
  private static Map<Instant, Double> heapUse(CapturingEmitter emitter) {
    return emitter.samples().stream()
        .filter(sample -> sample.getMetricName().equals("jvm_memory_used_bytes"))
        .filter(sample -> "heap".equals(sample.getTags().get("area")))
        .collect(
            Collectors.groupingBy(
                MetricSample::getTimestamp, Collectors.summingDouble(MetricSample::getValue)));
  }
}
