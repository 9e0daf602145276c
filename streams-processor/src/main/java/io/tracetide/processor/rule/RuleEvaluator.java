package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Detector;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates threshold rules, and the clauses of contracts on windows, against base windows.
 *
 * <p>A window that is revised while it is recent is evaluated again, in the order of time. For a
 * service whose spans usually arrive late, a rule on too little throughput evaluates a window only
 * after the usual lateness.
 *
 * <p>Memory: the subjects that are not quiet, and those that a rule on too little throughput
 * watches for missing spans.
 */
public final class RuleEvaluator implements WindowDetector {

  private static final Values NO_VALUE = new Values(Double.NaN, Double.NaN);
  private static final Keys KEYS = new Keys('r', 'w');

  /** Precision of the saved time of a subject's last spans; it is saved this often. */
  private static final long SPANS_SAVED_EVERY_MS = Duration.ofMinutes(10).toMillis();

  /** Series whose rules are cached. */
  private static final int MAX_LOOKUPS = 50_000;

  private final Map<String, Rule> rules = new TreeMap<>();
  private final long windowMs;
  private final long forgetAfterMs;
  private final Map<SeriesId, List<Rule>> applicable = new HashMap<>();
  private final Map<EpisodeSubject, SubjectState> states = new TreeMap<>();
  private final Map<EpisodeSubject, Rule.Reading> readings = new TreeMap<>();
  private final Map<Long, Map<EpisodeSubject, Rule.Reading>> revised = new TreeMap<>();
  private final Map<EpisodeSubject, Episode> orphans = new TreeMap<>();

  private static final class SubjectState {
    private Episode episode = Episode.QUIET;

    /** End of a window with spans; only for rules that a window without spans breaks. */
    private @Nullable Long lastSpansMs;

    /** End of the newest window that was evaluated, if it is known. */
    private @Nullable Long judgedMs;
  }

  /**
   * Evaluates rules and the clauses of contracts on windows.
   *
   * @param ofContracts clauses of contracts; their names differ from those of rules
   * @param window length of the base windows
   * @param judgeRevisionsFor how long after it has closed a window may be evaluated again
   */
  public RuleEvaluator(
      RulesConfig config,
      List<RuleConfig> ofContracts,
      Duration window,
      Duration judgeRevisionsFor) {
    int recent = (int) (judgeRevisionsFor.toMillis() / window.toMillis());
    this.windowMs = window.toMillis();
    this.forgetAfterMs = config.forgetAfter().toMillis() + SPANS_SAVED_EVERY_MS;
    for (RuleConfig rule : config.rules()) {
      rules.put(
          rule.name(), new Rule(rule, Detector.THRESHOLD, config.updateEvery(), recent, windowMs));
    }
    for (RuleConfig clause : ofContracts) {
      rules.put(
          clause.name(),
          new Rule(clause, Detector.CONTRACT, config.updateEvery(), recent, windowMs));
    }
  }

  @Override
  public Keys keys() {
    return KEYS;
  }

  @Override
  public Set<Detector> detectors() {
    return Set.of(Detector.THRESHOLD, Detector.CONTRACT);
  }

  @Override
  public boolean isActive() {
    return !rules.isEmpty();
  }

  @Override
  public boolean watches(WindowTier tier) {
    return tier.sizeMs() == windowMs;
  }

  @Override
  public boolean watches(SeriesId series, WindowTier tier) {
    return watches(tier) && !rulesOf(series).isEmpty();
  }

  @Override
  public boolean observe(SeriesId series, TierWindow window, WindowStats stats) {
    for (Rule rule : rulesOf(series)) {
      readings.put(new EpisodeSubject(rule.name(), series), rule.read(stats));
    }
    return true;
  }

  @Override
  public void complete(TierWindow window, RecentWindows recent, DetectorOutput output) {
    long startMs = window.startMs();
    endOrphans(startMs, output);
    readings.keySet().forEach(subject -> countSpans(subject, window.endMs(), output));
    for (EpisodeSubject subject : new ArrayList<>(states.keySet())) {
      if (!readings.containsKey(subject)) {
        countNoSpans(subject, startMs, output);
      }
    }
    readings.forEach((subject, reading) -> judgeDue(subject, reading, startMs, recent, output));
    readings.clear();
  }

