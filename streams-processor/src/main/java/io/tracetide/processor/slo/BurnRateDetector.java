package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Opens an anomaly when the error budget of an objective burns too fast in both windows of a {@link
 * WindowPair}, and resolves it when it no longer does.
 *
 * <p>All windows are computed from the tier of 1 minute, and hours from its minutes, see {@link
 * BudgetCounts}. Of the finest tier only revisions are used: they announce series whose spans
 * always come late. The counts of a service whose spans usually arrive late are read again for as
 * long as they usually are; spans that are later are missing from burn rates.
 *
 * <p>An objective has at most one open page and one open ticket for a series: a pair does not open
 * while another one of the same or a higher severity is open, nor until its short window begins
 * after the end of that one. So long windows that still contain an incident do not open again, and
 * errors that continue at a lower rate do. A ticket that was open before a page stays open.
 *
 * <p>For each objective and series that had spans in the last 3 days: 7 KB of memory; 2 µs and a
 * row of up to 250 bytes for each minute, and a row of 1.8 KB for each hour. When spans are sampled
 * with weights that are not whole: 14 KB, 6 µs, 870 bytes and 6.8 KB.
 */
public final class BurnRateDetector implements WindowDetector {

  private static final Keys KEYS = new Keys('o', 'O');
  private static final long MINUTE_MS = WindowTier.MINUTE.sizeMs();
  private static final WindowPair[] PAIRS = WindowPair.values();
  private static final char NOW = 'n';
  private static final char PAST = 'p';

  /** Minutes without spans after which a series is no longer in any window. */
  private static final long FORGET_AFTER_MINUTES = 73 * 60;

  /** Windows that are read again for services whose spans are late. */
  private static final int MOST_LATE = 60;

  /** Series whose objectives are cached. */
  private static final int MAX_LOOKUPS = 50_000;

  private final List<Objective> objectives;
  private final Map<String, Rule> rules = new HashMap<>();
  private final int updateEvery;
  private final int maxSeries;
  private final Map<SeriesId, List<Objective>> applicable = new HashMap<>();
  private final Map<EpisodeSubject, ObjectiveState> states = new TreeMap<>();
  private final Map<EpisodeSubject, Episode> orphans = new TreeMap<>();
  private final List<EpisodeSubject> orphanStates = new ArrayList<>();
  private final List<ObjectiveState> announced = new ArrayList<>();
  private final ByteWriter rows = new ByteWriter();

  private record Rule(Objective objective, WindowPair pair) {}

  /** Evaluates objectives; without any it only resolves the anomalies of removed ones. */
  public BurnRateDetector(SloConfig config) {
    this.objectives = config.objectives().stream().map(Objective::new).toList();
    this.updateEvery = config.updateEvery();
    this.maxSeries = config.maxSeries();
    for (Objective objective : objectives) {
      for (WindowPair pair : PAIRS) {
        rules.put(objective.rule(pair), new Rule(objective, pair));
      }
    }
  }

  @Override
  public Keys keys() {
    return KEYS;
  }

  @Override
  public Set<Detector> detectors() {
    return Set.of(Detector.BURN_RATE);
  }

  @Override
  public boolean isActive() {
    return !objectives.isEmpty();
  }

  @Override
  public boolean watches(WindowTier tier) {
    return isMinute(tier) || tier.sizeMs() == WindowTier.BASE.sizeMs();
  }

  @Override
  public boolean watches(SeriesId series, WindowTier tier) {
    return isActive() && watches(tier) && !objectivesOf(series).isEmpty();
  }

  private static boolean isMinute(WindowTier tier) {
    return tier.sizeMs() == MINUTE_MS;
  }

  @Override
  public boolean observe(SeriesId series, TierWindow window, WindowStats stats) {
    if (!isMinute(window.tier())) {
      return true;
    }
    boolean all = true;
    for (Objective objective : objectivesOf(series)) {
      SpanCounts counts = objective.read(stats);
      if (isFull(objective, series)) {
        all = false;
      } else if (!counts.isEmpty()) {
        state(objective, series)
            .observe(
                counts,
                counts.badWeight() > 0
                    ? new Exemplars(stats.slowest(), stats.error(), stats.typical())
                    : ObjectiveState.NO_TRACES);
      }
    }
    return all;
  }

  private boolean isFull(Objective objective, SeriesId series) {
    return states.size() >= maxSeries && !states.containsKey(subject(objective, series));
  }

  @Override
  public void complete(TierWindow window, RecentWindows recent, DetectorOutput output) {
    endOrphans(window, output);
    if (!isMinute(window.tier())) {
      return;
    }
    long minute = window.startMs() / MINUTE_MS;
    states.values().forEach(state -> state.close(minute));
    readLate(minute, recent);
    for (Iterator<ObjectiveState> all = states.values().iterator(); all.hasNext(); ) {
      ObjectiveState state = all.next();
      evaluate(state, window, output);
      if (minute - state.counts().newestMinute() >= FORGET_AFTER_MINUTES && !state.isAnyOpen()) {
        all.remove();
        delete(subject(state.objective(), state.series()), output);
      } else {
        save(state, output);
      }
    }
  }

  /** Reads recent windows of late services again: window by window, as they are stored. */
  private void readLate(long minute, RecentWindows recent) {
    Map<ObjectiveState, Integer> late = new LinkedHashMap<>();
    int longest = 0;
    for (ObjectiveState state : states.values()) {
      int lateness = Math.min(MOST_LATE, recent.lateness(state.series()));
      if (lateness > 0) {
        late.put(state, lateness);
        longest = Math.max(longest, lateness);
      }
    }
    for (int age = longest; age > 0; age--) {
      long again = minute - age;
      for (Map.Entry<ObjectiveState, Integer> entry : late.entrySet()) {
        ObjectiveState state = entry.getKey();
        WindowStats stats =
            entry.getValue() >= age ? recent.stats(state.series(), again * MINUTE_MS) : null;
        if (stats != null) {
          state.set(again, state.objective().read(stats));
        }
      }
    }
  }

