package io.tracetide.standalone.evaluate.nab;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.detection.gauge.GaugeWindows;
import io.tracetide.processor.detection.gauge.GaugesConfig;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * The values of a file as a metric of a service, judged as the processor judges metrics. A window
 * is as long as the usual time between two values.
 */
final class GaugeAnomalies {
  private static final SeriesId METRIC = SeriesId.ofMetric("benchmark", "recorded", "value");

  private GaugeAnomalies() {}

  /** 1 for a value with which an anomaly opened, otherwise 0. */
  static double[] of(NabSeries series) {
    long stepMs = usualStepMs(series);
    WindowTier tier =
        new WindowTier("values", Duration.ofMillis(stepMs), Duration.ofMillis(stepMs));
    GaugeWindows detector = new GaugeWindows(GaugesConfig.defaults(), tier);
    double[] opened = new double[series.size()];
    WindowStats stats = new WindowStats();
    long next = Long.MIN_VALUE;
    for (int i = 0; i < opened.length; i++) {
      long window = Math.max(next, Math.floorDiv(millis(series, i), stepMs));
      TierWindow at = new TierWindow(tier, window * stepMs);
      stats.clear();
      stats.kind(ValueKind.GAUGE);
      stats.record(series.values()[i], 1, false);
      detector.observe(METRIC, at, stats);
      int index = i;
      detector.complete(at, RecentWindows.NONE, new Opened(() -> opened[index] = 1));
      next = window + 1;
    }
    return opened;
  }

  private static long usualStepMs(NabSeries series) {
    long[] steps = new long[series.size() - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = millis(series, i + 1) - millis(series, i);
    }
    Arrays.sort(steps);
    return Math.max(1_000, steps[steps.length / 2]);
  }

  private static long millis(NabSeries series, int i) {
    return series.times().get(i).toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  /**
   * Notes that an anomaly opened.
   *
   * @param listener called for each
   */
  private record Opened(Runnable listener) implements DetectorOutput.Unsaved {
    @Override
    public void publish(Finding finding) {
      if (finding.change() instanceof Change.Opened) {
        listener.run();
      }
    }

    @Override
    public boolean isPublished(Finding finding) {
      return false;
    }
  }
}
