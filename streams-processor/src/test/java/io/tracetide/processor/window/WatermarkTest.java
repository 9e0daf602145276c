package io.tracetide.processor.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatermarkTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final Watermark watermark = new Watermark(IDLE, Long.MIN_VALUE, NOW);

  @Test
  void shouldHaveNoValueBeforeTheFirstRecord() {
    assertThat(watermark.at(NOW + 60_000)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void shouldFollowTheSlowestInput() {
    watermark.advance(0, NOW - 10_000, NOW);
    watermark.advance(1, NOW - 90_000, NOW);

    assertThat(watermark.at(NOW)).isEqualTo(NOW - 90_000);
  }

  @Test
  void shouldLeaveASilentInputBehind() {
    watermark.advance(1, NOW - 90_000, NOW);
    watermark.advance(0, NOW - 10_000, NOW + 6_000);

    assertThat(watermark.at(NOW + 6_000)).isEqualTo(NOW - 10_000);
  }

  @Test
  void shouldAdvanceByTheTimeThatPassesWhenAllInputsAreSilent() {
    watermark.advance(0, NOW - 3_600_000, NOW);

    assertThat(watermark.at(NOW + 30_000)).isEqualTo(NOW - 3_600_000 + 30_000);
  }

  @Test
  void shouldNotBeCarriedAwayByTheFuture() {
    watermark.advance(0, NOW + 300_000, NOW);

    assertThat(watermark.at(NOW)).isEqualTo(NOW);
  }

  @Test
  void shouldNeverGoBack() {
    watermark.advance(0, NOW - 1_000, NOW);
    long before = watermark.at(NOW);
    watermark.advance(1, NOW - 600_000, NOW + 1);

    assertThat(watermark.at(NOW + 1)).isEqualTo(before);
  }

  @Test
  void shouldStandStillWhenTheClockJumpsBack() {
    watermark.advance(0, NOW, NOW);
    long before = watermark.at(NOW);

    assertThat(watermark.at(NOW - 3_600_000)).isEqualTo(before);
    watermark.advance(0, NOW - 3_590_000, NOW - 3_590_000);
    assertThat(watermark.at(NOW - 3_590_000)).isEqualTo(before);
  }

  @Test
  void shouldGoOnFromWhereAFormerRunHadCome() {
    Watermark restarted = new Watermark(IDLE, NOW - 5_000, NOW + 600_000);

    assertThat(restarted.at(NOW + 600_000)).isEqualTo(NOW - 5_000);
    assertThat(restarted.at(NOW + 620_000)).isEqualTo(NOW + 15_000);
  }
}
