package io.tracetide.processor.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The totals of encoded windows are those of the decoded ones. */
class WindowTotalsTest {

  @Property(tries = 300)
  void shouldReadTheTotalsOfAnyWindow(
      @ForAll @IntRange(max = 80) int spans,
      @ForAll @IntRange(min = 1, max = 40) int step,
      @ForAll boolean weighted,
      @ForAll boolean withoutDurations,
      @ForAll boolean withUnit,
      @ForAll @IntRange(max = 300) int revision) {
    WindowStats stats = new WindowStats();
    byte[] trace = "4bf92f3577b34da6a3ce929d0e0e4736".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < spans; i++) {
      double weight = weighted ? 1 + i % 3 * 0.5 : 1;
      stats.record(100.0 + i * step, weight, i % 7 == 3);
      stats.offerExemplar(100.0 + i * step, i % 7 == 3, trace, 0, trace.length);
      if (withoutDurations && i % 5 == 0) {
        stats.count(weight, false);
      }
    }
    if (withUnit) {
      stats.unit(new byte[] {'m', 's'}, 0, 2);
    }

    WindowStatsCodec.Totals totals =
        WindowStatsCodec.totals(WindowStatsCodec.encode(stats, revision));

    assertThat(totals.count()).isEqualTo(stats.weightedCount());
    assertThat(totals.errors()).isEqualTo(stats.weightedErrors());
    assertThat(totals.sum()).isEqualTo(stats.sum());
  }

  @Test
  void shouldRejectOtherFormatsAndWhatIsCutShort() {
    assertThatThrownBy(() -> WindowStatsCodec.totals(new byte[] {9, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WindowStatsCodec.totals(new byte[] {WindowStatsCodec.FORMAT, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
