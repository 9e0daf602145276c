package io.tracetide.processor.detection;

import static io.tracetide.processor.anomaly.AnomalyValues.lasting;
import static io.tracetide.processor.anomaly.AnomalyValues.millis;
import static io.tracetide.processor.anomaly.AnomalyValues.perSecond;
import static io.tracetide.processor.anomaly.AnomalyValues.percent;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import java.util.Map;
import java.util.TreeMap;

/**
 * Describes a window of a series as values with units, and as one sentence.
 *
 * @param ranges one for each feature
 * @param others further observed values, by name with the unit
 * @param contributions share of each feature in the evidence, adding up to 1; empty when nothing
 *     deviates
 * @param exemplars traces of the window
 */
public record Explanation(
    SeriesId series,
    Map<Feature, FeatureRange> ranges,
    Map<String, Double> others,
    Map<String, Double> contributions,
    Exemplars exemplars) {

  /** Observed values, by feature with its unit. */
  public Map<String, Double> observed() {
    Map<String, Double> observed = new TreeMap<>(others);
    ranges.forEach(
        (feature, range) -> {
          if (!Double.isNaN(range.observed())) {
            observed.put(feature.key(), range.observed());
          }
        });
    return observed;
  }

  /** Usual values, by feature with its unit; {@code _low} and {@code _high} bound the range. */
  public Map<String, Double> expected() {
    Map<String, Double> expected = new TreeMap<>();
    ranges.forEach(
        (feature, range) -> {
          if (range.isKnown()) {
            expected.put(feature.key(), range.usual());
            expected.put(feature.key() + "_low", range.low());
            expected.put(feature.key() + "_high", range.high());
          }
        });
    return expected;
  }

  /** The observed value of the feature of a kind: p95 in ms, spans a second, errors in %. */
  public double value(AnomalyKind kind) {
    return range(standFor(kind)).observed();
  }

  /** Evidence of the feature of a kind. */
  public double excess(AnomalyKind kind) {
    return range(standFor(kind)).evidence();
  }

  private FeatureRange range(Feature feature) {
    return ranges.getOrDefault(feature, FeatureRange.unknown(Double.NaN));
  }

  /** The values of the window. */
  public Snapshot snapshot(long startMs, long endMs) {
    return new Snapshot(startMs, endMs, observed(), expected(), contributions, exemplars);
  }

  /**
   * The change, the operation, the expected value and the other features; and the peak, if it was
   * worse than the window that ended at {@code endMs}.
   */
  public String sentence(Change.Reported change, long endMs) {
    Episode.Open episode = change.episode();
    Feature feature = standFor(episode.kind());
    String verb = verb(change, feature);
    String subject = "%s of %s %s".formatted(noun(feature), series.service(), series.operation());
    String now = text(feature, range(feature).observed()) + expectation(feature);
    Episode.Height height = episode.height();
    String peak = peak(feature, height);
    if (change instanceof Change.Resolved resolved) {
      String lasted = lasting(Math.max(0, resolved.endMs() - episode.openedAtMs()));
      return "%s %s, %s %s, after %s".formatted(subject, peak, verb, now, lasted);
    }
    boolean opened = change instanceof Change.Opened;
    boolean wasWorse = height.isBefore(endMs) && wasWorse(feature, height);
    String text =
        opened || !wasWorse
            ? "%s %s %s, %s".formatted(subject, verb, now, otherFeatures(feature))
            : "%s %s, now %s, %s".formatted(subject, peak, now, otherFeatures(feature));
    return opened && wasWorse ? text + "; it " + peak : text;
  }

  /** Not when the expected value has changed more than the observed one since the peak. */
  private boolean wasWorse(Feature feature, Episode.Height height) {
    double now = range(feature).observed();
    return isFall(feature, height) ? !(height.value() > now) : !(height.value() < now);
  }

  private static boolean isFall(Feature feature, Episode.Height height) {
    Double usual = height.peak().expected().get(feature.key());
    return usual != null && height.value() < usual;
  }

  private static String peak(Feature feature, Episode.Height height) {
    String verb = isFall(feature, height) ? "fell to " : "peaked at ";
    return verb + text(feature, height.value()) + AnomalyValues.window(height.peak());
  }

  /** The summary for a series that was silent for so long that it is no longer watched. */
  public static String noLongerWatched(SeriesId series, long silentMs) {
    return "%s %s has finished no spans for %s and is no longer watched"
        .formatted(series.service(), series.operation(), lasting(silentMs));
  }

  /** The summary for a series whose detector is switched off. */
  public static String switchedOff(SeriesId series) {
    return "%s %s is no longer watched: its detector is switched off"
        .formatted(series.service(), series.operation());
  }

  private static Feature standFor(AnomalyKind kind) {
    return switch (kind) {
      case THROUGHPUT -> Feature.THROUGHPUT;
      case ERROR_RATE -> Feature.ERROR_RATE;
      default -> Feature.P95;
    };
  }

  private String verb(Change.Reported change, Feature feature) {
    FeatureRange range = range(feature);
    if (change instanceof Change.Resolved) {
      return "is back to";
    }
    if (change instanceof Change.Opened && range.isKnown()) {
      return range.isRise() ? "rose to" : "fell to";
    }
    return "is at";
  }

  private String expectation(Feature feature) {
    FeatureRange range = range(feature);
    if (!range.isKnown()) {
      return "";
    }
    String usual = text(feature, range.usual());
    String high = text(feature, range.high());
    return feature == Feature.ERROR_RATE
        ? ", expected about %s (up to %s)".formatted(usual, high)
        : ", expected about %s (%s to %s)".formatted(usual, text(feature, range.low()), high);
  }

  private String otherFeatures(Feature feature) {
    String rate = perSecond(range(Feature.THROUGHPUT).observed());
    String errors = percent(range(Feature.ERROR_RATE).observed()) + " errors";
    String p95 = "p95 latency " + text(Feature.P95, range(Feature.P95).observed());
    return switch (feature) {
      case P95 -> "at %s with %s".formatted(rate, errors);
      case THROUGHPUT -> "with %s and %s".formatted(p95, errors);
      case ERROR_RATE -> "at %s with %s".formatted(rate, p95);
    };
  }

  private static String noun(Feature feature) {
    return switch (feature) {
      case P95 -> "p95 latency";
      case THROUGHPUT -> "throughput";
      case ERROR_RATE -> "error rate";
    };
  }

  private static String text(Feature feature, double value) {
    return switch (feature) {
      case P95 -> millis(value);
      case THROUGHPUT -> perSecond(value);
      case ERROR_RATE -> percent(value);
    };
  }
}
