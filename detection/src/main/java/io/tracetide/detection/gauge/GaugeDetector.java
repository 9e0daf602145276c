package io.tracetide.detection.gauge;

import io.tracetide.detection.EngineSettings;
import io.tracetide.detection.OutlierEngine;
import io.tracetide.detection.gauge.GaugeContribution.Feature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds unusual values of one series, from its own past values only. Its result is a function of
 * the samples, the engine and the settings. Not safe for use by several threads.
 */
public final class GaugeDetector {

  /*
   * evidence = rarity of the daily residual + rarity of the forest score
   *
   * The daily residual, the mean of 12 differences to the usual value of the time of day, measures
   * shifts. The forest, on (level, change, rolling z, hour), measures combinations of features that
   * are unusual together. Each of the two is replaced by its rarity among all earlier values of the
   * series (TailRank), so no scale of a series has an effect, and the rarities are added: Fisher's
   * method for two p-values (Statistical Methods for Research Workers, 1932, §21.1). Evidence of 4.2
   * is, for independent measures, expected once in 1,500 values.
   *
   * An opening suppresses further ones unless their evidence is greater (Refractory).
   *
   * The forest is fitted from a sample of at most 1,000 rows every 100 values, with a seed that
   * depends on the number of rows; so the state has the rows, not the forest. The constants were
   * chosen on series with 5 minutes to an hour between values.
   *
   * State: at most 24.0 KiB a series. A forest takes 0.5 MB until releaseForest.
   */
  private static final byte VERSION = 1;
  private static final int FOREST_FROM = 60;

  /** Values of a series without evidence. */
  public static final int WARM_UP = FOREST_FROM + TailRank.LEAST;

  private static final double BAND = 3;

  private final OutlierEngine engine;
  private final GaugeSettings settings;
  private final GaugeFeatures features = new GaugeFeatures();
  private final TrainingRows rows;
  private final TailRank forestRank = new TailRank();
  private final TailRank residualRank = new TailRank();
  private final Refractory refractory;

  private OutlierEngine.@Nullable Model forest;
  private long newest = Long.MIN_VALUE;

  public GaugeDetector(OutlierEngine engine, GaugeSettings settings) {
    this.engine = engine;
    this.settings = settings;
    this.rows = new TrainingRows(GaugeFeatures.WIDTH, settings.refitEvery(), settings.seed());
    this.refractory = new Refractory(settings.refractory());
  }

  /**
   * Assesses the value of a window, then learns it. A sample without a value is not learned.
   *
   * @throws IllegalArgumentException when the window is not newer than the last one
   */
  public GaugeAssessment assess(GaugeSample sample) {
    if (sample.window() <= newest) {
      throw new IllegalArgumentException(
          "window %d is not after window %d".formatted(sample.window(), newest));
    }
    newest = sample.window();
    if (!sample.isPresent()) {
      return silent(sample);
    }
    float value = (float) sample.value();
    double[] row = features.row(value, sample.hour());
    double residual = logarithmic(features.dailyResidual(value, sample.hour()));
    boolean scored = features.seen() >= FOREST_FROM;
    double odd = scored ? forest().score(row) : 0;
    double residualRarity = residualRank.rarity(residual);
    double forestRarity = forestRank.rarity(odd);
    double evidence = residualRarity + forestRarity;
    boolean warmingUp = !forestRank.isReady();
    double score = score(refractory.pass(evidence));
    List<GaugeContribution> parts =
        score >= 0.5 ? contributions(row, odd, forestRarity, residualRarity) : List.of();
    GaugeAssessment assessment =
        assessment(sample, value, warmingUp, new Evidence(evidence, score, parts));
    learn(value, sample.hour(), row);
    if (scored) {
      residualRank.add(residual);
      forestRank.add(odd);
    }
    return assessment;
  }

  private record Evidence(double total, double score, List<GaugeContribution> parts) {}

