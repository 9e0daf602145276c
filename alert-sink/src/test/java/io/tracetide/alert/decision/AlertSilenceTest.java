package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.AlertSilence.State;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertSilenceTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant END = START.plusSeconds(60);
  private static final AlertSilence SILENCE =
      Simulation.silence("s", START, END, "service=shop", "severity=~low|high").silence();
  private static final Map<String, String> MUTED = Map.of("service", "shop", "severity", "low");

  @Test
  void shouldBeActiveFromItsStartUntilBeforeItsEnd() {
    assertThat(SILENCE.state(START.minusNanos(1))).isEqualTo(State.PENDING);
    assertThat(SILENCE.state(START)).isEqualTo(State.ACTIVE);
    assertThat(SILENCE.state(END.minusNanos(1))).isEqualTo(State.ACTIVE);
    assertThat(SILENCE.state(END)).isEqualTo(State.EXPIRED);
  }

  @Test
  void shouldMatchWhatAllItsMatchersSelect() {
    assertThat(SILENCE.matches(MUTED)).isTrue();
    assertThat(SILENCE.matches(Map.of("service", "shop", "severity", "critical"))).isFalse();
  }
}
