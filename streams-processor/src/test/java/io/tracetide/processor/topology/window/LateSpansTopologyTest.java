package io.tracetide.processor.topology.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.rule.Bound;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RulesConfig;
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
import java.util.function.IntPredicate;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that report in time beside services that report late, in one partition. */
class LateSpansTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int PER_SECOND = 5;
  private static final int NEVER = Integer.MAX_VALUE;

  private static final RuleConfig QUIET =
      RuleConfig.of("too-quiet", "throughput_per_sec", Bound.BELOW, 1, 2, Severity.HIGH, 0);
  private static final RulesConfig ERRORS_AND_SILENCE =
      new RulesConfig(
          List.of(RulesConfig.defaults().rules().get(0), QUIET), 6, Duration.ofHours(1));

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<String, Anomaly> anomalies;
  private long spans;

  /** One service: when it has spans, when they fail, and how late they are. */
  private record Reporting(
      String service, int fromSecond, int toSecond, IntPredicate failing, IntPredicate late30) {

    int lateness(int second) {
      return late30.test(second) ? 30 : 0;
    }
  }

  @BeforeEach
  void start() {
    TopologyFixture fixture =
        new TopologyFixture(registry)
            .rules(ERRORS_AND_SILENCE)
            .detection(DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT));
    driver = fixture.start(stateDir, START, START.plus(Duration.ofHours(1)));
    traces = fixture.input(Topics.TRACES);
    anomalies = fixture.anomalies();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldRaiseTheSameForLateSpansAsForThoseInTime() {
    IntPredicate failing = second -> true;
    List<Anomaly> published =
        run(
            400,
            new Reporting("a", 0, 70, failing, second -> false),
            new Reporting("b", 0, 70, failing, second -> true),
            new Reporting("steady", 0, NEVER, second -> false, second -> false));

    List<Anomaly> ofA = of(published, "a", AnomalyKind.ERROR_RATE);
    List<Anomaly> ofB = of(published, "b", AnomalyKind.ERROR_RATE);
    assertThat(states(ofA)).containsExactly(AnomalyState.OPEN, AnomalyState.RESOLVED);
    assertThat(states(ofB)).containsExactly(AnomalyState.OPEN, AnomalyState.RESOLVED);
    Anomaly a = ofA.get(0);
    Anomaly b = ofB.get(0);
    assertThat(b.getOpenedAt()).isEqualTo(a.getOpenedAt());
    assertThat(b.getRule()).isEqualTo(a.getRule());
    assertThat(b.getSeverity()).isEqualTo(a.getSeverity());
    assertThat(b.getPeak().getObserved()).isEqualTo(a.getPeak().getObserved());
    assertThat(b.getPeak().getExemplars().getError()).isNotNull();
  }

  @Test
  void shouldLetTheDetectorSeeLateSpansAsThoseInTime() {
    IntPredicate failing = second -> second >= 300 && second < 370;
    List<Anomaly> published =
        run(
            600,
            new Reporting("a", 0, NEVER, failing, second -> false),
            new Reporting("b", 0, NEVER, failing, second -> true));

    for (String service : List.of("a", "b")) {
      List<Anomaly> learned =
          published.stream()
              .filter(anomaly -> anomaly.getServiceName().equals(service))
              .filter(anomaly -> anomaly.getDetector() == Detector.ISOLATION_FOREST)
              .toList();
      assertThat(learned).first().extracting(Anomaly::getKind).isEqualTo(AnomalyKind.ERROR_RATE);
      assertThat(learned.get(0).getOpenedAt()).isEqualTo(START.plusSeconds(320));
      assertThat(learned).filteredOn(a -> a.getRevision() == 0).hasSize(1);
      assertThat(learned).last().extracting(Anomaly::getState).isEqualTo(AnomalyState.RESOLVED);
    }
  }

  @Test
  void shouldNotTakeLatenessThatIsKnownForSilence() {
    IntPredicate nineOfTen = second -> second % 10 != 0;
    List<Anomaly> published =
        run(
            400,
            new Reporting("b", 0, NEVER, second -> false, nineOfTen),
            new Reporting("steady", 0, NEVER, second -> false, second -> false));

    // Before the first late spans arrived the windows looked empty; the anomaly is resolved.
    assertThat(published)
        .filteredOn(anomaly -> anomaly.getRevision() == 0)
        .hasSizeLessThan(2)
        .allSatisfy(opened -> assertThat(opened.getOpenedAt()).isBefore(START.plusSeconds(40)));
    assertThat(published).last().extracting(Anomaly::getState).isEqualTo(AnomalyState.RESOLVED);
  }

  @Test
  void shouldHealWhenSpansThatSeemedToBeMissingArrive() {
    List<Anomaly> published =
        run(
            500,
            new Reporting("b", 0, NEVER, second -> false, second -> second >= 120),
            new Reporting("steady", 0, NEVER, second -> false, second -> false));

    for (Detector detector : List.of(Detector.THRESHOLD, Detector.ISOLATION_FOREST)) {
      List<Anomaly> found =
          published.stream().filter(anomaly -> anomaly.getDetector() == detector).toList();
      assertThat(found).filteredOn(anomaly -> anomaly.getRevision() == 0).hasSizeLessThan(2);
      assertThat(found)
          .filteredOn(anomaly -> anomaly.getState() == AnomalyState.RESOLVED)
          .hasSize((int) found.stream().filter(anomaly -> anomaly.getRevision() == 0).count())
          .allSatisfy(
              resolved -> assertThat(resolved.getResolvedAt()).isBefore(START.plusSeconds(220)));
    }
    assertThat(published).isNotEmpty();
  }

  @Test
  void shouldStillNoticeThatALateServiceHasStopped() {
    List<Anomaly> published =
        run(
            500,
            new Reporting("b", 0, 200, second -> false, second -> true),
            new Reporting("steady", 0, NEVER, second -> false, second -> false));

    List<Anomaly> quiet = of(published, "b", AnomalyKind.THROUGHPUT);
    assertThat(quiet).filteredOn(anomaly -> "too-quiet".equals(anomaly.getRule())).isNotEmpty();
    assertThat(quiet.get(0).getOpenedAt()).isEqualTo(START.plusSeconds(220));
  }

  /** Runs for some seconds, second by second. */
  private List<Anomaly> run(int seconds, Reporting... reporting) {
    List<Anomaly> published = new ArrayList<>();
    for (int now = 0; now < seconds; now++) {
      for (Reporting each : reporting) {
        for (int worked = now - 30; worked <= now; worked++) {
          if (worked >= each.fromSecond()
              && worked < each.toSecond()
              && worked + each.lateness(worked) == now) {
            send(each.service(), worked, each.failing().test(worked));
          }
        }
      }
      driver.advanceWallClockTime(Duration.ofSeconds(1));
      published.addAll(anomalies.readValuesToList());
    }
    return published;
  }

  private void send(String service, int second, boolean failed) {
    for (int i = 0; i < PER_SECOND; i++) {
      Instant end = START.plusSeconds(second).plusMillis(i * 150L);
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

  private static List<Anomaly> of(List<Anomaly> published, String service, AnomalyKind kind) {
    return published.stream()
        .filter(anomaly -> anomaly.getServiceName().equals(service))
        .filter(anomaly -> anomaly.getRule() != null)
        .filter(anomaly -> anomaly.getKind() == kind)
        .filter(
            anomaly -> anomaly.getRevision() == 0 || anomaly.getState() == AnomalyState.RESOLVED)
        .toList();
  }

  private static List<AnomalyState> states(List<Anomaly> anomalies) {
    return anomalies.stream().map(Anomaly::getState).toList();
  }
}
