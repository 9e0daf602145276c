package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Step;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Watches the operations of one partition, window by window, and says which behave as they did not
 * before. One thread; the same windows in the same order give the same findings, also with restarts
 * in between (see {@link #restore}).
 */
public final class AnomalyDetector {

  /*
   * score = forest score x log1p(greatest robust deviation)
   *
   * A forest alone is about chance on windows of traces: what is rare is not what is bad. A robust
   * deviation alone misses windows that are odd in the mix of features, and cries at series that are
   * wild by nature. The product needs both.
   *
   * A forest is asked only where the deviation could open something: the score of a forest is below
   * 1, so a deviation below leastDeviation cannot. So forests are grown on demand, for at most
   * forestsPerWindow series in a window, the wildest first: 32 x 25 ms in the worst window, under a
   * fitting for each series and hour in quiet ones. What a forest learns depends on the epoch of
   * its series alone (refitEvery windows, staggered by a hash of the series), not on when it is
   * grown. Series beyond the limit, series that are too young and series with next to no traffic
   * are judged by the band: their deviation is multiplied by BAND_FACTOR, which forests answer for
   * a typical anomaly.
   *
   * The roll-up "*" of a service is not watched: what is wrong with one of its operations would be
   * found twice, and a change of the mix of operations looks like a change of latency there.
   *
   * Memory: 10.1 KB a series, and forestsInMemory x 0.8 MB. Cost: about 40 µs a series and window.
   */
  private static final double BAND_FACTOR = 0.55;

  /** Part of the threshold that keeps an episode open: near the limit it would flap otherwise. */
  private static final double STAYS_OPEN = 0.75;

  private static final double FREEZE_ERRORS_AT = 4;
  private static final double ERROR_RATE_STEP = 1.0 / 120;
  private static final double LEAST_ERROR_RATE = 1e-4;
  private static final double GREATEST_ERROR_RATE = 0.9;
  private static final double FIRST_ERROR_RATE = 0.005;
  private static final Comparator<SeriesId> ORDER =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation)
          .thenComparing(SeriesId::metric);

  private final DetectionConfig config;
  private final EpisodePolicy policy;
  private final long windowMs;
  private final int forgetAfterWindows;
  private final IsolationForests forests;
  private final Map<SeriesId, WatchedSeries> watched = new TreeMap<>(ORDER);
  private final List<WatchedSeries> orphans = new ArrayList<>();
  private final float[] scratch;

  private int newest = Integer.MIN_VALUE;

  /** One series in the window being closed. */
  private record Candidate(
      WatchedSeries series, Assessment assessment, FeatureRow row, double evidence) {}

  public AnomalyDetector(DetectionConfig config, Duration window) {
    this.config = config;
    this.windowMs = window.toMillis();
    this.policy =
        new EpisodePolicy(
            config.openAfter(), config.openOf(), config.closeAfter(), config.updateEvery());
    this.forgetAfterWindows = (int) (config.forgetAfter().toMillis() / windowMs);
    this.forests =
        new IsolationForests(config.trees(), config.subsample(), config.forestsInMemory());
    this.scratch = new float[config.memory()];
  }

  /**
   * Whether a series is of the kind that is watched here: the latency of one operation. Not that of
   * the service of others, of which each partition sees a part only.
   */
  public static boolean watches(SeriesId series) {
    return series.isLatency()
        && !series.operation().equals(SeriesId.ALL_OPERATIONS)
        && !series.service().equals(SeriesId.OTHER);
  }

  /**
   * Takes what one series did in the window that {@link #complete} will close.
   *
   * @return false when the series is not watched because {@code maxSeries} others are
   */
  public boolean observe(SeriesId id, WindowFeatures features) {
    WatchedSeries series = watched.get(id);
    if (series == null) {
      if (watched.size() >= config.maxSeries()) {
        return false;
      }
      series = new WatchedSeries(id, config.memory());
      watched.put(id, series);
    }
    series.arrive(features);
    return true;
  }

  /**
   * Judges the window that starts at {@code startMs}. A series that nothing was observed of did no
   * work in it. A window that is not newer than the last one is ignored.
   */
  public void complete(long startMs, Journal journal) {
    int window = window(startMs);
    if (window <= newest) {
      watched.values().forEach(WatchedSeries::take);
      return;
    }
    if (newest != Integer.MIN_VALUE && window - newest > forgetAfterWindows) {
      forgetAfterGap(startMs, journal);
    }
    newest = window;
    orphans.forEach(orphan -> forget(orphan, startMs, journal));
    orphans.clear();
    List<Candidate> candidates = assess();
    double[] scores = score(candidates, window);
    Map<SeriesId, Double> traffic = trafficOfServices(candidates);
    for (int i = 0; i < scores.length; i++) {
      Candidate candidate = candidates.get(i);
      double usual = candidate.series().usualCount(candidate.assessment());
      double share = usual / traffic.getOrDefault(candidate.series().id.ofService(), 1.0);
      conclude(candidate, scores[i], share, startMs, journal);
    }
  }

  /**
   * Reads back a row that was taken down; rows of a series in the order of their windows. {@link
   * #restored} ends the rows, then come the episodes.
   */
  public void restore(SeriesId id, long startMs, FeatureRow row) {
    int window = window(startMs);
    watched
        .computeIfAbsent(id, unknown -> new WatchedSeries(unknown, config.memory()))
        .past
        .append(window, row);
    newest = Math.max(newest, window);
  }

  /** Reads back where a series stood. What is open of a series without rows ends soon after. */
  public void restore(SeriesId id, Episode episode) {
    WatchedSeries series = watched.get(id);
    if (series == null) {
      series = new WatchedSeries(id, 1);
      orphans.add(series);
    }
    series.episode = episode;
  }

  /** Drops the series that had been forgotten, of which rows are left. */
  public void restored() {
    watched.values().removeIf(s -> s.past.newest() < newest || isForgotten(s));
  }

  /** Series under watch. */
  public int watched() {
    return watched.size();
  }

  private List<Candidate> assess() {
    List<Candidate> candidates = new ArrayList<>(watched.size());
    for (WatchedSeries series : watched.values()) {
      WindowFeatures seen = series.take();
      FeatureRow row = row(seen, series.past);
      Assessment assessment = Assessment.of(seen, row, series.past, config, scratch);
      candidates.add(new Candidate(series, assessment, row, assessment.evidence()));
    }
    return candidates;
  }

  private FeatureRow row(WindowFeatures seen, SeriesHistory past) {
    int age = Math.min(past.age() + 1, FeatureRow.OLDEST);
    return new FeatureRow(
        age,
        seen.isSilent(),
        false,
        log(seen.p95Micros(), past.latestLogP95()),
        (float) Math.log1p(seen.count()),
        (float) seen.errorRate(),
        (float) baseErrorRate(seen, past, age));
  }

  private static float log(double micros, float carried) {
    return Double.isNaN(micros) ? carried : (float) Math.log(Math.max(1, micros));
  }

  /**
   * The usual share of errors: the mean of the first windows, later a slowly moving average. A
   * burst does not move it, unless it has lasted for as long as the band looks back.
   */
  private double baseErrorRate(WindowFeatures seen, SeriesHistory past, int age) {
    double base = past.age() == 0 ? FIRST_ERROR_RATE : past.baseErrorRate();
    double away = Assessment.errorBand(base, seen.spans()).deviation(seen.errorRate());
    boolean frozen = age > config.leastWindows() && Math.abs(away) >= FREEZE_ERRORS_AT;
    if (seen.isSilent() || (frozen && past.episodeRun() < config.acceptAfter())) {
      return base;
    }
    double latest = (seen.errorRate() * seen.spans() + base) / (seen.spans() + 1);
    double step = Math.max(ERROR_RATE_STEP, 1.0 / (age + 1));
    double moved = base + step * (latest - base);
    return Math.min(GREATEST_ERROR_RATE, Math.max(LEAST_ERROR_RATE, moved));
  }

  /** Scores of the candidates, in their order; 0 for what deviates too little to be looked at. */
  private double[] score(List<Candidate> candidates, int window) {
    double[] scores = new double[candidates.size()];
    List<Integer> wild = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (candidates.get(i).evidence() >= config.leastDeviation()) {
        wild.add(i);
      }
    }
    wild.sort(Comparator.comparingDouble(i -> -candidates.get(i).evidence()));
    int asked = 0;
    for (int i : wild) {
      Candidate candidate = candidates.get(i);
      boolean ask = asked < config.forestsPerWindow() && hasForest(candidate, window);
      asked += ask ? 1 : 0;
      double factor = ask ? forestScore(candidate, window) : BAND_FACTOR;
      scores[i] = factor * Math.log1p(candidate.evidence());
    }
    return scores;
  }

  private boolean hasForest(Candidate candidate, int window) {
    WatchedSeries series = candidate.series();
    return series.usualCount(candidate.assessment()) >= config.leastSpansForForest()
        && series.past.trainingRows(epochStart(series.id, window), config.trainWindows()).length
            >= config.bandWindows();
  }

  private double forestScore(Candidate candidate, int window) {
    SeriesId id = candidate.series().id;
    int start = epochStart(id, window);
    FeatureRow row = candidate.row();
    return forests.score(
        id,
        start,
        config.seed() + 31L * hash(id) + start,
        () -> candidate.series().past.trainingRows(start, config.trainWindows()),
        SeriesHistory.point(row.logP95(), row.logCount(), row.errorRate()));
  }

  /** First window of the epoch that a window of the series belongs to. */
  private int epochStart(SeriesId id, int window) {
    return window - Math.floorMod(window + hash(id), config.refitEvery());
  }

  /** Hash of the names, the same in every process. */
  private static int hash(SeriesId id) {
    return Objects.hash(id.tenant(), id.service(), id.operation(), id.metric()) >>> 1;
  }

  private static Map<SeriesId, Double> trafficOfServices(List<Candidate> candidates) {
    Map<SeriesId, Double> traffic = new HashMap<>();
    for (Candidate candidate : candidates) {
      traffic.merge(
          candidate.series().id.ofService(),
          Math.max(candidate.series().usualCount(candidate.assessment()), Double.MIN_NORMAL),
          Double::sum);
    }
    return traffic;
  }

  private void conclude(
      Candidate candidate, double score, double share, long startMs, Journal journal) {
    WatchedSeries series = candidate.series();
    long endMs = startMs + windowMs;
    Explanation explanation =
        new Explanation(series.id, candidate.assessment(), windowMs / 1_000.0);
    Step step = policy.step(series.episode, evidence(candidate, score, share, explanation), endMs);
    FeatureRow row = candidate.row().inEpisode(step.next() instanceof Episode.Open);
    series.past.append(window(startMs), row);
    journal.row(series.id, startMs, row);
    move(series, step, journal);
    if (step.change() instanceof Change.Reported change) {
      journal.finding(
          new Finding(
              series.id,
              change,
              startMs,
              endMs,
              explanation.observed(),
              explanation.expected(),
              explanation.contributions(),
              explanation.sentence(change)));
    }
    if (isForgotten(series)) {
      forget(series, startMs, journal);
      watched.remove(series.id);
    }
  }

  private Evidence evidence(
      Candidate candidate, double score, double share, Explanation explanation) {
    Episode episode = candidate.series().episode;
    double limit = config.threshold() * (episode instanceof Episode.Open ? STAYS_OPEN : 1);
    if (score < limit) {
      return Evidence.CALM;
    }
    Assessment assessment = candidate.assessment();
    AnomalyKind kind = episode instanceof Episode.Open open ? open.kind() : assessment.kind();
    double confidence = Judgement.confidence(score, config.threshold());
    double size = assessment.farthest().map(Judgement::size).orElse(0.0);
    return new Evidence(
        true,
        kind,
        Judgement.severity(confidence, size, share),
        confidence,
        score,
        explanation.value(kind));
  }

  private static void move(WatchedSeries series, Step step, Journal journal) {
    if (!step.next().equals(series.episode)) {
      series.episode = step.next();
      journal.episode(series.id, step.next());
    }
  }

  private boolean isForgotten(WatchedSeries series) {
    return series.past.silentRun() >= forgetAfterWindows;
  }

  /** Nothing at all was seen for so long that all bands are stale. */
  private void forgetAfterGap(long startMs, Journal journal) {
    for (WatchedSeries series : List.copyOf(watched.values())) {
      if (!series.past.isEmpty()) {
        forget(series, startMs, journal);
        watched.remove(series.id);
        WindowFeatures seen = series.take();
        if (!seen.isSilent()) {
          observe(series.id, seen);
        }
      }
    }
  }

  private void forget(WatchedSeries series, long startMs, Journal journal) {
    long endMs = startMs + windowMs;
    Step step = EpisodePolicy.abandon(series.episode, endMs);
    move(series, step, journal);
    forests.forget(series.id);
    if (step.change() instanceof Change.Reported change) {
      String summary = Explanation.farewell(series.id, forgetAfterWindows * windowMs);
      journal.finding(
          new Finding(series.id, change, startMs, endMs, Map.of(), Map.of(), Map.of(), summary));
    }
  }

  private int window(long startMs) {
    return Math.toIntExact(startMs / windowMs);
  }
}
