package io.tracetide.processor.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetCountsTest {

  /** A full hour. */
  private static final long START = 29_000_040;

  @Test
  void shouldSumUpToSixHoursByTheMinute() {
    BudgetCounts counts = new BudgetCounts();
    for (int minute = 0; minute < 500; minute++) {
      counts.set(START + minute, SpanCounts.of(10, minute % 2));
    }

    long end = START + 500;
    assertThat(counts.last(Duration.ofMinutes(5), end)).isEqualTo(SpanCounts.of(50, 3));
    assertThat(counts.last(Duration.ofHours(6), end)).isEqualTo(SpanCounts.of(3_600, 180));
    assertThat(counts.last(Duration.ofMinutes(5), end + 3)).isEqualTo(SpanCounts.of(20, 1));
    assertThat(counts.last(Duration.ofMinutes(5), end + 5)).isEqualTo(SpanCounts.NONE);
  }

  @Test
  void shouldBeginLongerWindowsAtAFullHour() {
    assertThat(START % 60).isZero();
    BudgetCounts counts = new BudgetCounts();
    for (int minute = 0; minute < 5_000; minute++) {
      counts.set(START + minute, SpanCounts.of(1, 0));
    }

    // 5,000 minutes are 83 h 20 min.
    assertThat(counts.last(Duration.ofDays(1), START + 5_000).spans()).isEqualTo(24 * 60 + 20);
    assertThat(counts.last(Duration.ofDays(3), START + 5_000).spans()).isEqualTo(72 * 60 + 20);
    assertThat(counts.last(Duration.ofDays(3), START + 5_040).spans()).isEqualTo(72 * 60 - 40);
  }

  @Test
  void shouldReplaceAMinuteOfAnEarlierHour() {
    BudgetCounts counts = new BudgetCounts();
    counts.set(START + 59, SpanCounts.of(10, 0));
    counts.set(START + 60, SpanCounts.of(10, 0));

    assertThat(counts.set(START + 59, SpanCounts.of(12, 2))).isTrue();
    assertThat(counts.set(START + 59, SpanCounts.of(12, 2))).isFalse();

    assertThat(counts.last(Duration.ofHours(1), START + 61)).isEqualTo(SpanCounts.of(22, 2));
    assertThat(counts.last(Duration.ofDays(1), START + 61)).isEqualTo(SpanCounts.of(22, 2));
  }

  @Test
  void shouldIgnoreAMinuteWhoseHourIsNotKept() {
    BudgetCounts counts = new BudgetCounts();
    counts.set(START + 1_000, SpanCounts.of(10, 0));

    assertThat(counts.set(START + 600, SpanCounts.of(10, 10))).isFalse();
    assertThat(counts.last(Duration.ofDays(3), START + 1_001)).isEqualTo(SpanCounts.of(10, 0));
  }

  @Test
  void shouldForgetWhatIsOlderThanItsWindows() {
    BudgetCounts counts = new BudgetCounts();
    counts.set(START, SpanCounts.of(10, 10));
    counts.set(START + 100 * 60, SpanCounts.of(1, 0));

    assertThat(counts.last(Duration.ofDays(3), START + 100 * 60 + 1))
        .isEqualTo(SpanCounts.of(1, 0));
  }

  @Test
  void shouldContinueEquallyAfterARestoreInAnyOrder() {
    for (boolean weighted : List.of(false, true)) {
      BudgetCounts counts = new BudgetCounts();
      Random random = new Random(7);
      for (int minute = 0; minute < 6_000; minute++) {
        if (random.nextInt(3) > 0) {
          counts.set(START + minute, counts(random, weighted));
        }
      }
      ByteWriter now = new ByteWriter();
      ByteWriter past = new ByteWriter();
      counts.writeNow(now);
      counts.writePast(past);
      for (boolean nowFirst : List.of(false, true)) {
        BudgetCounts restored = new BudgetCounts();
        restored.read(ByteBuffer.wrap((nowFirst ? now : past).toByteArray()));
        restored.read(ByteBuffer.wrap((nowFirst ? past : now).toByteArray()));
        for (WindowPair pair : WindowPair.values()) {
          for (long end = START + 6_000; end < START + 12_000; end += 7) {
            assertThat(restored.last(pair.longWindow(), end))
                .isEqualTo(counts.last(pair.longWindow(), end));
            assertThat(restored.last(pair.shortWindow(), end))
                .isEqualTo(counts.last(pair.shortWindow(), end));
          }
        }
      }
    }
  }

  private static SpanCounts counts(Random random, boolean weighted) {
    int spans = 1 + random.nextInt(100);
    int bad = random.nextInt(spans + 1);
    return weighted
        ? new SpanCounts(spans, bad, spans / 0.3, bad / 0.7)
        : SpanCounts.of(spans, bad);
  }

  @Test
  void shouldRejectAnUnknownFormat() {
    BudgetCounts counts = new BudgetCounts();

    assertThatThrownBy(() -> counts.read(ByteBuffer.wrap(new byte[] {9})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
