package io.tracetide.processor.detection.silence;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.detection.SeverityScoring;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.util.Map;

/** Describes the silence of the services of a tenant, and of the tenant, as findings. */
final class SilenceFindings {

  private static final String THROUGHPUT = "throughput_per_sec";
  private static final String SILENT = "silent_seconds";
  private static final Map<String, Double> CONTRIBUTIONS = Map.of(SILENT, 1.0);
  private static final Exemplars NO_TRACES = new Exemplars(null, null, null);

  /** Bound of the multiple that confidence is computed from. */
  private static final double MOST_IMPROBABLE = 10;

  private final String tenant;
  private final long windowMs;

  SilenceFindings(String tenant, long windowMs) {
    this.tenant = tenant;
    this.windowMs = windowMs;
  }

  /** A window of a pause. */
  Evidence evidence(Regularity state, long window, double improbability) {
    long endMs = endMs(state, window);
    double confidence = SeverityScoring.rank(Math.min(MOST_IMPROBABLE, improbability));
    return Evidence.breach(
        AnomalyKind.NO_DATA,
        SeverityScoring.severity(confidence, 1, 1),
        confidence,
        state.pause(),
        0,
        new Snapshot(
            endMs - windowMs,
            endMs,
            observed(state, 0),
            expected(state, window),
            CONTRIBUTIONS,
            NO_TRACES));
  }

  private Map<String, Double> observed(Regularity state, long spans) {
    return Map.of(THROUGHPUT, spans / seconds(1), SILENT, seconds(state.pause()));
  }

  private Map<String, Double> expected(Regularity state, long window) {
    int longest = state.longestUsual(window);
    return Map.of(
        THROUGHPUT,
        state.rate() / seconds(1),
        SILENT,
        seconds(longest),
        SILENT + "_low",
        0.0,
        SILENT + "_high",
        seconds(state.longestAllowed(window)));
  }

  private double seconds(int windows) {
    return windows * windowMs / 1_000.0;
  }

  /** End of a window of a service, which is older when its spans are usually late. */
  long endMs(Regularity state, long window) {
    return (window + 1 - state.lag) * windowMs;
  }

  /** The finding of a pause that is an anomaly. */
  Finding silent(
      String service, Regularity state, long window, Change.Reported change, long sending) {
    return finding(
        service,
        change,
        endMs(state, window),
        observed(state, 0),
        expected(state, window),
        SilenceText.silent(
            service,
            state.pause() * windowMs,
            state.rate() / seconds(1),
            state.longestUsual(window) * windowMs,
            (int) sending));
  }

  /** The finding of a silence that spans have ended. */
  Finding resolved(
      String service,
      Regularity state,
      long window,
      Change.Resolved change,
      long spans,
      int silentWindows) {
    return finding(
        service,
        change,
        change.endMs(),
        observed(state, spans),
        expected(state, window),
        SilenceText.over(service, silentWindows * windowMs));
  }

  /** The finding of a silence that is no longer watched. */
  Finding ended(String service, Change.Reported change, long endMs, String summary) {
    return new Finding(
            Detector.ISOLATION_FOREST,
            id(service),
            change,
            null,
            endMs - windowMs,
            endMs,
            Map.of(),
            Map.of(),
            Map.of(),
            summary)
        .byEngine(SilenceDetector.ENGINE);
  }

  private Finding finding(
      String service,
      Change.Reported change,
      long endMs,
      Map<String, Double> observed,
      Map<String, Double> expected,
      String summary) {
    return new Finding(
            Detector.ISOLATION_FOREST,
            id(service),
            change,
            null,
            endMs - windowMs,
            endMs,
            observed,
            expected,
            CONTRIBUTIONS,
            summary)
        .byEngine(SilenceDetector.ENGINE);
  }

  /** The series of a service as a whole. */
  SeriesId id(String service) {
    return SeriesId.ofOperation(tenant, service, SeriesId.ALL_OPERATIONS);
  }
}
