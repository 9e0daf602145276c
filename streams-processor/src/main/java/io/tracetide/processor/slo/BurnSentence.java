package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.window.SeriesId;
import java.time.Duration;

/** The summaries of anomalies of burn rates. */
final class BurnSentence {

  private BurnSentence() {}

  static String of(
      Objective objective,
      SeriesId series,
      WindowPair pair,
      Change.Reported change,
      BurnRates rates) {
    boolean ofService = series.operation().equals(SeriesId.ALL_OPERATIONS);
    String budget =
        "the error budget of %s%s"
            .formatted(series.service(), ofService ? "" : " " + series.operation());
    String limit = AnomalyValues.number(pair.factor());
    String longWindow = text(pair.longWindow());
    String shortWindow = text(pair.shortWindow());
    String peak = AnomalyValues.number(change.episode().height().value());
    String text;
    if (change instanceof Change.Resolved resolved) {
      long lasted = Math.max(0, resolved.endMs() - resolved.episode().openedAtMs());
      text =
          "%s no longer burns at more than %s times the allowed rate; it did for %s, and reached %s times over %s"
              .formatted(budget, limit, AnomalyValues.lasting(lasted), peak, longWindow);
    } else {
      text =
          "%s burns at %s times the allowed rate over %s and at %s times over %s; the limit is %s times"
              .formatted(
                  budget,
                  AnomalyValues.number(rates.ofLong()),
                  longWindow,
                  AnomalyValues.number(rates.ofShort()),
                  shortWindow,
                  limit);
    }
    return "%s (objective %s: %s)".formatted(text, objective.name(), goal(objective));
  }

  private static String text(Duration window) {
    return window.toHours() % 24 == 0 && !window.minusDays(1).isNegative()
        ? window.toDays() + " d"
        : AnomalyValues.lasting(window.toMillis());
  }

  private static String goal(Objective objective) {
    String good =
        objective
            .slowerThan()
            .map(limit -> "within " + AnomalyValues.millis(limit.toNanos() / 1e6))
            .orElse("without errors");
    // Not rounded to three digits as observed values are: 99.95 is not 100.
    return "%s %% of spans %s in %d d"
        .formatted(decimal(objective.target()), good, WindowPair.PERIOD.toDays());
  }

  private static String decimal(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
