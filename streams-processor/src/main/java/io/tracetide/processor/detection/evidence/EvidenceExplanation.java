package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.Band;
import io.tracetide.detection.evidence.Contribution;
import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.Explanation;
import io.tracetide.processor.detection.Feature;
import io.tracetide.processor.detection.FeatureRange;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Describes the assessment of a window. */
final class EvidenceExplanation {

  private EvidenceExplanation() {}

  /**
   * The explanation of an assessment.
   *
   * @param seen sample of the window; null when there were no spans
   */
  static Explanation of(
      SeriesId series,
      SeriesAssessment assessment,
      @Nullable SeriesSample seen,
      double windowSeconds) {
    Map<Feature, FeatureRange> ranges = new EnumMap<>(Feature.class);
    double latency = assessment.of(EvidenceChannel.LATENCY).ratio();
    ranges.put(Feature.P95, range(assessment.p95(), 1e-3, latency));
    ranges.put(
        Feature.THROUGHPUT,
        range(assessment, EvidenceChannel.THROUGHPUT, 1 / Math.max(windowSeconds, 1e-3)));
    ranges.put(Feature.ERROR_RATE, range(assessment, EvidenceChannel.ERRORS, 100));
    return new Explanation(
        series,
        ranges,
        others(seen),
        contributions(assessment),
        seen == null ? new Exemplars(null, null, null) : seen.exemplars());
  }

  /** Kind of the anomalies of a channel. */
  static AnomalyKind kind(EvidenceChannel channel) {
    return switch (channel) {
      case LATENCY -> AnomalyKind.LATENCY;
      case THROUGHPUT -> AnomalyKind.THROUGHPUT;
      case ERRORS -> AnomalyKind.ERROR_RATE;
    };
  }

  /** Channel of the anomalies of a kind. */
  static EvidenceChannel channel(AnomalyKind kind) {
    return switch (kind) {
      case THROUGHPUT -> EvidenceChannel.THROUGHPUT;
      case ERROR_RATE -> EvidenceChannel.ERRORS;
      default -> EvidenceChannel.LATENCY;
    };
  }

  private static FeatureRange range(
      SeriesAssessment assessment, EvidenceChannel channel, double unit) {
    return range(assessment.of(channel).band(), unit, assessment.of(channel).ratio());
  }

  private static FeatureRange range(Band band, double unit, double evidence) {
    double observed = band.observed() * unit;
    return band.isKnown()
        ? new FeatureRange(
            observed, band.expected() * unit, band.lower() * unit, band.upper() * unit, evidence)
        : FeatureRange.unknown(observed);
  }

  private static Map<String, Double> others(@Nullable SeriesSample seen) {
    Map<String, Double> others = new TreeMap<>();
    if (seen != null && seen.sample().hasDurations()) {
      WindowSample sample = seen.sample();
      others.put(name(Contribution.Feature.P50), sample.p50Micros() / 1e3);
      others.put(name(Contribution.Feature.P90), sample.p90Micros() / 1e3);
      others.put(name(Contribution.Feature.MEAN_LOG), Math.exp(sample.meanLogMicros()) / 1e3);
    }
    return others;
  }

  /** Share of each feature in the evidence; none without evidence. */
  private static Map<String, Double> contributions(SeriesAssessment assessment) {
    Map<String, Double> shares = new TreeMap<>();
    for (Contribution part : assessment.contributions()) {
      if (part.value() > 0) {
        shares.put(name(part.feature()), part.value() / assessment.evidence());
      }
    }
    return shares;
  }

  private static String name(Contribution.Feature feature) {
    return switch (feature) {
      case P50 -> "p50_ms";
      case P90 -> "p90_ms";
      case P95 -> Feature.P95.key();
      case MEAN_LOG -> "geometric_mean_ms";
      case COUNT -> Feature.THROUGHPUT.key();
      case ERRORS -> Feature.ERROR_RATE.key();
    };
  }
}
