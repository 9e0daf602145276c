package io.tracetide.processor.detection;

import io.tracetide.schemas.AnomalyKind;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One window of one series compared with those before it.
 *
 * @param seen values of the window
 * @param deviations one for each feature that has a band
 */
record Assessment(WindowFeatures seen, Map<Feature, Deviation> deviations) {

  /*
   * Three kinds of evidence, each a distance in scales:
   *
   * - latency, log of p95: rises only. A quantile of few spans is mostly chance, so it is damped by
   *   sqrt(n / (n + 8)). The median was tried beside it and left out: it found more short bursts,
   *   real and labelled ones, at twice the false episodes.
   * - throughput, log1p of the count: both ways. Independent arrivals vary like a
   *   Poisson process, by sqrt(m) of m, on this scale 1 / sqrt(m + 1); the scale is at least 0.7
   *   of that, even after a few uniform windows.
   * - errors, a binomial z against the usual error rate: rises only. The quarter added to the
   *   variance limits the evidence of one error in a rarely failing series.
   */
  private static final double LATENCY_FLOOR = 0.05;
  private static final double THROUGHPUT_FLOOR = 0.08;
  private static final double DAMPING_SPANS = 8;
  private static final double POISSON = 0.7;

  /** Scales around the median that count as usual. */
  private static final double USUAL = 3;

  /** Compares a window with a history. {@code scratch} holds at least {@code windows} values. */
  static Assessment of(
      WindowFeatures seen,
      FeatureRow row,
      SeriesHistory past,
      DetectionConfig config,
      float[] scratch) {
    Map<Feature, Deviation> deviations = new EnumMap<>(Feature.class);
    double damping = Math.sqrt(seen.spans() / (seen.spans() + DAMPING_SPANS));
    RobustBand p95 = band(Feature.P95, past, config, scratch, LATENCY_FLOOR);
    RobustBand throughput = band(Feature.THROUGHPUT, past, config, scratch, THROUGHPUT_FLOOR);
    throughput = throughput.withScaleAtLeast(POISSON / Math.sqrt(Math.exp(throughput.median())));
    if (p95.isKnown()) {
      add(deviations, Feature.P95, row.logP95(), p95, damping * p95.deviation(row.logP95()));
    }
    if (throughput.isKnown()) {
      double away = Math.abs(throughput.deviation(row.logCount()));
      add(deviations, Feature.THROUGHPUT, row.logCount(), throughput, away);
      RobustBand errors = errorBand(past.baseErrorRate(), seen.spans());
      double above = errors.deviation(seen.errorRate());
      add(deviations, Feature.ERROR_RATE, seen.errorRate(), errors, above);
    }
    return new Assessment(seen, deviations);
  }

  /** Binomial band of an error rate among {@code spans}. */
  static RobustBand errorBand(double usual, long spans) {
    double n = Math.max(1, spans);
    return new RobustBand(usual, Math.sqrt(n * usual * (1 - usual) + 0.25) / n);
  }

  /** The feature with the greatest distance; none when nothing deviates. */
  Optional<Deviation> farthest() {
    return deviations.values().stream()
        .filter(deviation -> deviation.evidence() > 0)
        .max(Comparator.comparingDouble(Deviation::evidence));
  }

  /** The greatest distance of any feature. */
  double evidence() {
    return farthest().map(Deviation::evidence).orElse(0.0);
  }

  /** The kind of the feature with the greatest distance. */
  AnomalyKind kind() {
    return farthest().map(deviation -> deviation.feature().kind()).orElse(AnomalyKind.UNKNOWN);
  }

  private static RobustBand band(
      Feature feature, SeriesHistory past, DetectionConfig config, float[] scratch, double floor) {
    int n = past.copy(feature, config.bandWindows(), config.acceptAfter(), scratch);
    return n < config.leastWindows() ? RobustBand.UNKNOWN : RobustBand.of(scratch, n, floor);
  }

  private static void add(
      Map<Feature, Deviation> deviations,
      Feature feature,
      double observed,
      RobustBand band,
      double evidence) {
    deviations.put(feature, new Deviation(feature, observed, band, Math.max(0, evidence)));
  }

  /** The features with their usual ranges, in windows of a length. */
  Map<Feature, FeatureRange> ranges(double windowSeconds) {
    Map<Feature, FeatureRange> ranges = new EnumMap<>(Feature.class);
    for (Feature feature : Feature.values()) {
      double observed = observed(feature, windowSeconds);
      Deviation deviation = deviations.get(feature);
      ranges.put(
          feature,
          deviation == null
              ? FeatureRange.unknown(observed)
              : new FeatureRange(
                  observed,
                  usual(deviation, 0, windowSeconds),
                  usual(deviation, -USUAL, windowSeconds),
                  usual(deviation, USUAL, windowSeconds),
                  deviation.evidence()));
    }
    return ranges;
  }

  /** Share of each feature in the sum of all distances. */
  Map<String, Double> contributions() {
    Map<String, Double> contributions = new TreeMap<>();
    double sum = deviations.values().stream().mapToDouble(Deviation::evidence).sum();
    if (sum > 0) {
      for (Deviation deviation : deviations.values()) {
        contributions.put(deviation.feature().key(), deviation.evidence() / sum);
      }
    }
    return contributions;
  }

  private double observed(Feature feature, double windowSeconds) {
    return switch (feature) {
      case P95 -> seen.p95Micros() / 1_000;
      case THROUGHPUT -> seen.count() / windowSeconds;
      case ERROR_RATE -> seen.errorRate() * 100;
    };
  }

  private static double usual(Deviation deviation, double scales, double windowSeconds) {
    double at = deviation.band().at(scales);
    return switch (deviation.feature()) {
      case P95 -> Math.exp(at) / 1_000;
      case THROUGHPUT -> Math.max(0, Math.expm1(at)) / windowSeconds;
      case ERROR_RATE -> Math.min(1, Math.max(0, at)) * 100;
    };
  }
}
