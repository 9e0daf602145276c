package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.TraceEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;

class ResourceMonitorTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Clock CLOCK = Clock.fixed(TestEmitters.NOW, ZoneOffset.UTC);

  private final List<MetricSample> samples = new CopyOnWriteArrayList<>();

  private static EmitterSettings settings() {
    return TestEmitters.builder()
        .tenant("acme")
        .instance("pod-7")
        .resourceMetrics(true)
        .properties(interval("1s"))
        .settings();
  }

  private static Properties interval(String interval) {
    Properties properties = new Properties();
    properties.setProperty("tracetide.resources.interval", interval);
    return properties;
  }

  @Test
  void shouldPublishWhatItMeasuresAsMetricsOfTheService() {
    ResourceMonitor monitor = new ResourceMonitor(settings(), CLOCK, samples::add);
    monitor.start();
    await().atMost(SOON).until(() -> names().contains("cpu_usage_percent"));
    monitor.stop();

    assertThat(samples)
        .allSatisfy(
            sample -> {
              assertThat(sample.getTenantId()).isEqualTo("acme");
              assertThat(sample.getServiceName()).isEqualTo("shop");
              assertThat(sample.getTimestamp()).isEqualTo(TestEmitters.NOW);
              assertThat(sample.getStartTimestamp() != null)
                  .isEqualTo(sample.getType() == MetricType.COUNTER);
              assertThat(sample.getInstance()).isNotEmpty();
            });
    assertThat(samples)
        .filteredOn(sample -> sample.getMetricName().equals("process_cpu_time_seconds"))
        .allSatisfy(sample -> assertThat(sample.getInstance()).isEqualTo("pod-7"))
        .extracting(MetricSample::getStartTimestamp)
        .as("a run has one start")
        .hasSizeGreaterThan(1)
        .containsOnly(
            samples.stream()
                .filter(sample -> sample.getMetricName().equals("process_cpu_time_seconds"))
                .findFirst()
                .orElseThrow()
                .getStartTimestamp());
  }

  @Test
  void shouldGoOnMeasuringWhenSomethingIsWrongWithOneMeasurement() {
    ResourceMonitor monitor =
        new ResourceMonitor(
            settings(),
            CLOCK,
            sample -> {
              samples.add(sample);
              throw new IllegalStateException("broken");
            });
    monitor.start();
    await().atMost(SOON).until(() -> samples.size() >= 2);
    monitor.stop();

    assertThat(monitor.latest()).isNotNull();
  }

  @Test
  void shouldAddTheLastMeasurementToTracesUnlessTheApplicationSetsIt() {
    TestEmitters emitters = new TestEmitters();
    MockProducer<byte[], byte[]> kafka = TestEmitters.producer();
    try (TraceEmitter emitter =
        emitters.start(
            () -> kafka, builder -> builder.resourceMetrics(true).properties(interval("1s")))) {
      await().atMost(SOON).until(() -> emitter.measured() != null);
      ExecutionTrace trace = emitter.startExecutionTrace("work");
      trace.resourceUsage(new ResourceUsage(17.0, null, null, null)).progress(50);
      ExecutionTrace longer = emitter.startExecutionTrace("longer");
      Object atStart = emitter.measured();
      await().atMost(SOON).until(() -> emitter.measured() != atStart);
      longer.complete();
      emitter.flush(SOON);
    }

    List<TraceEvent> events = emitters.events(kafka);
    assertThat(events.get(0).getResourceUsage()).isNull();
    assertThat(events.get(1).getResourceUsage().getCpuUsagePercent()).isEqualTo(17);
    TraceEvent end = events.get(3);
    assertThat(end.getResourceUsage()).isNotNull();
    assertThat(end.getResourceUsage().getNetworkIoKb())
        .as("counted for each trace, and so not said where it is counted")
        .isNull();
    assertThat(end.getResourceUtilization()).isNotNull();
    assertThat(end.getResourceUtilization().getCpuUsagePercent()).isBetween(0.0, 100.0);
  }

  @Test
  void shouldMeasureNothingWhenItIsOff() {
    TestEmitters emitters = new TestEmitters();
    MockProducer<byte[], byte[]> kafka = TestEmitters.producer();
    try (TraceEmitter emitter = emitters.start(kafka)) {
      emitter.startExecutionTrace("work").complete();
      emitter.flush(SOON);

      assertThat(emitter.measured()).isNull();
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .doesNotContain("tracetide-resources");
    }
    assertThat(emitters.events(kafka))
        .extracting(TraceEvent::getResourceUtilization)
        .containsOnlyNulls();
  }

  private List<String> names() {
    return samples.stream().map(MetricSample::getMetricName).toList();
  }
}
