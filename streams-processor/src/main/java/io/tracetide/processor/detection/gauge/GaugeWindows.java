package io.tracetide.processor.detection.gauge;

import static io.tracetide.processor.anomaly.EpisodeSubject.SERIES_ORDER;

import io.tracetide.detection.IsolationForestEngine;
import io.tracetide.detection.OutlierEngine;
import io.tracetide.detection.gauge.GaugeDetector;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.rule.Glob;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Detector;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The learned detector of metrics: finds gauges, and rates of counters, with unusual values. It
 * evaluates windows of one minute, because metrics are mostly reported once in 10 to 60 seconds.
 *
 * <p>A value is unusual by the evidence of the gauge detector, and by its distance from the usual
 * range. An episode opens with 2 of 3 windows. A window without values is not evaluated.
 */
public final class GaugeWindows implements WindowDetector {

  /*
   * Memory: about 60 KB a series, and forestsInMemory forests. Cost: 20 µs a series and window with
   * its forest in memory, 4 ms without.
   */
  /** Name of the engine in anomalies. */
  public static final String ENGINE = "gauge";

  private static final Keys KEYS = new Keys('g', 'G');

  /** Names of the rows of a series. */
  private static final String RECENT = "r";

  private static final String SNAPSHOT = "s";

  /** Windows without values after which an episode is ended. */
  private static final int END_AFTER = 10;

  /** Windows without values after which a series is forgotten: a day. */
  private static final int FORGET_AFTER = 1_440;

  private final GaugesConfig config;
  private final WindowTier tier;
  private final long windowMs;
  private final EpisodePolicy policy;
  private final List<Glob> ignored;
  private final OutlierEngine engine = new IsolationForestEngine();
  private final Map<SeriesId, GaugeSeries> watched = new TreeMap<>(SERIES_ORDER);
  private int forests;

  /** Evaluates metrics; without any series allowed it only resolves the anomalies it has. */
  public GaugeWindows(GaugesConfig config) {
    this(config, WindowTier.MINUTE);
  }

  /**
   * Evaluates metrics in windows of another length, for recordings whose values are farther apart.
   */
  public GaugeWindows(GaugesConfig config, WindowTier tier) {
    this.config = config;
    this.tier = tier;
    this.windowMs = tier.sizeMs();
    this.ignored = config.ignored();
    this.policy =
        new EpisodePolicy(
            /* breaches= */ 2,
            /* of= */ 3,
            /* quietToClose= */ 3,
            /* updateEvery= */ 10,
            /* recent= */ 0,
            windowMs);
  }

  @Override
  public Keys keys() {
    return KEYS;
  }

  @Override
  public Set<Detector> detectors() {
    return Set.of(Detector.ISOLATION_FOREST);
  }

  @Override
  public boolean isActive() {
    return config.maxSeries() > 0;
  }

  /** When it is switched off, the finest windows: their ends come to detectors without a series. */
  @Override
  public boolean watches(WindowTier other) {
    return other.sizeMs() == (isActive() ? tier : WindowTier.BASE).sizeMs();
  }

  /**
   * Metrics as a whole. Not those of the service {@link SeriesId#OTHER}, of which each partition
   * has a part only.
   */
  @Override
  public boolean watches(SeriesId series, WindowTier tier) {
    return isActive()
        && watches(tier)
        && !series.isLatency()
        && series.attributes().isEmpty()
        && !series.service().equals(SeriesId.OTHER)
        && isWanted(series);
  }

  @Override
  public boolean learnsFromPast() {
    return isActive();
  }

  @Override
  public void eachProgress(Consumer<SeriesProgress> reader) {
    if (!isActive()) {
      return;
    }
    for (GaugeSeries series : watched.values()) {
      reader.accept(
          new SeriesProgress(
              series.id,
              ENGINE,
              windowMs,
              series.learned(),
              UsualRange.LEAST,
              GaugeDetector.WARM_UP));
    }
  }

  private boolean isWanted(SeriesId series) {
    return ignored.stream().noneMatch(glob -> glob.matches(series.metric()));
  }

  @Override
  public boolean observe(SeriesId id, TierWindow window, WindowStats stats) {
    GaugeValue value = GaugeValue.of(stats, windowMs / 1_000.0);
    if (value == null) {
      return true;
    }
    GaugeSeries series = watched.get(id);
    if (series == null) {
      if (watched.size() >= config.maxSeries()) {
        return false;
      }
      series = new GaugeSeries(id);
      watched.put(id, series);
    }
    series.arrived = value;
    return true;
  }

  @Override
  public void complete(TierWindow window, RecentWindows recent, DetectorOutput output) {
    long number = window.startMs() / windowMs;
    for (Iterator<GaugeSeries> all = watched.values().iterator(); all.hasNext(); ) {
      GaugeSeries series = all.next();
      if (!isActive() || !isWanted(series.id)) {
        abandon(series, window, GaugeJudgement.switchedOff(series.id), output);
        delete(series, output);
        all.remove();
      } else {
        evaluate(series, window, recent, output);
        if (endSilent(series, number, window, output)) {
          all.remove();
        }
      }
    }
  }

