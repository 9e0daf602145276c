package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
   * Work that comes late: a service that is known to be late is judged when its work has usually
   * arrived, so that a window that is still filling is not taken for a fall of traffic, and is
   * learned as it was. What comes later still revises the window: it is judged again, against what
   * is usual now, and its row is replaced. So each window is learned once, in its latest form; only
   * the usual share of errors, which is an average, takes a window in the form in which it was
   * first seen with work.
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

  private final Map<Integer, Map<SeriesId, WindowFeatures>> revised = new TreeMap<>();

  private int newest = Integer.MIN_VALUE;

  /**
   * One series in a window that is judged.
   *
   * @param late whether work of its service is known to come late
   */
  private record Candidate(
      WatchedSeries series, int window, boolean late, Assessment assessment, FeatureRow row) {

    double evidence() {
      return assessment.evidence();
    }
  }

  /** Judges each window once, when it has closed. */
  public AnomalyDetector(DetectionConfig config, Duration window) {
    this(config, window, Duration.ZERO);
  }

  /**
   * Judges windows when they have closed, and again when they are revised.
   *
   * @param judgeRevisionsFor how long after it has closed a window may be judged again
   */
  public AnomalyDetector(DetectionConfig config, Duration window, Duration judgeRevisionsFor) {
    this.config = config;
    this.windowMs = window.toMillis();
    this.policy =
        new EpisodePolicy(
            config.openAfter(),
            config.openOf(),
            config.closeAfter(),
            config.updateEvery(),
            (int) (judgeRevisionsFor.toMillis() / windowMs),
            windowMs);
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
    WatchedSeries series = watch(id, newest == Integer.MIN_VALUE ? newest : newest + 1);
    if (series == null) {
      return false;
    }
    series.arrive(features);
    return true;
  }

  private @Nullable WatchedSeries watch(SeriesId id, int since) {
    WatchedSeries series = watched.get(id);
    if (series == null && watched.size() < config.maxSeries()) {
      series = new WatchedSeries(id, config.memory());
      series.since = since;
      watched.put(id, series);
    }
    return series;
  }

  /** Judges the window that starts at {@code startMs}. */
  public void complete(long startMs, Journal journal) {
    complete(startMs, RecentWindows.NONE, journal);
  }

  /**
   * Judges the window that starts at {@code startMs}, or, of services whose work comes late, those
   * before of which it has had its time. A series that nothing was observed of did no work in it. A
   * window that is not newer than the last one is ignored.
   */
  public void complete(long startMs, RecentWindows recent, Journal journal) {
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
    List<Candidate> candidates = assess(window, recent);
    while (!candidates.isEmpty()) {
      double[] scores = score(candidates);
      Map<SeriesId, Double> traffic = trafficOfServices(candidates);
      boolean lagging = false;
      for (int i = 0; i < scores.length; i++) {
        Candidate candidate = candidates.get(i);
        conclude(candidate, scores[i], share(candidate, traffic), journal);
        lagging |= candidate.window() < window;
      }
      candidates = lagging ? assess(window, recent) : List.of();
    }
  }

  /**
   * Takes what is now known of a series in a window that {@link #complete} has closed.
   *
   * @return false when the series is not watched because {@code maxSeries} others are
   */
  public boolean revise(SeriesId id, long startMs, WindowFeatures features) {
    int window = window(startMs);
    if (watch(id, window) == null) {
      return false;
    }
    revised.computeIfAbsent(window, w -> new TreeMap<>(ORDER)).put(id, features);
    return true;
  }

  /** Judges the windows that were revised, in the order of their time. */
  public void revisionsComplete(RecentWindows recent, Journal journal) {
    List<Candidate> candidates = new ArrayList<>();
    revised.forEach(
        (window, all) ->
            all.forEach(
                (id, seen) -> {
                  WatchedSeries series = watched.get(id);
                  // What was not judged yet will be, with what is known then.
                  if (series != null && series.past.has(window)) {
                    candidates.add(revisedCandidate(series, window, seen, recent));
                  }
                }));
    revised.clear();
    double[] scores = score(candidates);
    Map<SeriesId, Double> traffic = trafficOfServices(candidates);
    for (int i = 0; i < scores.length; i++) {
      Candidate candidate = candidates.get(i);
      concludeAgain(candidate, scores[i], share(candidate, traffic), recent, journal);
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

  /**
   * Drops the series that had been forgotten, of which rows are left. The rows of a late service
   * end some windows before those of others.
   */
  public void restored() {
    int oldest = newest - EpisodePolicy.MOST_RECENT;
    watched.values().removeIf(s -> s.past.newest() < oldest || isForgotten(s));
  }

  /** Series under watch. */
  public int watched() {
    return watched.size();
  }

  /** What each series is to be judged by next, if anything is due. */
  private List<Candidate> assess(int window, RecentWindows recent) {
    List<Candidate> candidates = new ArrayList<>(watched.size());
    for (WatchedSeries series : watched.values()) {
      WindowFeatures arrived = series.take();
      int lateness = recent.lateness(series.id);
      int next = next(series, window, window - lateness);
      if (next <= window - lateness) {
        WindowFeatures seen = next == window ? arrived : recall(series.id, next, recent);
        candidates.add(candidate(series, next, lateness > 0, seen));
      }
    }
    return candidates;
  }

  /** The first window of a series that is not judged; after a gap, the one that is due. */
  private int next(WatchedSeries series, int window, int due) {
    if (series.past.isEmpty()) {
      return Math.max(series.since, due);
    }
    int next = series.past.newest() + 1;
    return next < window - EpisodePolicy.MOST_RECENT ? due : next;
  }

  private WindowFeatures recall(SeriesId id, int window, RecentWindows recent) {
    @Nullable WindowStats stats = recent.stats(id, startMs(window));
    return stats == null ? WindowFeatures.SILENT : WindowFeatures.of(stats);
  }

  private Candidate candidate(WatchedSeries series, int window, boolean late, WindowFeatures seen) {
    FeatureRow row = row(seen, series.past);
    Assessment assessment = Assessment.of(seen, row, series.past, config, scratch);
    return new Candidate(series, window, late, assessment, row);
  }

  private Candidate revisedCandidate(
      WatchedSeries series, int window, WindowFeatures seen, RecentWindows recent) {
    FeatureRow before = series.past.row(window);
    boolean firstSeen = before.silent() && !seen.isSilent();
    FeatureRow row =
        new FeatureRow(
            before.age(),
            seen.isSilent(),
            before.inEpisode(),
            log(seen.p95Micros(), before.logP95()),
            (float) Math.log1p(seen.count()),
            (float) seen.errorRate(),
            firstSeen
                ? (float) baseErrorRate(seen, series.past, series.past.age())
                : series.past.baseErrorRate());
    Assessment assessment = Assessment.of(seen, row, series.past, config, scratch);
    return new Candidate(series, window, recent.lateness(series.id) > 0, assessment, row);
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
  private double[] score(List<Candidate> candidates) {
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
      boolean ask = asked < config.forestsPerWindow() && hasForest(candidate);
      asked += ask ? 1 : 0;
      double factor = ask ? forestScore(candidate) : BAND_FACTOR;
      scores[i] = factor * Math.log1p(candidate.evidence());
    }
    return scores;
  }

  private boolean hasForest(Candidate candidate) {
    WatchedSeries series = candidate.series();
    return series.usualCount(candidate.assessment()) >= config.leastSpansForForest()
        && series.past.trainingRows(epochStart(candidate), config.trainWindows()).length
            >= config.bandWindows();
  }

  private double forestScore(Candidate candidate) {
    SeriesId id = candidate.series().id;
    int start = epochStart(candidate);
    FeatureRow row = candidate.row();
    return forests.score(
        id,
        start,
        config.seed() + 31L * hash(id) + start,
        () -> candidate.series().past.trainingRows(start, config.trainWindows()),
        SeriesHistory.point(row.logP95(), row.logCount(), row.errorRate()));
  }

  /** First window of the current epoch of a candidate, that of its newest window. */
  private int epochStart(Candidate candidate) {
    SeriesHistory past = candidate.series().past;
    int window = past.isEmpty() ? candidate.window() : Math.max(candidate.window(), past.newest());
    return epochStart(candidate.series().id, window);
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

  private static double share(Candidate candidate, Map<SeriesId, Double> traffic) {
    double usual = candidate.series().usualCount(candidate.assessment());
    return usual / traffic.getOrDefault(candidate.series().id.ofService(), 1.0);
  }

  private void conclude(Candidate candidate, double score, double share, Journal journal) {
    WatchedSeries series = candidate.series();
    long startMs = startMs(candidate.window());
    Explanation explanation = explanation(candidate);
    Evidence evidence = evidence(candidate, score, share, explanation);
    EpisodeStep step = policy.step(series.episode, evidence, startMs + windowMs);
    FeatureRow row = candidate.row().inEpisode(step.next() instanceof Episode.Open);
    series.past.append(candidate.window(), row);
    journal.row(series.id, startMs, row);
    move(series, step, journal);
    if (step.change() instanceof Change.Reported change) {
      journal.finding(finding(series.id, change, startMs, explanation));
    }
    if (isForgotten(series)) {
      forget(series, startMs, journal);
      watched.remove(series.id);
    }
  }

  private void concludeAgain(
      Candidate candidate, double score, double share, RecentWindows recent, Journal journal) {
    WatchedSeries series = candidate.series();
    long endMs = startMs(candidate.window()) + windowMs;
    Evidence evidence = evidenceAgain(candidate, score, share, explanation(candidate));
    Episode before = series.episode;
    // Late work adds to traffic and never takes from it.
    boolean rising = before instanceof Episode.Open open && open.kind() == AnomalyKind.THROUGHPUT;
    long newestMs = startMs(series.past.newest());
    EpisodeStep step = policy.revise(before, evidence, endMs, newestMs + windowMs, rising);
    int from = replaceRows(candidate, before, step, journal);
    if (from < epochStart(candidate)) {
      forests.forget(series.id);
    }
    move(series, step, journal);
    if (step.change() instanceof Change.Reported change) {
      // What heals is told with the window that heals it: later ones may still be filling.
      long spokenOfMs = rising ? endMs - windowMs : newestMs;
      if (change instanceof Change.Opened) {
        spokenOfMs = change.episode().openedAtMs() - windowMs;
      }
      int window = window(spokenOfMs);
      Explanation explanation =
          explanation(revisedCandidate(series, window, recall(series.id, window, recent), recent));
      journal.finding(finding(series.id, change, spokenOfMs, explanation));
    }
  }

  /**
   * Puts the row of a revised window in its place, and marks the rows of an episode that has begun,
   * or has turned out not to have been one, by what is known now.
   *
   * @return the earliest window whose row has changed
   */
  private int replaceRows(Candidate candidate, Episode before, EpisodeStep step, Journal journal) {
    WatchedSeries series = candidate.series();
    int from = candidate.window();
    series.past.replace(from, candidate.row());
    boolean inEpisode = step.next() instanceof Episode.Open;
    Episode.@Nullable Open changed =
        step.next() instanceof Episode.Open opened && !(before instanceof Episode.Open)
            ? opened
            : before instanceof Episode.Open closed && !inEpisode ? closed : null;
    int last = series.past.newest();
    if (changed != null) {
      from = Math.min(from, window(changed.openedAtMs()) - 1);
      for (int window = window(changed.openedAtMs()) - 1; window <= last; window++) {
        if (series.past.has(window)) {
          series.past.replace(window, series.past.row(window).inEpisode(inEpisode));
        }
      }
    }
    for (int window = from; window <= last; window++) {
      if (series.past.has(window)
          && (changed != null || window == candidate.window() || window == last)) {
        journal.row(series.id, startMs(window), series.past.row(window));
      }
    }
    return from;
  }

  private Explanation explanation(Candidate candidate) {
    return new Explanation(candidate.series().id, candidate.assessment(), windowMs / 1_000.0);
  }

  private Finding finding(
      SeriesId id, Change.Reported change, long startMs, Explanation explanation) {
    return new Finding(
        id,
        change,
        startMs,
        startMs + windowMs,
        explanation.observed(),
        explanation.expected(),
        explanation.contributions(),
        explanation.sentence(change, startMs + windowMs));
  }

  private Evidence evidence(
      Candidate candidate, double score, double share, Explanation explanation) {
    return isBreach(candidate, score)
        ? breach(candidate, score, share, explanation)
        : candidate.late() ? Evidence.CALM_SO_FAR : Evidence.CALM;
  }

  /** The same of a window that is judged again: if it was the peak of an episode, it is shown. */
  private Evidence evidenceAgain(
      Candidate candidate, double score, double share, Explanation explanation) {
    if (isBreach(candidate, score)) {
      return breach(candidate, score, share, explanation);
    }
    AnomalyKind kind = kind(candidate);
    return Evidence.calm(
        !candidate.late(),
        explanation.excess(kind),
        explanation.value(kind),
        snapshot(candidate, explanation));
  }

  /** How far the feature of the kind lies out is what makes a window the peak of an episode. */
  private Evidence breach(
      Candidate candidate, double score, double share, Explanation explanation) {
    AnomalyKind kind = kind(candidate);
    double confidence = SeverityScoring.confidence(score, config.threshold());
    double size = candidate.assessment().farthest().map(SeverityScoring::size).orElse(0.0);
    return Evidence.breach(
        kind,
        SeverityScoring.severity(confidence, size, share),
        confidence,
        explanation.excess(kind),
        explanation.value(kind),
        snapshot(candidate, explanation));
  }

  private boolean isBreach(Candidate candidate, double score) {
    boolean open = candidate.series().episode instanceof Episode.Open;
    return score >= config.threshold() * (open ? STAYS_OPEN : 1);
  }

  private static AnomalyKind kind(Candidate candidate) {
    return candidate.series().episode instanceof Episode.Open open
        ? open.kind()
        : candidate.assessment().kind();
  }

  private Snapshot snapshot(Candidate candidate, Explanation explanation) {
    long startMs = startMs(candidate.window());
    return explanation.snapshot(startMs, startMs + windowMs);
  }

  private static void move(WatchedSeries series, EpisodeStep step, Journal journal) {
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
    EpisodeStep step = EpisodePolicy.abandon(series.episode, endMs);
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

  private long startMs(int window) {
    return window * windowMs;
  }
}
