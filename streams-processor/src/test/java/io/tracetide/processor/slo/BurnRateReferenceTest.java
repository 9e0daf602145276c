package io.tracetide.processor.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Thirty days of a service, minute by minute, with bursts of errors, against a reference that adds
 * up raw counts. The traffic follows the clocks of Berlin, which are put forward in this month.
 */
class BurnRateReferenceTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZonedDateTime START = ZonedDateTime.of(2026, 3, 10, 0, 0, 0, 0, BERLIN);
  private static final int MINUTES = 30 * 24 * 60;
  private static final SeriesId CHECKOUT =
      SeriesId.ofOperation("acme", "checkout", SeriesId.ALL_OPERATIONS);

  /** Minute of the epoch at which the month begins; all arrays count from it. */
  private static final long FIRST = START.toEpochSecond() / 60;

  private static final ObjectiveConfig CONFIG = ObjectiveConfig.of("available", 99.9);

  /* Long and short window in minutes, and factor, as section 5.9 of the conventions has them. */
  private static final int[] LONG = {60, 360, 1_440, 4_320};
  private static final int[] SHORT = {5, 30, 120, 360};
  private static final double[] FACTOR = {14.4, 6, 3, 1};
  private static final String[] RULES = {
    "available-1h-5m", "available-6h-30m", "available-1d-2h", "available-3d-6h"
  };

  private final int[] spans = new int[MINUTES];
  private final int[] failed = new int[MINUTES];

  BurnRateReferenceTest() {
    Random random = new Random(20_260_329);
    double[] share = new double[MINUTES];
    Arrays.fill(share, 0.000_2);
    for (int burst = 0; burst < 40; burst++) {
      int from = random.nextInt(MINUTES);
      int length = (int) Math.exp(1 + 6 * random.nextDouble());
      double errors = Math.exp(-6.5 + 6 * random.nextDouble());
      for (int minute = from; minute < Math.min(MINUTES, from + length); minute++) {
        share[minute] = Math.min(1, errors);
      }
    }
    for (int minute = 0; minute < MINUTES; minute++) {
      int hour = Instant.ofEpochSecond((FIRST + minute) * 60).atZone(BERLIN).getHour();
      boolean asleep = hour == 2 || hour == 3;
      int usual = asleep ? 1 : 20 + 6 * Math.abs(12 - hour);
      spans[minute] = random.nextInt(2 * usual + 1);
      for (int i = 0; i < spans[minute]; i++) {
        failed[minute] += random.nextDouble() < share[minute] ? 1 : 0;
      }
    }
  }

  @Test
  void shouldEqualTheReferenceInEveryBurnRateAndEveryDecision() {
    assertThat(START.plusDays(30).toEpochSecond() - START.toEpochSecond())
        .as("the month has a day of 23 hours")
        .isEqualTo(30 * 86_400 - 3_600);
    MemoryOutput output = new MemoryOutput();
    BurnRateDetector detector = new BurnRateDetector(SloConfig.of(CONFIG));
    BudgetCounts counts = new BudgetCounts();
    Objective objective = new Objective(CONFIG);
    Reference reference = new Reference();
    int unequal = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      if (minute % 997 == 0 || minute % 60 == 59 && minute % 7 == 0) {
        detector = output.restored(new BurnRateDetector(SloConfig.of(CONFIG)));
      }
      long now = FIRST + minute;
      TierWindow window = new TierWindow(WindowTier.MINUTE, now * 60_000);
      if (spans[minute] > 0) {
        detector.observe(CHECKOUT, window, stats(spans[minute], failed[minute]));
        counts.set(now, SpanCounts.of(spans[minute], failed[minute]));
      }
      detector.complete(window, RecentWindows.NONE, output);
      reference.minute(minute);
      for (WindowPair pair : WindowPair.values()) {
        BurnRates rates = objective.evaluate(pair, counts, now + 1);
        unequal += rates.ofLong() == reference.ofLong[pair.ordinal()] ? 0 : 1;
        unequal += rates.ofShort() == reference.ofShort[pair.ordinal()] ? 0 : 1;
        unequal += rates.firing() == reference.firing[pair.ordinal()] ? 0 : 1;
      }
    }

    assertThat(unequal).isZero();
    assertThat(decisions(output.findings())).isEqualTo(reference.decisions);
    assertThat(reference.decisions).hasSizeGreaterThan(20);
    assertThat(RULES)
        .allSatisfy(rule -> assertThat(reference.decisions).anyMatch(text -> text.contains(rule)));
  }

  private static WindowStats stats(int spans, int failed) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < spans; i++) {
      stats.record(1_000, 1, i < failed);
    }
    return stats;
  }

  private static List<String> decisions(List<Finding> findings) {
    List<String> decisions = new ArrayList<>();
    for (Finding finding : findings) {
      if (!(finding.change() instanceof Change.Updated)) {
        String change = finding.change() instanceof Change.Opened ? "opened" : "resolved";
        decisions.add(
            text(
                finding.endMs() / 60_000 - FIRST,
                String.valueOf(finding.rule()),
                change,
                finding.observed()));
      }
    }
    return decisions;
  }

  private static String text(long end, String rule, String change, Map<String, Double> rates) {
    return "%d %s %s %s".formatted(end, rule, change, new TreeMap<>(rates));
  }

  /** The same decisions from raw counts, without rings, sums that are kept, or state machines. */
  private final class Reference {

    private static final double ALLOWED = 0.001;

    private final double[] ofLong = new double[4];
    private final double[] ofShort = new double[4];
    private final boolean[] firing = new boolean[4];
    private final boolean[] open = new boolean[4];
    private final int[] quiet = new int[4];
    private final long[] end = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
    private final List<String> decisions = new ArrayList<>();

    void minute(int minute) {
      int to = minute + 1;
      for (int pair = 0; pair < 4; pair++) {
        int from = to - LONG[pair];
        if (LONG[pair] > 360) {
          from = (int) (Math.floorDiv(FIRST + from, 60L) * 60 - FIRST);
        }
        long all = sum(spans, from, to);
        long bad = sum(failed, from, to);
        long recent = sum(spans, to - SHORT[pair], to);
        long recentBad = sum(failed, to - SHORT[pair], to);
        ofLong[pair] = all == 0 ? 0 : (double) bad / all / ALLOWED;
        ofShort[pair] = recent == 0 ? 0 : (double) recentBad / recent / ALLOWED;
        firing[pair] =
            recent >= 10
                && bad >= 3
                && (double) recentBad / recent > FACTOR[pair] * ALLOWED
                && wilson(bad, all) > FACTOR[pair] * ALLOWED;
      }
      for (int pair = 0; pair < 4; pair++) {
        decide(pair, to);
      }
    }

    private void decide(int pair, int to) {
      if (open[pair]) {
        quiet[pair] = firing[pair] ? 0 : quiet[pair] + 1;
        if (quiet[pair] == 5) {
          open[pair] = false;
          end[pair] = to;
          decide(pair, to, "resolved");
        }
        return;
      }
      boolean covered = false;
      for (int other = 0; other < (pair < 2 ? 2 : 4); other++) {
        covered |= other != pair && (open[other] || end[other] > to - SHORT[pair]);
      }
      if (firing[pair] && !covered) {
        open[pair] = true;
        quiet[pair] = 0;
        decide(pair, to, "opened");
      }
    }

    private void decide(int pair, int to, String change) {
      String[] windows = RULES[pair].split("-");
      decisions.add(
          text(
              to,
              RULES[pair],
              change,
              Map.of(
                  "burn_rate_" + windows[1], ofLong[pair],
                  "burn_rate_" + windows[2], ofShort[pair])));
    }

    private long sum(int[] counts, int from, int to) {
      long sum = 0;
      for (int minute = Math.max(0, from); minute < to; minute++) {
        sum += counts[minute];
      }
      return sum;
    }

    /** The interval as the roots of n (p - q)^2 = z^2 q (1 - q), solved for the smaller q. */
    private double wilson(long bad, long all) {
      if (all == 0) {
        return 0;
      }
      double p = (double) bad / all;
      double z2 = 1.645 * 1.645;
      double a = 1 + z2 / all;
      double b = -(2 * p + z2 / all);
      return (-b - Math.sqrt(b * b - 4 * a * p * p)) / (2 * a);
    }
  }
}
