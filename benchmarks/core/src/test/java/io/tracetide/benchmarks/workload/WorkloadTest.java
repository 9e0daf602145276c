package io.tracetide.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private static final long START = 1_700_000_000_000L;

  private static Workload workload(long events, int series, double skew) {
    return new Workload(1, events, series, skew, START, 1_000);
  }

  private static List<String> walk(Workload workload) {
    List<String> seen = new ArrayList<>();
    EventSequence events = workload.sequence();
    while (events.next()) {
      seen.add(
          events.series()
              + " "
              + events.timestampMicros()
              + " "
              + events.durationMicros()
              + " "
              + events.failed()
              + " "
              + events.idHigh()
              + events.idLow());
    }
    return seen;
  }

  @Test
  void shouldGiveTheSameEventsEachTime() {
    Workload workload = workload(5_000, 200, 0.5);

    assertThat(walk(workload)).hasSize(5_000).isEqualTo(walk(workload));
  }

  @Test
  void shouldGiveOtherEventsForAnotherSeed() {
    Workload other = new Workload(2, 100, 200, 0, START, 1_000);

    assertThat(walk(workload(100, 200, 0))).isNotEqualTo(walk(other));
  }

  @Test
  void shouldAdvanceInTimeEvenly() {
    Workload workload = workload(25_000, 100, 0);

    assertThat(workload.timestampMicros(0)).isEqualTo(START * 1_000);
    assertThat(workload.timestampMicros(24_999)).isEqualTo((START + 24_999) * 1_000);
    assertThat(workload.windows()).isEqualTo(3);
    assertThat(workload.window(START + 19_999)).isEqualTo(1);
  }

  @Test
  void shouldSpreadOverAllSeriesWhenNotSkewed() {
    EventSequence events = workload(50_000, 200, 0).sequence();
    int[] counts = new int[200];
    while (events.next()) {
      counts[events.series()]++;
    }

    assertThat(counts).doesNotContain(0);
    assertThat(java.util.Arrays.stream(counts).max().orElseThrow()).isLessThan(350);
  }

  @Test
  void shouldSendTheShareToOneServiceWhenSkewed() {
    EventSequence events = workload(50_000, 1_000, 0.9).sequence();
    int first = 0;
    while (events.next()) {
      first += events.series() < Workload.OPERATIONS ? 1 : 0;
    }

    assertThat(first / 50_000.0).isBetween(0.89, 0.91);
  }

  @Test
  void shouldFindEverySeriesByItsNames() {
    Workload workload = workload(1, 100_000, 0);
    SeriesNames names = new SeriesNames(workload);

    for (int series = 0; series < 100_000; series += 37) {
      assertThat(names.series(names.service(series), names.operation(series))).hasValue(series);
    }
    assertThat(names.series("shop-ggg", "*")).isEmpty();
    assertThat(names.series("else", names.operation(0))).isEmpty();
    assertThat(names.service(0)).doesNotContainPattern("[0-9a-f]{2}$");
  }

  @Test
  void shouldEncodeTheEventsOfTheSequence() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    Workload workload = workload(500, 100, 0);
    SeriesNames names = new SeriesNames(workload);
    EventRecords records = new EventRecords(workload, registry);
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    EventSequence events = workload.sequence();
    while (events.next()) {
      byte[] bytes = records.encode(events);
      TraceEvent event = decoder.decode(bytes);

      assertThat(bytes.length).isBetween(160, 220);
      assertThat(event.getType()).isEqualTo(TraceEventType.COMPLETED);
      assertThat(event.getServiceName()).isEqualTo(names.service(events.series()));
      assertThat(event.getOperationName()).isEqualTo(names.operation(events.series()));
      assertThat(event.getDurationMicros()).isEqualTo(events.durationMicros());
      assertThat(event.getStatus() == TraceStatus.FAILED).isEqualTo(events.failed());
      assertThat(event.getTimestamp().toEpochMilli()).isEqualTo(events.timestampMicros() / 1_000);
      assertThat(EventRecords.traceKey(events))
          .isEqualTo(event.getTraceId().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldEncodeStartEventsOfTheSameSpans() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    Workload workload = workload(50, 100, 0).withLifecycle();
    EventRecords records = new EventRecords(workload, registry);
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    EventSequence events = workload.sequence();
    while (events.next()) {
      TraceEvent start = decoder.decode(records.encodeStart(events));
      TraceEvent end = decoder.decode(records.encode(events));

      assertThat(start.getType()).isEqualTo(TraceEventType.STARTED);
      assertThat(start.getDurationMicros()).isNull();
      assertThat(start.getTraceId()).isEqualTo(end.getTraceId());
      assertThat(start.getSpanId()).isEqualTo(end.getSpanId());
      assertThat(end.getType()).isEqualTo(TraceEventType.COMPLETED);
      assertThat(ChronoUnit.MICROS.between(start.getTimestamp(), end.getTimestamp()))
          .isEqualTo(events.durationMicros());
    }
    assertThat(workload.records()).isEqualTo(100);
    assertThat(workload(50, 100, 0).records()).isEqualTo(50);
    assertThat(walk(workload)).isEqualTo(walk(workload(50, 100, 0)));
  }

  @Test
  void shouldRefuseInvalidValues() {
    assertThatThrownBy(() -> workload(0, 100, 0)).hasMessageContaining("events");
    assertThatThrownBy(() -> workload(1, 150, 0)).hasMessageContaining("multiple of it");
    assertThatThrownBy(() -> workload(1, 0, 0)).hasMessageContaining("series");
    assertThatThrownBy(() -> workload(1, 1_000_000, 0)).hasMessageContaining("at most 800000");
    assertThatThrownBy(() -> workload(1, 1_000, 1)).hasMessageContaining("skew");
    assertThatThrownBy(() -> workload(1, 100, 0.9)).hasMessageContaining("more than one service");
    assertThatThrownBy(() -> new Workload(1, 1, 1, 0, START + 1, 1))
        .hasMessageContaining("start of a window");
  }
}