  private GaugeAssessment silent(GaugeSample sample) {
    return assessment(sample, Double.NaN, !forestRank.isReady(), new Evidence(0, 0, List.of()));
  }

  private GaugeAssessment assessment(
      GaugeSample sample, double observed, boolean warmingUp, Evidence evidence) {
    double fallback = Double.isNaN(observed) ? features.usualLevel() : observed;
    double expected = features.expected(fallback, sample.hour());
    double margin = BAND * features.scale();
    return new GaugeAssessment(
        sample.window(),
        warmingUp,
        evidence.total(),
        evidence.score(),
        observed,
        expected,
        expected - margin,
        expected + margin,
        evidence.parts());
  }

  private double score(double evidence) {
    return evidence / (evidence + settings.threshold());
  }

  /** Maps 0.02 to 500 scales to 0 to 1, for the bins of a rank. */
  private static double logarithmic(double scales) {
    return scales < 0.02 ? 0 : Math.log(scales / 0.02) / Math.log(500 / 0.02);
  }

  private void learn(float value, double hour, double[] row) {
    features.add(value, hour);
    rows.add(row);
    boolean first = features.seen() == FOREST_FROM;
    if (first || rows.waiting() == settings.refitEvery()) {
      rows.take();
      forest = null;
    }
  }

  private OutlierEngine.Model forest() {
    OutlierEngine.Model model = forest;
    if (model == null) {
      EngineSettings size = new EngineSettings(settings.trees(), settings.subsample());
      model = engine.fit(rows.sample(), size, settings.seed() + rows.offered());
      forest = model;
    }
    return model;
  }

  /**
   * Divides the rarity of the forest score among the features, in proportion to the decrease of the
   * score when a feature is replaced by a usual value.
   */
  private List<GaugeContribution> contributions(
      double[] row, double odd, double forestRarity, double residualRarity) {
    double[] usual = {features.usualLevel(), 0, 0, (row[GaugeFeatures.HOUR] + 12) % 24};
    Feature[] names = {Feature.LEVEL, Feature.CHANGE, Feature.ROLLING_Z, Feature.HOUR};
    double[] decrease = new double[GaugeFeatures.WIDTH];
    double sum = 0;
    for (int i = 0; i < GaugeFeatures.WIDTH; i++) {
      double[] changed = row.clone();
      changed[i] = usual[i];
      decrease[i] = Math.max(1e-6, odd - forest().score(changed));
      sum += decrease[i];
    }
    List<GaugeContribution> parts = new ArrayList<>();
    parts.add(new GaugeContribution(Feature.DAILY_RESIDUAL, residualRarity));
    for (int i = 0; i < GaugeFeatures.WIDTH; i++) {
      parts.add(new GaugeContribution(names[i], forestRarity * decrease[i] / sum));
    }
    parts.sort((a, b) -> Double.compare(b.value(), a.value()));
    return parts;
  }

  /** Drops the forest, which is fitted again from the state when it is needed. */
  public void releaseForest() {
    forest = null;
  }

  /** The state, for {@link #restore}. */
  public byte[] save() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      out.writeLong(newest);
      features.write(out);
      rows.write(out);
      forestRank.write(out);
      residualRank.write(out);
      refractory.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
    return bytes.toByteArray();
  }

  /**
   * A detector that continues from a state.
   *
   * @param settings those of the detector that saved the state
   * @throws IllegalArgumentException when the state is invalid
   */
  public static GaugeDetector restore(OutlierEngine engine, GaugeSettings settings, byte[] state) {
    GaugeDetector detector = new GaugeDetector(engine, settings);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IOException("version %d, expected %d".formatted(version, VERSION));
      }
      detector.newest = in.readLong();
      detector.features.read(in);
      detector.rows.read(in);
      detector.forestRank.read(in);
      detector.residualRank.read(in);
      detector.refractory.read(in);
      if (in.read() >= 0) {
        throw new IOException("more bytes than expected");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("invalid state of a gauge detector", e);
    }
    return detector;
  }
}