  @Override
  public void revise(SeriesId series, TierWindow window, WindowStats stats) {
    for (Rule rule : rulesOf(series)) {
      revised
          .computeIfAbsent(window.startMs(), ms -> new TreeMap<>())
          .put(new EpisodeSubject(rule.name(), series), rule.read(stats));
    }
  }

  @Override
  public void revisionsComplete(TierWindow newest, RecentWindows recent, DetectorOutput output) {
    revised.forEach(
        (startMs, window) ->
            window.forEach(
                (subject, reading) -> {
                  countSpans(subject, startMs + windowMs, output);
                  judgeAgain(subject, reading, startMs, newest.endMs(), recent, output);
                }));
    revised.clear();
  }

  /** Restores an episode. One of a rule that is no longer configured is resolved soon after. */
  @Override
  public void restoreEpisode(EpisodeSubject subject, Episode episode) {
    if (rules.containsKey(subject.rule())) {
      state(subject).episode = episode;
    } else {
      orphans.put(subject, episode);
    }
  }

  /** Restores the time of the last spans of a subject. */
  @Override
  public void restoreState(EpisodeSubject subject, byte[] lastSpansMs) {
    Rule rule = rules.get(subject.rule());
    if (rule != null && rule.isBrokenWithoutSpans()) {
      state(subject).lastSpansMs = ByteBuffer.wrap(lastSpansMs).getLong();
    } else if (rule == null) {
      orphans.putIfAbsent(subject, Episode.QUIET);
    }
  }

  private void endOrphans(long startMs, DetectorOutput output) {
    long endMs = startMs + windowMs;
    orphans.forEach(
        (subject, episode) -> {
          output.saveState(subject, null);
          output.saveEpisode(subject, Episode.QUIET);
          if (EpisodePolicy.abandon(episode, endMs).change() instanceof Change.Reported over) {
            String rule = subject.rule();
            String summary = "rule %s is no longer configured".formatted(rule);
            Finding finding =
                finding(Detector.THRESHOLD, subject, over, startMs, rule, NO_VALUE, summary);
            // Whether it was a rule or a clause of a contract is known only from the published
            // anomaly.
            output.publish(output.isPublished(finding) ? finding : finding.by(Detector.CONTRACT));
          }
        });
    orphans.clear();
  }

  private void countSpans(EpisodeSubject subject, long endMs, DetectorOutput output) {
    if (!rule(subject).isBrokenWithoutSpans()) {
      return;
    }
    SubjectState state = state(subject);
    if (state.lastSpansMs == null) {
      // Windows before its first spans are not evaluated.
      state.judgedMs = endMs - windowMs;
    }
    if (state.lastSpansMs == null || endMs - state.lastSpansMs >= SPANS_SAVED_EVERY_MS) {
      state.lastSpansMs = endMs;
      output.saveState(subject, ByteBuffer.allocate(Long.BYTES).putLong(endMs).array());
    }
  }

  private void countNoSpans(EpisodeSubject subject, long startMs, DetectorOutput output) {
    Rule rule = rule(subject);
    SubjectState state = state(subject);
    long endMs = startMs + windowMs;
    if (state.lastSpansMs != null && endMs - state.lastSpansMs >= forgetAfterMs) {
      EpisodeStep step = EpisodePolicy.abandon(state.episode, endMs);
      move(subject, state, step, startMs, Double.NaN, output);
      states.remove(subject);
      output.saveState(subject, null);
    } else {
      readings.put(subject, rule.read(null));
    }
  }

  /** Evaluates the closed window, or earlier ones whose usual lateness has passed. */
  private void judgeDue(
      EpisodeSubject subject,
      Rule.Reading reading,
      long startMs,
      RecentWindows recent,
      DetectorOutput output) {
    Rule rule = rule(subject);
    int lateness = recent.lateness(subject.series());
    SubjectState known = states.get(subject);
    @Nullable Long judgedMs = known == null ? null : known.judgedMs;
    if (!rule.waitsForLateSpans() || (lateness == 0 && (judgedMs == null || judgedMs >= startMs))) {
      judge(subject, rule.evidence(reading, startMs, lateness > 0), startMs, reading, output);
      return;
    }
    long dueMs = startMs - lateness * windowMs;
    long firstMs = judgedMs == null ? dueMs : judgedMs;
    long earliestMs = startMs - (long) EpisodePolicy.MOST_RECENT * windowMs;
    for (long atMs = Math.max(firstMs, earliestMs); atMs <= dueMs; atMs += windowMs) {
      Rule.Reading then =
          atMs == startMs ? reading : rule.read(recent.stats(subject.series(), atMs));
      judge(subject, rule.evidence(then, atMs, true), atMs, then, output);
    }
  }

