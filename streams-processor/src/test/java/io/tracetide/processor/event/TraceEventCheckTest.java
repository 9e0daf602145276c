package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TraceEventCheckTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final TraceEventCheck check =
      new TraceEventCheck(Duration.ofMinutes(5), Duration.ofDays(30));
  private final TraceView view = new TraceView();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(new InMemorySchemaRegistry(), "traces-value", TraceEvent.class);

  @Test
  void shouldAcceptAnOrdinaryEvent() {
    assertThat(check(event -> event)).isEmpty();
  }

  @Test
  void shouldNameTheNameThatIsBad() {
    assertFails(
        event -> event.setServiceName(""), DeadLetterReason.BAD_NAME, "serviceName is missing");
    assertFails(
        event -> event.setOperationName("é".repeat(600)),
        DeadLetterReason.BAD_NAME,
        "operationName has 1200 bytes, at most 1024 are allowed");
    assertFails(
        event -> event.setTenantId("a\0b"), DeadLetterReason.BAD_NAME, "tenantId has a zero byte");
  }

  @Test
  void shouldNameTheOtherFields() {
    assertFails(event -> event.setTraceId(""), DeadLetterReason.BAD_TRACE_ID, "traceId is missing");
    assertFails(
        event -> event.setTraceId("x".repeat(257)),
        DeadLetterReason.BAD_TRACE_ID,
        "traceId has 257 bytes, at most 256 are allowed");
    assertFails(
        event -> event.setDurationMicros(-1L),
        DeadLetterReason.BAD_DURATION,
        "durationMicros is negative: -1");
    assertFails(
        event -> event.setDurationMicros(2_592_000_000_001L),
        DeadLetterReason.EXCESSIVE_DURATION,
        "durationMicros is 2592000000001, at most 2592000000000 is allowed");
    assertFails(
        event -> event.setSamplingWeight(0),
        DeadLetterReason.BAD_SAMPLING_WEIGHT,
        "samplingWeight is 0.0, which is not above 0 and at most 1e9");
    assertFails(
        event ->
            event.setResourceUsage(
                ResourceUsage.newBuilder().setMemoryUsageMb(Double.POSITIVE_INFINITY).build()),
        DeadLetterReason.BAD_VALUE,
        "memoryUsageMb is Infinity, which is not finite");
    assertFails(
        event -> event.setTimestamp(NOW.plusSeconds(301)),
        DeadLetterReason.FUTURE_TIMESTAMP,
        "timestamp 2026-03-01T12:05:01Z is more than 5m later than the clock of the processor,"
            + " which is 2026-03-01T12:00:00Z");
  }

  private void assertFails(
      UnaryOperator<TraceEvent.Builder> change, DeadLetterReason reason, String detail) {
    assertThat(check(change)).contains(new RecordCheck.Failure(reason, detail));
  }

  private Optional<RecordCheck.Failure> check(UnaryOperator<TraceEvent.Builder> change) {
    TraceEvent event =
        change
            .apply(
                TraceEvent.newBuilder()
                    .setType(TraceEventType.COMPLETED)
                    .setStatus(TraceStatus.COMPLETED)
                    .setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")
                    .setServiceName("shop")
                    .setOperationName("GET /cart")
                    .setTimestamp(NOW)
                    .setDurationMicros(1_000L))
            .build();
    new TraceEventReader(TraceEvent.getClassSchema()).read(encoder.encode(event), view);
    return check.check(view, NOW.toEpochMilli(), NOW.toEpochMilli());
  }
}
