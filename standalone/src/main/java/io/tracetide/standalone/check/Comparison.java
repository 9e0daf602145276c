package io.tracetide.standalone.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares exact minutes with those of the processor: counts must be equal, quantiles within a
 * tolerance. Earlier counts of the processor are subtracted; the quantiles of such minutes include
 * earlier spans and are not compared.
 */
final class Comparison {
  /** Greatest relative error of a quantile that is allowed. */
  static final double TOLERANCE = 0.01;

  /** The quantiles of minutes with fewer spans are not compared. */
  static final int FEWEST_SPANS = 20;

  private static final int DIFFERENCES_KEPT = 10;

  private final List<String> differences = new ArrayList<>();
  private long differing;
  private long exactSpans;
  private long answeredSpans;
  private int minutes;
  private int judged;
  private final Map<String, Worst> worst = new TreeMap<>();
  private long series;
  private int mixed;

  /**
   * The greatest error of a quantile.
   *
   * @param error relative, NaN when the quantile is missing
   * @param where for people
   */
  private record Worst(double error, String where) {}

  private Comparison() {}

  /**
   * Compares.
   *
   * @param before counts of the processor before the replay
   */
  static Comparison of(
      Map<Minute, ExactMinute> exact,
      Map<Minute, AnsweredMinute> before,
      Map<Minute, AnsweredMinute> answered) {
    Comparison comparison = new Comparison();
    comparison.minutes = exact.size();
    comparison.series =
        exact.keySet().stream().map(m -> List.of(m.service(), m.operation())).distinct().count();
    exact.forEach(
        (minute, figures) ->
            comparison.compare(
                minute,
                figures,
                before.getOrDefault(minute, AnsweredMinute.NONE),
                answered.get(minute)));
    comparison.compareServices(answered);
    answered.forEach(
        (minute, figures) -> {
          long more = figures.count() - before.getOrDefault(minute, AnsweredMinute.NONE).count();
          if (!isWhole(minute) && !exact.containsKey(minute) && more != 0) {
            comparison.answeredSpans += more;
            comparison.differ(
                "%s: %d spans that the recording does not have".formatted(minute, more));
          }
        });
    return comparison;
  }

  private static boolean isWhole(Minute minute) {
    return minute.operation().equals(AnalyticsClient.WHOLE_SERVICE);
  }

  private void compare(
      Minute minute, ExactMinute exact, AnsweredMinute before, @Nullable AnsweredMinute answered) {
    exactSpans += exact.count();
    if (answered == null) {
      differ("%s: %d spans, the answer has none".formatted(minute, exact.count()));
      return;
    }
    long count = answered.count() - before.count();
    long errors = answered.errors() - before.errors();
    answeredSpans += count;
    if (count != exact.count() || errors != exact.errors()) {
      differ(
          "%s: count %d errors %d, the answer says %d and %d"
              .formatted(minute, exact.count(), exact.errors(), count, errors));
    }
    if (before.count() > 0) {
      mixed++;
    } else if (exact.count() >= FEWEST_SPANS) {
      judged++;
      judge(minute, "p50", exact.quantileMs(0.50), answered.p50Ms());
      judge(minute, "p95", exact.quantileMs(0.95), answered.p95Ms());
      judge(minute, "p99", exact.quantileMs(0.99), answered.p99Ms());
    }
  }

  private void judge(Minute minute, String quantile, double exactMs, double answeredMs) {
    double error = exactMs == answeredMs ? 0 : Math.abs(answeredMs - exactMs) / Math.abs(exactMs);
    Worst before = worst.get(quantile);
    if (before == null || !(error <= before.error())) { // True for NaN, too.
      String where = "%s exact %s ms, answered %s ms".formatted(minute, exactMs, answeredMs);
      worst.put(quantile, new Worst(error, where));
    }
    if (!(error <= TOLERANCE)) {
      differ("%s: %s exact %s ms, answered %s ms".formatted(minute, quantile, exactMs, answeredMs));
    }
  }

  /** The series of a whole service must count the sum of its operations. */
  private void compareServices(Map<Minute, AnsweredMinute> answered) {
    Map<Minute, Long> sums = new HashMap<>();
    answered.forEach(
        (m, figures) -> {
          if (!isWhole(m)) {
            sums.merge(
                new Minute(m.service(), AnalyticsClient.WHOLE_SERVICE, m.startMs()),
                figures.count(),
                Long::sum);
          }
        });
    sums.forEach(
        (whole, sum) -> {
          AnsweredMinute answer = answered.get(whole);
          if (answer == null || answer.count() != sum) {
            differ(
                "%s: %s, its operations add up to %d"
                    .formatted(whole, answer == null ? "no answer" : answer.count(), sum));
          }
        });
  }

  private void differ(String what) {
    differing++;
    if (differences.size() < DIFFERENCES_KEPT) {
      differences.add(what);
    }
  }

  boolean isEqual() {
    return differing == 0;
  }

  /** The first differences, for people. */
  List<String> differences() {
    return Collections.unmodifiableList(differences);
  }

  long answeredSpans() {
    return answeredSpans;
  }

  /** Minutes in which the processor had counted spans before. */
  int mixed() {
    return mixed;
  }

  /** The result in one line. */
  String summary() {
    String errors =
        worst.entrySet().stream()
            .map(e -> " worst-%s=%.4f%%".formatted(e.getKey(), e.getValue().error() * 100))
            .collect(Collectors.joining());
    return "spans=%d answered=%d series=%d windows=%d with-20-spans=%d differences=%d%s"
        .formatted(exactSpans, answeredSpans, series, minutes, judged, differing, errors);
  }

  /** The place of the greatest error of each quantile, one line each. */
  List<String> farthest() {
    return worst.entrySet().stream()
        .map(e -> "worst %s: %s".formatted(e.getKey(), e.getValue().where()))
        .toList();
  }
}