  private void judge(
      EpisodeSubject subject,
      Evidence evidence,
      long startMs,
      Rule.Reading reading,
      DetectorOutput output) {
    SubjectState known = states.get(subject);
    SubjectState state = known == null ? new SubjectState() : known;
    EpisodeStep step = rule(subject).policy().step(state.episode, evidence, startMs + windowMs);
    move(subject, state, step, startMs, reading.value(), output);
    state.judgedMs = startMs + windowMs;
    keep(subject, state);
  }

  private void judgeAgain(
      EpisodeSubject subject,
      Rule.Reading reading,
      long startMs,
      long newestEndMs,
      RecentWindows recent,
      DetectorOutput output) {
    Rule rule = rule(subject);
    SubjectState known = states.get(subject);
    SubjectState state = known == null ? new SubjectState() : known;
    int lateness = recent.lateness(subject.series());
    long judgedMs = newestEndMs;
    if (rule.waitsForLateSpans()) {
      judgedMs = state.judgedMs == null ? newestEndMs - lateness * windowMs : state.judgedMs;
    }
    if (startMs >= judgedMs) {
      return;
    }
    EpisodeStep step =
        rule.policy()
            .revise(
                state.episode,
                rule.evidenceAgain(reading, startMs, lateness > 0),
                startMs + windowMs,
                judgedMs,
                rule.waitsForLateSpans());
    // A throughput episode is resolved with the revised window: later ones may still be filling.
    long reportedMs = rule.waitsForLateSpans() ? startMs : judgedMs - windowMs;
    if (step.change() instanceof Change.Opened opened) {
      reportedMs = opened.episode().openedAtMs() - windowMs;
    }
    double value = reading.value();
    if (step.change() instanceof Change.Reported && reportedMs != startMs) {
      value = rule.read(recent.stats(subject.series(), reportedMs)).value();
    }
    move(subject, state, step, reportedMs, value, output);
    keep(subject, state);
  }

  private void keep(EpisodeSubject subject, SubjectState state) {
    if (state.episode.equals(Episode.QUIET) && state.lastSpansMs == null) {
      states.remove(subject);
    } else {
      states.put(subject, state);
    }
  }

  private void move(
      EpisodeSubject subject,
      SubjectState state,
      EpisodeStep step,
      long startMs,
      double value,
      DetectorOutput output) {
    if (!step.next().equals(state.episode)) {
      state.episode = step.next();
      output.saveEpisode(subject, step.next());
    }
    if (step.change() instanceof Change.Reported change) {
      Rule rule = rule(subject);
      output.publish(
          finding(
              rule.detector(),
              subject,
              change,
              startMs,
              rule.metric(),
              new Values(value, rule.threshold()),
              rule.sentence(subject, change, value, startMs + windowMs)));
    }
  }

  /** Observed value and threshold; NaN when there is none. */
  private record Values(double observed, double threshold) {}

  private Finding finding(
      Detector detector,
      EpisodeSubject subject,
      Change.Reported change,
      long startMs,
      String metric,
      Values values,
      String summary) {
    return new Finding(
        detector,
        subject.series(),
        change,
        subject.rule(),
        startMs,
        startMs + windowMs,
        known(metric, values.observed()),
        known(metric, values.threshold()),
        Map.of(metric, 1.0),
        summary);
  }

  private static Map<String, Double> known(String metric, double value) {
    return Double.isNaN(value) ? Map.of() : Map.of(metric, value);
  }

  private SubjectState state(EpisodeSubject subject) {
    return states.computeIfAbsent(subject, unknown -> new SubjectState());
  }

  private Rule rule(EpisodeSubject subject) {
    Rule rule = rules.get(subject.rule());
    if (rule == null) {
      throw new IllegalStateException("no rule is named " + subject.rule());
    }
    return rule;
  }

  private List<Rule> rulesOf(SeriesId series) {
    if (applicable.size() >= MAX_LOOKUPS) {
      applicable.clear();
    }
    return applicable.computeIfAbsent(
        series, s -> rules.values().stream().filter(rule -> rule.appliesTo(s)).toList());
  }
}
