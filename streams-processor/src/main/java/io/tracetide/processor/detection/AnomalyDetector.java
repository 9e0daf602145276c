package io.tracetide.processor.detection;

import static io.tracetide.processor.anomaly.EpisodeSubject.SERIES_ORDER;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The learned detector: finds operations whose latency, throughput or error rate deviates from
 * their own history. It evaluates base windows; {@link WindowScoring} describes the score.
 */
public final class AnomalyDetector implements WindowDetector {

  /*
   * The roll-up "*" of a service is not watched: an anomaly of one of its operations would be found
   * twice, and a change of the mix of operations looks like a change of latency there.
   *
   * Late spans: the windows of a service whose spans usually arrive late are evaluated after the
   * usual lateness, so that a window that is still filling does not look like a fall of traffic.
   * Later spans revise the window: it is evaluated again, against the band at that time, and its
   * row is replaced. So each window is learned once, in its latest form; only the
   * usual error rate, which is an average, takes a window in the form in which it first had spans.
   *
   * Memory: 10.1 KB a series, and forestsInMemory models. Cost: about 40 µs a series and window.
   */
  private static final Keys KEYS = new Keys('d', 'D');

  private final DetectionConfig config;
  private final EpisodePolicy policy;
  private final long windowMs;
  private final int forgetAfterWindows;
  private final WindowScoring scoring;
  private final CandidateRows rows;
  private final Map<SeriesId, WatchedSeries> watched = new TreeMap<>(SERIES_ORDER);
  private final List<WatchedSeries> orphans = new ArrayList<>();
  private final Map<Integer, Map<SeriesId, WindowFeatures>> revised = new TreeMap<>();

  private int newest = Integer.MIN_VALUE;

  /**
   * Evaluates windows when they have closed, and again when they are revised.
   *
   * @param window length of the base windows
   * @param judgeRevisionsFor how long after it has closed a window may be evaluated again
   */
  public AnomalyDetector(DetectionConfig config, Duration window, Duration judgeRevisionsFor) {
    this.config = config;
    this.windowMs = window.toMillis();
    this.policy = config.episodes(windowMs, judgeRevisionsFor);
    this.forgetAfterWindows = (int) (config.forgetAfter().toMillis() / windowMs);
    this.scoring = new WindowScoring(config);
    this.rows = new CandidateRows(config);
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
    return config.isOutlierEngine();
  }

  @Override
  public boolean watches(WindowTier tier) {
    return tier.sizeMs() == windowMs;
  }

  /**
   * The latency of single operations. Not those of the service {@link SeriesId#OTHER}, of which
   * each partition has a part only.
   */
  @Override
  public boolean watches(SeriesId series, WindowTier tier) {
    return config.isOutlierEngine()
        && watches(tier)
        && series.isLatency()
        && !series.operation().equals(SeriesId.ALL_OPERATIONS)
        && !series.service().equals(SeriesId.OTHER);
  }

  @Override
  public void eachProgress(Consumer<SeriesProgress> reader) {
    watched.values().forEach(series -> reader.accept(series.progress(config, windowMs)));
  }

  @Override
  public boolean observe(SeriesId series, TierWindow window, WindowStats stats) {
    return observe(series, WindowFeatures.of(stats));
  }

