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
import java.util.Map;
import java.util.TreeMap;

/** Describes an assessment as values with units, and as one sentence. */
record Explanation(SeriesId series, Assessment assessment, double windowSeconds) {

  /** Scales around the median that count as usual. */
  private static final double USUAL = 3;

  Map<String, Double> observed() {
    Map<String, Double> observed = new TreeMap<>();
    for (Feature feature : Feature.values()) {
      double value = observed(feature);
      if (!Double.isNaN(value)) {
        observed.put(feature.key(), value);
      }
    }
    return observed;
  }

  Map<String, Double> expected() {
    Map<String, Double> expected = new TreeMap<>();
    for (Deviation deviation : assessment.deviations().values()) {
      String key = deviation.feature().key();
      expected.put(key, usual(deviation, 0));
      expected.put(key + "_low", usual(deviation, -USUAL));
      expected.put(key + "_high", usual(deviation, USUAL));
    }
    return expected;
  }

  Map<String, Double> contributions() {
    Map<String, Double> contributions = new TreeMap<>();
    double sum = 0;
    for (Deviation deviation : assessment.deviations().values()) {
      sum += deviation.evidence();
    }
    if (sum > 0) {
      for (Deviation deviation : assessment.deviations().values()) {
        contributions.put(deviation.feature().key(), deviation.evidence() / sum);
      }
    }
    return contributions;
  }

  /** The observed value of the feature of a kind: p95 in ms, spans a second, errors in %. */
  double value(AnomalyKind kind) {
    return observed(standFor(kind));
  }

  /** Distance of the feature of a kind, in scales. */
  double excess(AnomalyKind kind) {
    Deviation deviation = assessment.deviations().get(standFor(kind));
    return deviation == null ? 0 : deviation.evidence();
  }

  /** The values of the window. */
  Snapshot snapshot(long startMs, long endMs) {
    return new Snapshot(
        startMs, endMs, observed(), expected(), contributions(), assessment.seen().exemplars());
  }

  /**
   * The change, the operation, the expected value and the other features; and the peak, if it was
   * in another window than the one that ended at {@code endMs}.
   */
  String sentence(Change.Reported change, long endMs) {
    Episode.Open episode = change.episode();
    Feature feature = standFor(episode.kind());
    String verb = verb(change, feature);
    String subject = "%s of %s %s".formatted(noun(feature), series.service(), series.operation());
    String now = text(feature, observed(feature)) + expectation(feature);
    Episode.Height height = episode.height();
    String peak = peak(feature, height);
    if (change instanceof Change.Resolved resolved) {
      String lasted = lasting(Math.max(0, resolved.endMs() - episode.openedAtMs()));
      return "%s %s, %s %s, after %s".formatted(subject, peak, verb, now, lasted);
    }
    boolean opened = change instanceof Change.Opened;
    String text =
        opened || !height.isBefore(endMs)
            ? "%s %s %s, %s".formatted(subject, verb, now, otherFeatures(feature))
            : "%s %s, now %s, %s".formatted(subject, peak, now, otherFeatures(feature));
    return opened && height.isBefore(endMs) ? text + "; it " + peak : text;
  }

  private static String peak(Feature feature, Episode.Height height) {
    Double usual = height.peak().expected().get(feature.key());
    String verb = usual != null && height.value() < usual ? "fell to " : "peaked at ";
    return verb + text(feature, height.value()) + AnomalyValues.window(height.peak());
  }

  /** The summary for a series that was silent for so long that it is no longer watched. */
  static String noLongerWatched(SeriesId series, long silentMs) {
    return "%s %s has finished no spans for %s and is no longer watched"
        .formatted(series.service(), series.operation(), lasting(silentMs));
  }

  private static Feature standFor(AnomalyKind kind) {
    return switch (kind) {
      case THROUGHPUT -> Feature.THROUGHPUT;
      case ERROR_RATE -> Feature.ERROR_RATE;
      default -> Feature.P95;
    };
  }

  private String verb(Change.Reported change, Feature feature) {
    Deviation deviation = assessment.deviations().get(feature);
    if (change instanceof Change.Resolved) {
      return "is back to";
    }
    if (change instanceof Change.Opened && deviation != null) {
      return deviation.isRise() ? "rose to" : "fell to";
    }
    return "is at";
  }

  private String expectation(Feature feature) {
    Deviation deviation = assessment.deviations().get(feature);
    if (deviation == null) {
      return "";
    }
    String usual = text(feature, usual(deviation, 0));
    String high = text(feature, usual(deviation, USUAL));
    return feature == Feature.ERROR_RATE
        ? ", expected about %s (up to %s)".formatted(usual, high)
        : ", expected about %s (%s to %s)"
            .formatted(usual, text(feature, usual(deviation, -USUAL)), high);
  }

  private String otherFeatures(Feature feature) {
    String rate = perSecond(observed(Feature.THROUGHPUT));
    String errors = percent(observed(Feature.ERROR_RATE)) + " errors";
    String p95 = "p95 latency " + text(Feature.P95, observed(Feature.P95));
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

  private double observed(Feature feature) {
    WindowFeatures seen = assessment.seen();
    return switch (feature) {
      case P95 -> seen.p95Micros() / 1_000;
      case THROUGHPUT -> seen.count() / windowSeconds;
      case ERROR_RATE -> seen.errorRate() * 100;
    };
  }

  private double usual(Deviation deviation, double scales) {
    double at = deviation.band().at(scales);
    return switch (deviation.feature()) {
      case P95 -> Math.exp(at) / 1_000;
      case THROUGHPUT -> Math.max(0, Math.expm1(at)) / windowSeconds;
      case ERROR_RATE -> Math.min(1, Math.max(0, at)) * 100;
    };
  }
}
