package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.slo.ObjectiveConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.topology.TopologyFixture;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Burn rates from spans to anomalies: of services in time, and of one that is always late. */
class BurnRateTopologyTest {

  private static final Instant START = Instant.parse("2026-03-29T00:30:00Z");
  private static final int STEP_SECONDS = 5;
  private static final int LATE_SECONDS = 90;

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<String, Anomaly> anomalies;
  private long spans;

  @BeforeEach
  void start() {
    TopologyFixture fixture =
        new TopologyFixture(registry).slo(SloConfig.of(ObjectiveConfig.of("available", 99)));
    driver = fixture.start(stateDir, START, START.plus(Duration.ofHours(2)));
    traces = fixture.input(Topics.TRACES);
    anomalies = fixture.anomalies();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldPublishAPageAndItsEnd() {
    List<Anomaly> published = new ArrayList<>();
    for (int now = 0; now < 3_600; now += STEP_SECONDS) {
      send("steady", now, false);
      send("failing", now, isFailing(now));
      if (now >= LATE_SECONDS) {
        send("late", now - LATE_SECONDS, isFailing(now - LATE_SECONDS));
      }
      driver.advanceWallClockTime(Duration.ofSeconds(STEP_SECONDS));
      published.addAll(anomalies.readValuesToList());
    }

    assertThat(published)
        .filteredOn(anomaly -> anomaly.getDetector() == Detector.BURN_RATE)
        .filteredOn(anomaly -> anomaly.getSeverity() == Severity.CRITICAL)
        .extracting(Anomaly::getServiceName)
        .contains("failing", "late")
        .doesNotContain("steady");
    Anomaly opened = pages(published, "failing").get(0);
    assertThat(opened.getRule()).isEqualTo("available-6h-30m");
    assertThat(opened.getOperationName()).isEqualTo("*");
    assertThat(opened.getKind()).isEqualTo(AnomalyKind.ERROR_RATE);
    assertThat(opened.getPeak().getExemplars().getError()).isNotNull();
    List<Anomaly> pages = pages(published, "failing");
    assertThat(pages.get(pages.size() - 1).getState()).isEqualTo(AnomalyState.RESOLVED);
    Anomaly late = pages(published, "late").get(0);
    assertThat(Duration.between(opened.getOpenedAt(), late.getOpenedAt()))
        .isLessThanOrEqualTo(Duration.ofSeconds(2 * LATE_SECONDS));
  }

  private static boolean isFailing(int second) {
    return second >= 600 && second < 900;
  }

  private static List<Anomaly> pages(List<Anomaly> published, String service) {
    return published.stream()
        .filter(anomaly -> anomaly.getDetector() == Detector.BURN_RATE)
        .filter(anomaly -> anomaly.getServiceName().equals(service))
        .filter(anomaly -> anomaly.getSeverity() == Severity.CRITICAL)
        .toList();
  }

  private void send(String service, int second, boolean failed) {
    for (int i = 0; i < 5; i++) {
      Instant end = START.plusSeconds(second).plusMillis(i * 900L);
      TraceEvent event =
          TraceEvent.newBuilder()
              .setType(TraceEventType.COMPLETED)
              .setTraceId("%032x".formatted(++spans))
              .setServiceName(service)
              .setOperationName("work")
              .setStatus(failed ? TraceStatus.FAILED : TraceStatus.COMPLETED)
              .setTimestamp(end)
              .setDurationMicros(10_000 + spans % 7 * 100)
              .build();
      traces.pipeInput(event.getTraceId().getBytes(UTF_8), encoder.encode(event), end);
    }
  }
}
