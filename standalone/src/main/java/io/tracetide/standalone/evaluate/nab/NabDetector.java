package io.tracetide.standalone.evaluate.nab;

import io.tracetide.detection.EngineSettings;
import io.tracetide.detection.IsolationForestEngine;
import io.tracetide.detection.OutlierEngine;
import io.tracetide.detection.RandomCutForestEngine;
import io.tracetide.detection.gauge.GaugeDetector;
import io.tracetide.detection.gauge.GaugeSample;
import io.tracetide.detection.gauge.GaugeSettings;
import io.tracetide.detection.gauge.RollingSpread;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What can be evaluated on the benchmark. */
public enum NabDetector {
  /** The gauge detector with its default settings. */
  GAUGE,
  /** Distance from the median of the last 240 values in scales. */
  ROBUST_Z,
  /** Change of a value, in scales of the last 1,000 changes. */
  ABS_DIFF,
  /** Random cut forest on the last four values. */
  RANDOM_CUT_FOREST,
  /** Isolation forest on level, change, rolling z and hour. */
  ISOLATION_FOREST,
  /** The anomalies of gauges that the processor publishes with its default settings. */
  GAUGE_ANOMALIES;

  private static final EngineSettings FOREST = new EngineSettings(100, 256);
  private static final int WARM_UP = 60;
  private static final int REFIT_EVERY = 100;
  private static final int SHINGLE = 4;

  /** How unusual each value is, at least 0, from past values only. */
  double[] evidence(NabSeries series) {
    return switch (this) {
      case GAUGE -> gauge(series);
      case ROBUST_Z -> deviations(series.values(), 240, 0.01);
      case ABS_DIFF -> deviations(changes(series.values()), 1_000, 0);
      case RANDOM_CUT_FOREST -> forest(new RandomCutForestEngine(), shingles(series), 1_000);
      case ISOLATION_FOREST -> forest(new IsolationForestEngine(), features(series), 4_000);
      case GAUGE_ANOMALIES -> GaugeAnomalies.of(series);
    };
  }

  /** Name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double[] gauge(NabSeries series) {
    GaugeDetector detector =
        new GaugeDetector(new IsolationForestEngine(), GaugeSettings.defaults());
    double[] evidence = new double[series.size()];
    for (int i = 0; i < evidence.length; i++) {
      GaugeSample sample = new GaugeSample(i, series.values()[i], series.hour(i));
      evidence[i] = detector.assess(sample).evidence();
    }
    return evidence;
  }

  private static double[] deviations(double[] values, int windows, double floor) {
    return Arrays.stream(zOf(values, windows, floor)).map(Math::abs).toArray();
  }

  /**
   * @param floor least scale as a share of the median
   */
  private static double[] zOf(double[] values, int windows, double floor) {
    RollingSpread spread = new RollingSpread(windows);
    double[] z = new double[values.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = spread.z(values[i], 1e-9 + floor * Math.abs(spread.median()));
      spread.add((float) values[i]);
    }
    return z;
  }

  private static double[] changes(double[] values) {
    double[] changes = new double[values.length];
    for (int i = 1; i < changes.length; i++) {
      changes[i] = values[i] - values[i - 1];
    }
    return changes;
  }

  private static double[][] shingles(NabSeries series) {
    double[][] rows = new double[series.size()][SHINGLE];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < SHINGLE; j++) {
        rows[i][j] = series.values()[Math.max(0, i - j)];
      }
    }
    return rows;
  }

  private static double[][] features(NabSeries series) {
    double[] changes = changes(series.values());
    double[] z = zOf(series.values(), 240, 0.01);
    double[][] rows = new double[series.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {series.values()[i], changes[i], z[i], series.hour(i)};
    }
    return rows;
  }

  private static double[] forest(OutlierEngine engine, double[][] rows, int train) {
    double[] scores = new double[rows.length];
    OutlierEngine.Model model = null;
    for (int i = WARM_UP; i < rows.length; i++) {
      if ((i - WARM_UP) % REFIT_EVERY == 0) {
        double[][] past = Arrays.copyOfRange(rows, Math.max(0, i - train), i);
        model = engine.fit(past, FOREST, i);
      }
      scores[i] = Objects.requireNonNull(model).score(rows[i]);
    }
    return scores;
  }

  /**
   * The detector of an option.
   *
   * @throws IllegalArgumentException when there is none, with the names of all
   */
  public static NabDetector named(String option) {
    return Arrays.stream(values())
        .filter(one -> one.option().equals(option.replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no detector is named %s; for --nab there are %s"
                        .formatted(
                            option,
                            String.join(
                                ", ",
                                List.of(values()).stream().map(NabDetector::option).toList()))));
  }
}