  private void evaluate(ObjectiveState state, TierWindow window, DetectorOutput output) {
    Exemplars traces = state.takeExemplars();
    long endMinute = window.endMs() / MINUTE_MS;
    if (!state.counts().hasRecentBad(endMinute) && !state.isAnyOpen()) {
      return;
    }
    for (WindowPair pair : PAIRS) {
      Episode before = state.episode(pair);
      boolean open = before instanceof Episode.Open;
      if (!open
          && (state.objective().isCalm(pair, state.counts(), endMinute)
              || state.isCovered(pair, endMinute))) {
        continue;
      }
      PairResult result =
          new PairResult(
              state.objective(),
              state.series(),
              pair,
              state.objective().evaluate(pair, state.counts(), endMinute),
              window);
      move(
          state,
          result,
          policy(state.objective()).step(before, result.evidence(traces), window.endMs()),
          output);
    }
  }

  /** One minute beyond the limits opens: the windows themselves need the time to exceed them. */
  private EpisodePolicy policy(Objective objective) {
    return new EpisodePolicy(1, 1, objective.quietWindows(), updateEvery, 0, MINUTE_MS);
  }

  private static void move(
      ObjectiveState state, PairResult result, EpisodeStep step, DetectorOutput output) {
    WindowPair pair = result.pair();
    if (!step.next().equals(state.episode(pair))) {
      state.setEpisode(pair, step.next());
      output.saveEpisode(
          new EpisodeSubject(state.objective().rule(pair), state.series()), step.next());
    }
    if (step.change() instanceof Change.Resolved resolved) {
      state.end(pair, resolved.endMs() / MINUTE_MS);
    }
    if (step.change() instanceof Change.Reported change) {
      output.publish(result.finding(change));
    }
  }

  /** A revision announces a series; its minutes are read again with the lateness of its service. */
  @Override
  public void revise(SeriesId series, TierWindow window, WindowStats stats) {
    for (Objective objective : objectivesOf(series)) {
      EpisodeSubject subject = subject(objective, series);
      if (!states.containsKey(subject) && !isFull(objective, series)) {
        ObjectiveState state = state(objective, series);
        state.set(window.startMs() / MINUTE_MS, SpanCounts.NONE);
        announced.add(state);
      }
    }
  }

  @Override
  public void revisionsComplete(TierWindow newest, RecentWindows recent, DetectorOutput output) {
    announced.forEach(state -> save(state, output));
    announced.clear();
  }

  private void save(ObjectiveState state, DetectorOutput output) {
    if (state.takeNowChanged()) {
      output.saveState(row(NOW, subject(state.objective(), state.series())), state.now(rows));
    }
    if (state.takePastChanged()) {
      output.saveState(row(PAST, subject(state.objective(), state.series())), state.past(rows));
    }
  }

  private static void delete(EpisodeSubject subject, DetectorOutput output) {
    output.saveState(row(NOW, subject), null);
    output.saveState(row(PAST, subject), null);
  }

  /** Restores an episode. One whose objective no longer applies is resolved soon after. */
  @Override
  public void restoreEpisode(EpisodeSubject subject, Episode episode) {
    Rule rule = rules.get(subject.rule());
    if (rule != null && rule.objective().appliesTo(subject.series())) {
      state(rule.objective(), subject.series()).setEpisode(rule.pair(), episode);
    } else {
      orphans.put(subject, episode);
    }
  }

  /** Restores one of the two rows of an objective on a series. */
  @Override
  public void restoreState(EpisodeSubject subject, byte[] row) {
    String name = subject.rule().substring(1);
    for (Objective objective : objectivesOf(subject.series())) {
      if (objective.name().equals(name)) {
        ObjectiveState state = state(objective, subject.series());
        if (subject.rule().charAt(0) == NOW) {
          state.restoreNow(row);
        } else {
          state.restorePast(row);
        }
        return;
      }
    }
    orphanStates.add(subject);
  }

  private void endOrphans(TierWindow window, DetectorOutput output) {
    orphanStates.forEach(row -> output.saveState(row, null));
    orphanStates.clear();
    orphans.forEach(
        (subject, episode) -> {
          output.saveEpisode(subject, Episode.QUIET);
          EpisodeStep step = EpisodePolicy.abandon(episode, window.endMs());
          if (step.change() instanceof Change.Reported over) {
            output.publish(
                new Finding(
                    Detector.BURN_RATE,
                    subject.series(),
                    over,
                    subject.rule(),
                    window.startMs(),
                    window.endMs(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    "objective of %s is no longer configured for %s"
                        .formatted(subject.rule(), subject.series().service())));
          }
        });
    orphans.clear();
  }

  /** The row of an objective and series: its rule is the kind of the row and the objective. */
  private static EpisodeSubject row(char kind, EpisodeSubject subject) {
    return new EpisodeSubject(kind + subject.rule(), subject.series());
  }

  private static EpisodeSubject subject(Objective objective, SeriesId series) {
    return new EpisodeSubject(objective.name(), series);
  }

  private ObjectiveState state(Objective objective, SeriesId series) {
    return states.computeIfAbsent(
        subject(objective, series), unknown -> new ObjectiveState(objective, series));
  }

  private List<Objective> objectivesOf(SeriesId series) {
    if (applicable.size() >= MAX_LOOKUPS) {
      applicable.clear();
    }
    return applicable.computeIfAbsent(
        series, s -> objectives.stream().filter(objective -> objective.appliesTo(s)).toList());
  }
}
