package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.dashboard.StatusRules.Evidence;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The data of one service. */
final class ServiceTally {
  final Map<String, WindowStats> operations = new TreeMap<>();
  final WindowStats recent = new WindowStats();
  final List<Anomaly> open = new ArrayList<>();
  long lastEndMs = Long.MIN_VALUE;
  private long closedUpToMs = Long.MIN_VALUE;
  int windowsSeen;
  long inFlight;
  long stuck;

  /**
   * Counts a window.
   *
   * @param leastMs length of the shortest windows of the range; a span ended at least that long
   *     after the start of the window
   */
  void count(StoredWindow window, long leastMs) {
    window.addTo(
        operations.computeIfAbsent(window.series().operation(), name -> new WindowStats()));
    lastEndMs = Math.max(lastEndMs, window.startMs() + leastMs);
    closedUpToMs = Math.max(closedUpToMs, window.closedUpToMs());
  }

  /**
   * The end of a coarse window is an imprecise time of the last span: the finest tier replaces it.
   */
  void addActivity(ServiceActivity.Known known, long toMs, boolean sameTier) {
    windowsSeen = known.windows();
    closedUpToMs = Math.max(closedUpToMs, known.closedUpToMs());
    if (known.lastEndMs() <= toMs) {
      lastEndMs = sameTier ? Math.max(lastEndMs, known.lastEndMs()) : known.lastEndMs();
    }
  }

  WindowStats merged() {
    WindowStats merged = new WindowStats();
    operations.values().forEach(merged::merge);
    return merged;
  }

  Evidence evidence(long toMs) {
    Map<Severity, Long> bySeverity = new HashMap<>();
    open.forEach(anomaly -> bySeverity.merge(anomaly.getSeverity(), 1L, Long::sum));
    long quietMs =
        recent.count() > 0 || lastEndMs == Long.MIN_VALUE
            ? 0
            : Math.max(0, Math.min(toMs, closedUpToMs) - lastEndMs);
    return new Evidence(
        bySeverity,
        stuck,
        recent.count(),
        recent.errorRatePercent(),
        Duration.ofMillis(quietMs),
        windowsSeen);
  }
}
