package io.tracetide.processor.detection.gauge;

import io.tracetide.detection.OutlierEngine;
import io.tracetide.detection.SavedBytes;
import io.tracetide.detection.gauge.GaugeAssessment;
import io.tracetide.detection.gauge.GaugeContribution;
import io.tracetide.detection.gauge.GaugeDetector;
import io.tracetide.detection.gauge.GaugeSample;
import io.tracetide.detection.gauge.GaugeSettings;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.detection.SeverityScoring;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.ValueKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A watched metric. Its state is two rows: that of the {@link GaugeDetector}, about 24 KB, which is
 * saved once in {@value #BETWEEN_SNAPSHOTS} windows, and the values since then with all else, about
 * 1.3 KB, which is saved in every window with a value. A restored series assesses these values
 * again with its next one, so it continues with the same results.
 */
final class GaugeSeries {

  static final int BETWEEN_SNAPSHOTS = 60;

  /** Windows, from one with unusual evidence on, in which deviations count for an opening. */
  private static final int NEAR = 3;

  /** Part of the least deviation that keeps an episode open, so that it does not flap. */
  private static final double STAYS_OPEN = 0.75;

  /** Windows of an episode that do not become usual. */
  private static final int FROZEN = 60;

  /** Multiple of the least deviation that opens an episode while the detector warms up. */
  private static final double WHILE_WARMING_UP = 2;

  private static final double HOUR_MS = 3_600_000;
  private static final long DAY_MS = 86_400_000;
  private static final String LEVEL = "level";

  final SeriesId id;
  Episode episode = Episode.QUIET;

  /** Of the window that is being completed. */
  @Nullable GaugeValue arrived;

  /** Latest window with a value. */
  long lastWindow = Long.MIN_VALUE;

  /** Whether its forest is kept in memory. */
  boolean keepsForest;

  private final UsualRange range = new UsualRange();
  private final List<GaugeSample> since = new ArrayList<>();
  private Map<String, Double> contributions = Map.of();
  private long unusualWindow = Long.MIN_VALUE;
  private double multiple;

  /** Usual value of the time of day from which the latest unusual value deviated; NaN if not. */
  private double daily = Double.NaN;

  private byte @Nullable [] snapshot;
  private long snapshotWindow = Long.MIN_VALUE;
  private @Nullable GaugeDetector detector;

  GaugeSeries(SeriesId id) {
    this.id = id;
  }

  /**
   * Assesses the value of a window, and learns it.
   *
   * @param window number of the window; later than that of the value before
   */
  GaugeJudgement assess(
      long window, long windowMs, GaugeValue seen, GaugesConfig config, OutlierEngine engine) {
    double hour = Math.floorMod(window * windowMs, DAY_MS) / HOUR_MS;
    GaugeSample sample = new GaugeSample(window, (float) seen.value(), hour);
    GaugeDetector current = detector(engine, config);
    GaugeAssessment assessment = current.assess(sample);
    since.add(sample);
    lastWindow = window;
    if (!keepsForest) {
      current.releaseForest();
    }
    double scale = range.scale(seen.kind() == ValueKind.COUNTER ? rateFloor(windowMs) : 0);
    long endMs = (window + 1) * windowMs;
    noteUnusual(assessment, seen.value(), scale, config);
    double expected = expected(assessment, isAccepted(endMs, windowMs));
    double distance = range.isKnown() ? Math.abs(seen.value() - expected) / scale : 0;
    boolean breach =
        episode instanceof Episode.Open
            ? distance >= STAYS_OPEN * config.leastDeviation()
            : isNear(window) && distance >= config.leastDeviation();
    if (!breach || isAccepted(endMs, windowMs)) {
      range.add(seen.value());
    }
    double margin = config.leastDeviation() * scale;
    boolean positive = seen.value() >= 0 && expected >= 0;
    return new GaugeJudgement(
        id,
        seen,
        expected,
        positive ? Math.max(0, expected - margin) : expected - margin,
        expected + margin,
        distance,
        breach,
        SeverityScoring.rank(multiple),
        contributions);
  }

  /** Values that the usual range knows, at most {@value UsualRange#SIZE}. */
  int learned() {
    return range.size();
  }

  /** The least scale of a rate: the deviation of the usual number of independent events. */
  private double rateFloor(long windowMs) {
    double seconds = windowMs / 1_000.0;
    double usual = range.isKnown() ? range.median() * seconds : 0;
    return Math.sqrt(Math.max(1, usual)) / seconds;
  }

  private boolean isNear(long window) {
    return unusualWindow != Long.MIN_VALUE && window - unusualWindow < NEAR;
  }

  /**
   * The usual value of the time of day if the anomaly began as a deviation from it, as it was then,
   * because it follows the deviating values; otherwise the median of the recent values.
   */
  private double expected(GaugeAssessment assessment, boolean accepted) {
    if (!range.isKnown()) {
      return assessment.expected();
    }
    boolean deviating = episode instanceof Episode.Open || isNear(assessment.window());
    return Double.isNaN(daily) || accepted || !deviating ? range.median() : daily;
  }

  private void noteUnusual(
      GaugeAssessment assessment, double value, double scale, GaugesConfig config) {
    double fromRecent = range.isKnown() ? Math.abs(value - range.median()) / scale : 0;
    double fromDaily = range.isKnown() ? Math.abs(value - assessment.expected()) / scale : 0;
    double least = WHILE_WARMING_UP * config.leastDeviation();
    boolean early = assessment.warmingUp() && fromRecent >= least;
    if (!assessment.opens() && !early) {
      return;
    }
    if (!(episode instanceof Episode.Open)) {
      daily = early || fromRecent >= fromDaily ? Double.NaN : assessment.expected();
    }
    unusualWindow = assessment.window();
    multiple = early ? fromRecent / least : assessment.evidence() / config.threshold();
    contributions = early ? Map.of(LEVEL, 1.0) : shares(assessment);
  }

  private static Map<String, Double> shares(GaugeAssessment assessment) {
    Map<String, Double> shares = new TreeMap<>();
    for (GaugeContribution part : assessment.contributions()) {
      if (part.value() > 0) {
        shares.put(
            part.feature().name().toLowerCase(Locale.ROOT), part.value() / assessment.evidence());
      }
    }
    return shares;
  }

  /** Whether an episode has lasted for so long that its values become usual. */
  private boolean isAccepted(long endMs, long windowMs) {
    return episode instanceof Episode.Open open && endMs - open.openedAtMs() >= FROZEN * windowMs;
  }

  private GaugeDetector detector(OutlierEngine engine, GaugesConfig config) {
    GaugeDetector known = detector;
    if (known == null) {
      GaugeSettings settings = settings(config);
      known =
          snapshot == null
              ? new GaugeDetector(engine, settings)
              : GaugeDetector.restore(engine, settings, snapshot);
      for (GaugeSample sample : since) {
        known.assess(sample);
      }
      detector = known;
      snapshot = null;
    }
    return known;
  }

  private static GaugeSettings settings(GaugesConfig config) {
    GaugeSettings usual = GaugeSettings.defaults();
    return new GaugeSettings(
        config.threshold(),
        usual.refractory(),
        usual.trees(),
        usual.subsample(),
        usual.refitEvery(),
        usual.seed());
  }

  /** Whether the state of the detector is to be saved with the latest window. */
  boolean isSnapshotDue() {
    return Math.floorMod(lastWindow + id.hashCode(), (long) BETWEEN_SNAPSHOTS) == 0
        || since.size() >= 2 * BETWEEN_SNAPSHOTS;
  }

  /** The state of the detector; the values before it are no longer needed. */
  byte[] takeSnapshot() {
    byte[] state = detector == null ? new byte[0] : detector.save();
    snapshotWindow = lastWindow;
    since.clear();
    return SavedBytes.of(
        out -> {
          out.writeLong(snapshotWindow);
          out.writeInt(state.length);
          out.write(state);
        });
  }

  /** All but the state of the detector. */
  byte[] save() {
    return SavedBytes.of(this::write);
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeLong(lastWindow);
    out.writeLong(unusualWindow);
    out.writeDouble(multiple);
    out.writeDouble(daily);
    out.writeByte(contributions.size());
    for (Map.Entry<String, Double> share : contributions.entrySet()) {
      out.writeUTF(share.getKey());
      out.writeDouble(share.getValue());
    }
    range.write(out);
    out.writeShort(since.size());
    for (GaugeSample sample : since) {
      out.writeLong(sample.window());
      out.writeFloat((float) sample.value());
      out.writeFloat((float) sample.hour());
    }
  }

  void restoreSnapshot(byte[] row) {
    SavedBytes.read(row, this::readSnapshot);
  }

  private GaugeSeries readSnapshot(DataInputStream in) throws IOException {
    snapshotWindow = in.readLong();
    snapshot = in.readNBytes(in.readInt());
    since.removeIf(sample -> sample.window() <= snapshotWindow);
    return this;
  }

  void restore(byte[] row) {
    SavedBytes.read(row, this::read);
  }

  private GaugeSeries read(DataInputStream in) throws IOException {
    lastWindow = in.readLong();
    unusualWindow = in.readLong();
    multiple = in.readDouble();
    daily = in.readDouble();
    Map<String, Double> shares = new TreeMap<>();
    for (int i = in.readUnsignedByte(); i > 0; i--) {
      shares.put(in.readUTF(), in.readDouble());
    }
    contributions = shares;
    range.read(in);
    for (int i = in.readUnsignedShort(); i > 0; i--) {
      GaugeSample sample = new GaugeSample(in.readLong(), in.readFloat(), in.readFloat());
      if (sample.window() > snapshotWindow) {
        since.add(sample);
      }
    }
    return this;
  }
}
