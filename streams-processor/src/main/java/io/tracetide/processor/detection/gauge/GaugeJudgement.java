package io.tracetide.processor.detection.gauge;

import static io.tracetide.processor.anomaly.AnomalyValues.lasting;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.detection.SeverityScoring;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import java.util.Map;

/**
 * One window of a metric, as evidence for an episode and as text.
 *
 * @param expected usual value
 * @param low lower end of the usual range
 * @param high upper end of the usual range
 * @param distance distance from the usual value, in scales
 * @param breach whether the value is part of an anomaly
 * @param confidence 0 to 1
 * @param contributions share of each feature in the evidence, adding up to 1
 */
record GaugeJudgement(
    SeriesId series,
    GaugeValue seen,
    double expected,
    double low,
    double high,
    double distance,
    boolean breach,
    double confidence,
    Map<String, Double> contributions) {

  private static final Exemplars NO_TRACES = new Exemplars(null, null, null);

  /** Values of metrics weigh less than those of spans, which users notice. */
  private static final double SHARE_OF_TRAFFIC = 0;

  Evidence evidence(long startMs, long endMs) {
    Snapshot snapshot =
        new Snapshot(startMs, endMs, observed(), expectedValues(), contributions, NO_TRACES);
    return breach
        ? Evidence.breach(
            AnomalyKind.RESOURCE,
            SeverityScoring.severity(confidence, size(), SHARE_OF_TRAFFIC),
            confidence,
            distance,
            seen.value(),
            snapshot)
        : Evidence.calm(true, distance, seen.value(), snapshot);
  }

  /** Difference to the usual value as a share of the larger of both, 0 to 1. */
  private double size() {
    double larger = Math.max(Math.abs(seen.value()), Math.abs(expected));
    return larger == 0 ? 0 : Math.min(1, Math.abs(seen.value() - expected) / larger);
  }

  /** The observed value, by feature. */
  Map<String, Double> observed() {
    return Map.of(feature(), seen.value());
  }

  /** The expected value and the ends of its range, by feature. */
  Map<String, Double> expectedValues() {
    return Map.of(feature(), expected, feature() + "_low", low, feature() + "_high", high);
  }

  private String feature() {
    return seen.kind() == ValueKind.COUNTER ? series.metric() + "_per_sec" : series.metric();
  }

  /** The change, the expected value, and the peak if it was in another window. */
  String sentence(Change.Reported change, long endMs) {
    Episode.Height height = change.episode().height();
    String now = text(seen.value()) + expectation();
    if (change instanceof Change.Resolved resolved) {
      long lastedMs = Math.max(0, resolved.endMs() - change.episode().openedAtMs());
      return "%s %s, is back to %s, after %s"
          .formatted(subject(series), peak(height), now, lasting(lastedMs));
    }
    if (change instanceof Change.Opened) {
      String verb = seen.value() < expected ? "fell to" : "rose to";
      return "%s %s %s".formatted(subject(series), verb, now);
    }
    return height.isBefore(endMs)
        ? "%s %s, now %s".formatted(subject(series), peak(height), now)
        : "%s is at %s".formatted(subject(series), now);
  }

  /** The summary for a metric without values for so long that its anomaly is ended. */
  static String withoutValues(SeriesId series, long silentMs) {
    return "%s has had no values for %s and is no longer evaluated"
        .formatted(subject(series), lasting(silentMs));
  }

  /** The summary for a metric that is no longer watched. */
  static String switchedOff(SeriesId series) {
    return "%s is no longer watched: the detector of metrics is switched off or ignores it"
        .formatted(subject(series));
  }

  private static String subject(SeriesId series) {
    boolean ofService = series.operation().equals(SeriesId.ALL_OPERATIONS);
    return "%s of %s%s"
        .formatted(series.metric(), series.service(), ofService ? "" : " " + series.operation());
  }

  private String peak(Episode.Height height) {
    Double usual = height.peak().expected().get(feature());
    String verb = usual != null && height.value() < usual ? "fell to " : "peaked at ";
    return verb + text(height.value()) + AnomalyValues.window(height.peak());
  }

  private String expectation() {
    return ", expected about %s (%s to %s)".formatted(text(expected), text(low), text(high));
  }

  private String text(double value) {
    return GaugeText.of(value, series.metric(), seen.unit(), seen.kind());
  }
}
