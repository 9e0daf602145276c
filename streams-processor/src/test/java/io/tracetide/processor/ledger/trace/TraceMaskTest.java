package io.tracetide.processor.ledger.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.LedgerDriver;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceMaskTest {

  private static final String CANARY = "canary.jane@leak-7b1d.example";

  private final TraceMask mask = new TraceMask(Masker.of(PrivacyConfig.defaults()));

  private static TraceEvent.Builder event() {
    return LedgerDriver.event(TraceEventType.COMPLETED, "s", 0);
  }

  @Test
  void shouldMaskEveryTextAndListTheClasses() {
    TraceEvent event =
        event()
            .setSpanId("s-" + CANARY)
            .setParentSpanId("p-" + CANARY)
            .setServiceName("svc " + CANARY)
            .setOperationName("op " + CANARY)
            .setCurrentOperation("now " + CANARY)
            .setContext(
                new TraceContext(
                    "c " + CANARY, "p " + CANARY, "u " + CANARY, "s " + CANARY, "x " + CANARY))
            .setTags(Map.of("k " + CANARY, "v " + CANARY, "db.password", "hunter2-canary"))
            .setMetadata(Map.of("k " + CANARY, "v " + CANARY))
            .setCustomMetrics(Map.of("m " + CANARY, 1.0))
            .setEvents(
                List.of(
                    new SpanEvent(
                        "t " + CANARY,
                        "n " + CANARY,
                        LedgerDriver.START,
                        Map.of("k " + CANARY, "v " + CANARY))))
            .setOutcome(
                new TraceOutcome(
                    false,
                    "r " + CANARY,
                    "o " + CANARY,
                    new TraceError("T " + CANARY, "m " + CANARY, "at " + CANARY)))
            .build();

    TraceEvent masked = mask.masked(event);

    assertThat(masked.toString()).doesNotContain("leak-7b1d").doesNotContain("hunter2");
    assertThat(masked.getOperationName()).isEqualTo("op [email]");
    assertThat(masked.getMetadata()).containsEntry(TraceMask.MASKED, "email,secret");
    assertThat(masked.getTimestamp()).isEqualTo(event.getTimestamp());
    assertThat(mask.masked(masked)).isSameAs(masked);
  }

  @Test
  void shouldLeaveAnEventAsItIsWhenThereIsNothingToMask() {
    TraceEvent event =
        event()
            .setTags(Map.of("token", "[secret]"))
            .setMetadata(Map.of(TraceMask.MASKED, "secret"))
            .build();

    assertThat(mask.masked(event)).isSameAs(event);
  }

  @Test
  void shouldAddToTheClassesOfTheGateway() {
    TraceEvent event =
        event().setMetadata(Map.of(TraceMask.MASKED, "phone", "note", CANARY)).build();

    assertThat(mask.masked(event).getMetadata())
        .containsEntry(TraceMask.MASKED, "email,phone")
        .containsEntry("note", "[email]");
  }
}