  boolean observe(SeriesId id, WindowFeatures features) {
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

  @Override
  public void complete(TierWindow window, RecentWindows recent, DetectorOutput output) {
    complete(window.startMs(), recent, output);
  }

  /**
   * Evaluates the window that starts at {@code startMs}; for services with late spans, the earlier
   * windows whose usual lateness has passed. A window that is not newer than the last one is
   * ignored.
   */
  void complete(long startMs, RecentWindows recent, DetectorOutput output) {
    int window = window(startMs);
    if (window <= newest) {
      watched.values().forEach(WatchedSeries::take);
      return;
    }
    if (newest != Integer.MIN_VALUE && window - newest > forgetAfterWindows) {
      forgetAfterGap(startMs, output);
    }
    newest = window;
    orphans.forEach(orphan -> forget(orphan, startMs, silent(orphan), output));
    orphans.clear();
    if (!isActive()) {
      watched.values().forEach(s -> forget(s, startMs, Explanation.switchedOff(s.id), output));
      watched.clear();
    }
    List<Candidate> candidates = assess(window, recent);
    while (!candidates.isEmpty()) {
      double[] scores = scoring.score(candidates);
      double[] shares = Candidate.sharesOfTraffic(candidates);
      for (int i = 0; i < scores.length; i++) {
        conclude(candidates.get(i), scores[i], shares[i], output);
      }
      boolean lagging = candidates.stream().anyMatch(candidate -> candidate.window() < window);
      candidates = lagging ? assess(window, recent) : List.of();
    }
  }

  @Override
  public void revise(SeriesId series, TierWindow window, WindowStats stats) {
    revise(series, window.startMs(), WindowFeatures.of(stats));
  }

  void revise(SeriesId id, long startMs, WindowFeatures features) {
    int window = window(startMs);
    if (watch(id, window) != null) {
      revised.computeIfAbsent(window, w -> new TreeMap<>(SERIES_ORDER)).put(id, features);
    }
  }

  @Override
  public void revisionsComplete(TierWindow newest, RecentWindows recent, DetectorOutput output) {
    revisionsComplete(recent, output);
  }

  /** Evaluates the windows that were revised, in the order of their time. */
  void revisionsComplete(RecentWindows recent, DetectorOutput output) {
    List<Candidate> candidates = new ArrayList<>();
    revised.forEach(
        (window, all) ->
            all.forEach(
                (id, seen) -> {
                  WatchedSeries series = watched.get(id);
                  // A window without a row will be evaluated later, with the latest values.
                  if (series != null && series.past.has(window)) {
                    candidates.add(
                        rows.revised(series, window, recent.lateness(series.id) > 0, seen));
                  }
                }));
    revised.clear();
    double[] scores = scoring.score(candidates);
    double[] shares = Candidate.sharesOfTraffic(candidates);
    for (int i = 0; i < scores.length; i++) {
      concludeAgain(candidates.get(i), scores[i], shares[i], recent, output);
    }
  }

  @Override
  public boolean savesRows() {
    return true;
  }

  @Override
  public void restoreRow(SeriesId id, long startMs, byte[] row) {
    int window = window(startMs);
    watched
        .computeIfAbsent(id, unknown -> new WatchedSeries(unknown, config.memory()))
        .past
        .append(window, FeatureRow.decode(row));
    newest = Math.max(newest, window);
  }

  /**
   * Drops restored series that are past forgetAfter but still have rows. The rows of a late service
   * end some windows earlier than those of others.
   */
  @Override
  public void rowsRestored() {
    int oldest = newest - EpisodePolicy.MOST_RECENT;
    watched.values().removeIf(s -> s.past.newest() < oldest || isForgotten(s));
  }

  /** Restores an episode. An open one of a series without rows is resolved soon after. */
  @Override
  public void restoreEpisode(EpisodeSubject subject, Episode episode) {
    SeriesId id = subject.series();
    WatchedSeries series = watched.get(id);
    if (series == null) {
      series = new WatchedSeries(id, 1);
      orphans.add(series);
    }
    series.episode = episode;
  }

  /** The next window of each series that is due, if there is one. */
  private List<Candidate> assess(int window, RecentWindows recent) {
    List<Candidate> candidates = new ArrayList<>(watched.size());
    for (WatchedSeries series : watched.values()) {
      WindowFeatures arrived = series.take();
      int lateness = recent.lateness(series.id);
      int next = series.next(window, window - lateness);
      if (next <= window - lateness) {
        WindowFeatures seen = next == window ? arrived : recall(series.id, next, recent);
        candidates.add(rows.next(series, next, lateness > 0, seen));
      }
    }
    return candidates;
  }

  private WindowFeatures recall(SeriesId id, int window, RecentWindows recent) {
    return WindowFeatures.of(recent.stats(id, startMs(window)));
  }

  private void conclude(Candidate candidate, double score, double share, DetectorOutput output) {
    WatchedSeries series = candidate.series();
    long startMs = startMs(candidate.window());
    CandidateEvidence found = evidence(candidate);
    EpisodeStep step = policy.step(series.episode, found.first(score, share), startMs + windowMs);
    FeatureRow row = candidate.row().inEpisode(step.next() instanceof Episode.Open);
    series.past.append(candidate.window(), row);
    output.saveRow(series.id, startMs, row.encode());
    move(series, step, output);
    if (step.change() instanceof Change.Reported change) {
      output.publish(found.finding(change).byEngine(config.engineName()));
    }
    if (isForgotten(series)) {
      forget(series, startMs, silent(series), output);
      watched.remove(series.id);
    }
  }

  private void concludeAgain(
      Candidate candidate,
      double score,
      double share,
      RecentWindows recent,
      DetectorOutput output) {
    WatchedSeries series = candidate.series();
    long endMs = startMs(candidate.window()) + windowMs;
    Evidence evidence = evidence(candidate).revised(score, share);
    Episode before = series.episode;
    // Late spans can only increase the throughput.
    boolean rising = before instanceof Episode.Open open && open.kind() == AnomalyKind.THROUGHPUT;
    long newestMs = startMs(series.past.newest());
    EpisodeStep step = policy.revise(before, evidence, endMs, newestMs + windowMs, rising);
    scoring.rowsChanged(candidate, replaceRows(candidate, before, step, output));
    move(series, step, output);
    if (step.change() instanceof Change.Reported change) {
      // A throughput episode is resolved with the revised window: later ones may still be filling.
      long reportedMs = rising ? endMs - windowMs : newestMs;
      if (change instanceof Change.Opened) {
        reportedMs = change.episode().openedAtMs() - windowMs;
      }
      int window = window(reportedMs);
      WindowFeatures seen = recall(series.id, window, recent);
      Candidate reported = rows.revised(series, window, recent.lateness(series.id) > 0, seen);
      output.publish(evidence(reported).finding(change).byEngine(config.engineName()));
    }
  }

  /**
   * Replaces the row of a revised window, and marks the rows of an episode that the revision opened
   * or removed.
   *
   * @return the earliest window whose row has changed
   */
  private int replaceRows(
      Candidate candidate, Episode before, EpisodeStep step, DetectorOutput output) {
    WatchedSeries series = candidate.series();
    int from = candidate.window();
    series.past.replace(from, candidate.row());
    boolean inEpisode = step.next() instanceof Episode.Open;
    Episode changed = inEpisode ? step.next() : before;
    boolean moved = inEpisode != before instanceof Episode.Open;
    if (moved && changed instanceof Episode.Open open) {
      from = Math.min(from, window(open.openedAtMs()) - 1);
      series.past.mark(window(open.openedAtMs()) - 1, inEpisode);
    }
    int last = series.past.newest();
    for (int window = from; window <= last; window++) {
      if (series.past.has(window) && (moved || window == candidate.window() || window == last)) {
        output.saveRow(series.id, startMs(window), series.past.row(window).encode());
      }
    }
    return from;
  }

  private CandidateEvidence evidence(Candidate candidate) {
    return CandidateEvidence.of(candidate, config, windowMs);
  }

  private static void move(WatchedSeries series, EpisodeStep step, DetectorOutput output) {
    if (!step.next().equals(series.episode)) {
      series.episode = step.next();
      output.saveEpisode(EpisodeSubject.of(series.id), step.next());
    }
  }

  private boolean isForgotten(WatchedSeries series) {
    return series.past.silentRun() >= forgetAfterWindows;
  }

  /** Restarts after a gap without windows that is so long that all bands are stale. */
  private void forgetAfterGap(long startMs, DetectorOutput output) {
    for (WatchedSeries series : List.copyOf(watched.values())) {
      if (!series.past.isEmpty()) {
        forget(series, startMs, silent(series), output);
        watched.remove(series.id);
        WindowFeatures seen = series.take();
        if (!seen.isSilent()) {
          observe(series.id, seen);
        }
      }
    }
  }

  private String silent(WatchedSeries series) {
    return Explanation.noLongerWatched(series.id, forgetAfterWindows * windowMs);
  }

  private void forget(WatchedSeries series, long startMs, String summary, DetectorOutput output) {
    long endMs = startMs + windowMs;
    EpisodeStep step = EpisodePolicy.abandon(series.episode, endMs);
    move(series, step, output);
    scoring.forget(series.id);
    if (step.change() instanceof Change.Reported change) {
      output.publish(CandidateEvidence.forgotten(series.id, change, startMs, endMs, summary));
    }
  }

  private int window(long startMs) {
    return Math.toIntExact(startMs / windowMs);
  }

  private long startMs(int window) {
    return window * windowMs;
  }
}
