package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceError;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What times, attributes and events of a span mean. */
class SpanMappingRulesTest {

  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

  /** Leaves every text as it is. */
  private enum AsItIs implements SpanText {
    TEXT;

    @Override
    public String name(String raw) {
      return raw;
    }

    @Override
    public String value(String raw) {
      return raw;
    }

    @Override
    public String stack(String raw) {
      return raw;
    }
  }

  @ParameterizedTest
  @CsvSource({"1500,2", "1499,1", "0,0", "-1,0", "999999999999,1000000000"})
  void shouldRoundDurationsToTheMicrosecond(long nanos, long micros) {
    long end = 1_748_779_199_000_000_000L;

    assertThat(SpanTime.durationMicros(end - nanos, end)).isEqualTo(micros);
    assertThat(SpanTime.isNegative(end - nanos, end)).isEqualTo(nanos < 0);
  }

  @Test
  void shouldReadTimesAsUnsigned() {
    assertThat(SpanTime.at(1_748_779_199_750_000_499L))
        .isEqualTo(Instant.parse("2025-06-01T11:59:59.750Z"));
    assertThat(SpanTime.at(-1L)).isAfter(Instant.parse("2500-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "tracetide.context_id,  c, true",
    "mplp.contextId,        c, true",
    "tracetide.context.id,  c, true",
    "tracetide.context_id,  ' ', false",
    "mplp.role,             c, false",
    "context_id,            c, false",
    "tracetide.progress,    x, false",
    "tracetide.progress,    50, true",
    "tracetide.progress,    101, false",
  })
  void shouldTakeTheAttributesThatTheContractHasFieldsFor(String key, String value, boolean taken) {
    assertThat(new WorkflowAttributes(AsItIs.TEXT).take(key, value)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({
    "plan_execution, ,                     ,                plan_execution,  plan_execution",
    "stock,          tracetide.event_type, trace_milestone, trace_milestone, stock",
    "log,            event.type,           click,           log,             log",
    "plan_execution, event.name,           step 2,          plan_execution,  step 2",
    "plan_execution, name,                 step 2,          plan_execution,  step 2",
    "log,            event.name,           step 2,          log,             log",
  })
  void shouldRecogniseEventsOfASharedType(
      String name, String key, String value, String type, String ownName) {
    SpanEventReading reading = new SpanEventReading(AsItIs.TEXT);
    if (key != null) {
      reading.attribute(key, value);
    }

    assertThat(reading.event(name, AT, Map.of()))
        .isEqualTo(new SpanEvent(type, ownName, AT, Map.of()));
  }

  @Test
  void shouldReadTheErrorOfAnException() {
    SpanEventReading reading = new SpanEventReading(AsItIs.TEXT);
    reading.attribute("exception.type", "T");
    reading.attribute("exception.message", "m");

    assertThat(reading.error("exception")).isEqualTo(new TraceError("T", "m", null));
    assertThat(reading.error("log")).isNull();
  }
}
