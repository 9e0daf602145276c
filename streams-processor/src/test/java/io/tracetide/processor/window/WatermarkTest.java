package io.tracetide.processor.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
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

  @Test
  void shouldWaitForTheInputsOfBeforeARestart() {
    Map<Integer, Long> saved = new TreeMap<>();
    watermark.advance(0, NOW - 1_000, NOW);
    watermark.advance(1, NOW - 2_000, NOW);
    watermark.advance(2, NOW - 3_000, NOW - 60_000);
    watermark.save(NOW, storeIn(saved));
    assertThat(saved).containsOnlyKeys(0, 1);

    long later = NOW + 10_000;
    Watermark restarted = new Watermark(IDLE, watermark.at(NOW), later);
    saved.forEach((input, eventMs) -> restarted.restore(input, eventMs, later));
    restarted.advance(0, later, later);
    assertThat(restarted.at(later)).isEqualTo(NOW - 2_000);
    restarted.advance(1, later - 500, later + 3_000);
    assertThat(restarted.at(later + 3_000)).isEqualTo(later - 500);
  }

  @Test
  void shouldNotWaitForLongAfterARestart() {
    Watermark restarted = new Watermark(IDLE, NOW - 60_000, NOW);
    restarted.restore(1, NOW - 60_000, NOW);
    long later = NOW + Watermark.RESTORED_PATIENCE_MS + 1;
    restarted.advance(0, later, later);

    assertThat(restarted.at(later)).isEqualTo(later);
  }

  @Test
  void shouldSaveAnInputWhenItHasAdvancedAndForgetItWhenItIsIdle() {
    Map<Integer, Long> saved = new TreeMap<>();
    watermark.advance(0, NOW, NOW);
    watermark.save(NOW, storeIn(saved));
    watermark.advance(0, NOW + 1_000, NOW + 1_000);
    watermark.save(NOW + 1_000, storeIn(saved));
    assertThat(saved).containsEntry(0, NOW);
    watermark.advance(0, NOW + 5_000, NOW + 5_000);
    watermark.save(NOW + 5_000, storeIn(saved));
    assertThat(saved).containsEntry(0, NOW + 5_000);

    watermark.save(NOW + 5_000 + IDLE.toMillis() + 1, storeIn(saved));
    assertThat(saved).isEmpty();
  }

  private static Watermark.InputStore storeIn(Map<Integer, Long> saved) {
    return new Watermark.InputStore() {
      @Override
      public void putInput(int input, long eventMs) {
        saved.put(input, eventMs);
      }

      @Override
      public void deleteInput(int input) {
        saved.remove(input);
      }
    };
  }
}
