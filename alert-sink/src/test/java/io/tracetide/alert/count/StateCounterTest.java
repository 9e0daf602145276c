package io.tracetide.alert.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StateCounterTest {

  @Test
  void shouldCountAtMostEveryThirtySecondsAndForATwentiethOfTheTime() {
    assertThat(StateCounter.pause(true, Duration.ofMillis(10))).isEqualTo(Duration.ofSeconds(30));
    assertThat(StateCounter.pause(true, Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(76));
    assertThat(StateCounter.pause(false, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
    assertThat(StateCounter.pause(false, Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(76));
  }
}