  /** Evaluates the newest window of a series whose samples have all arrived. */
  private void evaluate(
      GaugeSeries series, TierWindow window, RecentWindows recent, DetectorOutput output) {
    GaugeValue seen = series.arrived;
    series.arrived = null;
    int lag = recent.lateness(series.id);
    long startMs = window.startMs() - lag * windowMs;
    if (lag > 0) {
      seen = GaugeValue.of(recent.stats(series.id, startMs), windowMs / 1_000.0);
    }
    if (seen == null || startMs / windowMs <= series.lastWindow) {
      return;
    }
    keepForest(series);
    GaugeJudgement judged = series.assess(startMs / windowMs, windowMs, seen, config, engine);
    save(series, output);
    long endMs = startMs + windowMs;
    boolean quiet = !judged.breach() && series.episode.equals(Episode.QUIET);
    if (!quiet) {
      EpisodeStep step = policy.step(series.episode, judged.evidence(startMs, endMs), endMs);
      move(series, step, output);
      if (step.change() instanceof Change.Reported change) {
        output.publish(finding(judged, change, startMs, endMs));
      }
    }
  }

  private void keepForest(GaugeSeries series) {
    if (!series.keepsForest && forests < config.forestsInMemory()) {
      series.keepsForest = true;
      forests++;
    }
  }

  private static void save(GaugeSeries series, DetectorOutput output) {
    if (series.isSnapshotDue()) {
      output.saveState(row(SNAPSHOT, series), series.takeSnapshot());
    }
    output.saveState(row(RECENT, series), series.save());
  }

  private static EpisodeSubject row(String name, GaugeSeries series) {
    return new EpisodeSubject(name, series.id);
  }

  private static void move(GaugeSeries series, EpisodeStep step, DetectorOutput output) {
    if (!step.next().equals(series.episode)) {
      series.episode = step.next();
      output.saveEpisode(EpisodeSubject.of(series.id), step.next());
    }
  }

  private static Finding finding(
      GaugeJudgement judged, Change.Reported change, long startMs, long endMs) {
    return new Finding(
            Detector.ISOLATION_FOREST,
            judged.series(),
            change,
            null,
            startMs,
            endMs,
            judged.observed(),
            judged.expectedValues(),
            contributions(judged, change),
            judged.sentence(change, endMs))
        .byEngine(ENGINE)
        .ofMetric(judged.series().metric());
  }

  private static Map<String, Double> contributions(GaugeJudgement judged, Change.Reported change) {
    return change instanceof Change.Resolved
        ? change.episode().height().peak().contributions()
        : judged.contributions();
  }

  /**
   * Ends the episode of a series without values.
   *
   * @return whether it is forgotten
   */
  private boolean endSilent(
      GaugeSeries series, long number, TierWindow window, DetectorOutput output) {
    long silent = series.lastWindow == Long.MIN_VALUE ? 0 : number - series.lastWindow;
    if (silent >= END_AFTER) {
      String summary = GaugeJudgement.withoutValues(series.id, silent * windowMs);
      abandon(series, window, summary, output);
    }
    boolean forgotten = silent >= FORGET_AFTER;
    if (forgotten) {
      delete(series, output);
    }
    return forgotten;
  }

  private void delete(GaugeSeries series, DetectorOutput output) {
    forests -= series.keepsForest ? 1 : 0;
    output.saveState(row(SNAPSHOT, series), null);
    output.saveState(row(RECENT, series), null);
  }

  private static void abandon(
      GaugeSeries series, TierWindow window, String summary, DetectorOutput output) {
    EpisodeStep step = EpisodePolicy.abandon(series.episode, window.endMs());
    move(series, step, output);
    if (step.change() instanceof Change.Reported change) {
      output.publish(
          new Finding(
                  Detector.ISOLATION_FOREST,
                  series.id,
                  change,
                  null,
                  window.startMs(),
                  window.endMs(),
                  Map.of(),
                  Map.of(),
                  Map.of(),
                  summary)
              .byEngine(ENGINE)
              .ofMetric(series.id.metric()));
    }
  }

  @Override
  public void restoreEpisode(EpisodeSubject subject, Episode episode) {
    restored(subject.series()).episode = episode;
  }

  @Override
  public void restoreState(EpisodeSubject subject, byte[] state) {
    GaugeSeries series = restored(subject.series());
    if (subject.rule().equals(SNAPSHOT)) {
      series.restoreSnapshot(state);
    } else {
      series.restore(state);
    }
  }

  private GaugeSeries restored(SeriesId id) {
    return watched.computeIfAbsent(id, GaugeSeries::new);
  }
}
