package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rules against the windows of one partition. One thread; the same windows in the same
 * order give the same findings, also with restarts in between.
 *
 * <p>A window that is revised while it is recent is judged again, in the order of time. A rule on
 * too little throughput judges the windows of a service whose work is known to come late only when
 * that work has had its time.
 *
 * <p>Memory: what is remembered is a subject that is not quiet, and a subject that a rule on too
 * little throughput expects work of.
 */
public final class RuleEvaluator {

  /** How exactly it is remembered when a subject did work last; it is written this often. */
  private static final long WORKED_EVERY_MS = Duration.ofMinutes(10).toMillis();

  private final Map<String, Rule> rules = new TreeMap<>();
  private final long windowMs;
  private final long forgetAfterMs;
  private final Map<SeriesId, List<Rule>> applicable = new HashMap<>();
  private final Map<RuleSubject, Standing> standings = new TreeMap<>();
  private final Map<RuleSubject, Rule.Reading> readings = new TreeMap<>();
  private final Map<Long, Map<RuleSubject, Rule.Reading>> revised = new TreeMap<>();
  private final Map<RuleSubject, Episode> orphans = new TreeMap<>();

  /** How many series are remembered to have their rules looked up already. */
  private static final int MAX_LOOKUPS = 50_000;

  /** Where a subject stands, and when it did work last as far as that matters. */
  private static final class Standing {
    private Episode episode = Episode.QUIET;
    private @Nullable Long workedMs;

    /** End of the newest window that was judged, as far as it matters and is known. */
    private @Nullable Long judgedMs;
  }

  public RuleEvaluator(RulesConfig config, Duration window) {
    this(config, List.of(), window);
  }

  /**
   * Holds the rules, and what contracts say of windows.
   *
   * @param ofContracts clauses of contracts; none has the name of a rule
   */
  public RuleEvaluator(RulesConfig config, List<RuleConfig> ofContracts, Duration window) {
    this(config, ofContracts, window, Duration.ZERO);
  }

  /**
   * Holds the rules, and what contracts say of windows, also against windows that are revised.
   *
   * @param ofContracts clauses of contracts; none has the name of a rule
   * @param judgeRevisionsFor how long after it has closed a window may be judged again
   */
  public RuleEvaluator(
      RulesConfig config,
      List<RuleConfig> ofContracts,
      Duration window,
      Duration judgeRevisionsFor) {
    int recent = (int) (judgeRevisionsFor.toMillis() / window.toMillis());
    this.windowMs = window.toMillis();
    this.forgetAfterMs = config.forgetAfter().toMillis() + WORKED_EVERY_MS;
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

  /** In whose name a rule speaks; empty when there is no such rule any more. */
  public Optional<Detector> detectorOf(String rule) {
    return Optional.ofNullable(rules.get(rule)).map(Rule::detector);
  }

  /** Whether any rule looks at the series. */
  public boolean watches(SeriesId series) {
    return !rulesOf(series).isEmpty();
  }

  /** Takes what one series did in the window that {@link #complete} will close. */
  public void observe(SeriesId series, WindowStats stats) {
    for (Rule rule : rulesOf(series)) {
      readings.put(new RuleSubject(rule.name(), series), rule.read(stats));
    }
  }

  /** Judges the window that starts at {@code startMs}. */
  public void complete(long startMs, RuleJournal journal) {
    complete(startMs, RecentWindows.NONE, journal);
  }

  /** Judges the window that starts at {@code startMs}, or what is due of those before. */
  public void complete(long startMs, RecentWindows recent, RuleJournal journal) {
    long endMs = startMs + windowMs;
    endOrphans(startMs, journal);
    readings.keySet().forEach(subject -> work(subject, endMs, journal));
    for (RuleSubject subject : new ArrayList<>(standings.keySet())) {
      if (!readings.containsKey(subject)) {
        silent(subject, startMs, journal);
      }
    }
    readings.forEach((subject, reading) -> judgeDue(subject, reading, startMs, recent, journal));
    readings.clear();
  }

  /** Takes what is now known of a window that {@link #complete} has closed. */
  public void revise(SeriesId series, long startMs, WindowStats stats) {
    for (Rule rule : rulesOf(series)) {
      revised
          .computeIfAbsent(startMs, ms -> new TreeMap<>())
          .put(new RuleSubject(rule.name(), series), rule.read(stats));
    }
  }

  /**
   * Judges the windows that were revised.
   *
   * @param newestEndMs end of the newest window that has closed
   */
  public void revisionsComplete(long newestEndMs, RecentWindows recent, RuleJournal journal) {
    revised.forEach(
        (startMs, window) ->
            window.forEach(
                (subject, reading) -> {
                  work(subject, startMs + windowMs, journal);
                  judgeAgain(subject, reading, startMs, newestEndMs, recent, journal);
                }));
    revised.clear();
  }

  /** Reads back where a subject stood. What a rule left open that is no more ends soon after. */
  public void restore(RuleSubject subject, Episode episode) {
    if (rules.containsKey(subject.rule())) {
      standing(subject).episode = episode;
    } else {
      orphans.put(subject, episode);
    }
  }

  /** Reads back when a subject did work last. */
  public void restore(RuleSubject subject, long workedMs) {
    Rule rule = rules.get(subject.rule());
    if (rule != null && rule.noticesSilence()) {
      standing(subject).workedMs = workedMs;
    } else if (rule == null) {
      orphans.putIfAbsent(subject, Episode.QUIET);
    }
  }

  private void endOrphans(long startMs, RuleJournal journal) {
    long endMs = startMs + windowMs;
    orphans.forEach(
        (subject, episode) -> {
          journal.forgotten(subject);
          journal.episode(subject, Episode.QUIET);
          if (EpisodePolicy.abandon(episode, endMs).change() instanceof Change.Reported over) {
            journal.finding(
                new RuleFinding(
                    subject,
                    over,
                    startMs,
                    endMs,
                    subject.rule(),
                    Double.NaN,
                    Double.NaN,
                    "rule %s is no longer configured".formatted(subject.rule())));
          }
        });
    orphans.clear();
  }

  private void work(RuleSubject subject, long endMs, RuleJournal journal) {
    if (!rule(subject).noticesSilence()) {
      return;
    }
    Standing standing = standing(subject);
    if (standing.workedMs == null) {
      // What was before its first work is not silence.
      standing.judgedMs = endMs - windowMs;
    }
    if (standing.workedMs == null || endMs - standing.workedMs >= WORKED_EVERY_MS) {
      standing.workedMs = endMs;
      journal.worked(subject, endMs);
    }
  }

  private void silent(RuleSubject subject, long startMs, RuleJournal journal) {
    Rule rule = rule(subject);
    Standing standing = standing(subject);
    long endMs = startMs + windowMs;
    if (standing.workedMs != null && endMs - standing.workedMs >= forgetAfterMs) {
      EpisodeStep step = EpisodePolicy.abandon(standing.episode, endMs);
      move(subject, standing, step, startMs, Double.NaN, journal);
      standings.remove(subject);
      journal.forgotten(subject);
    } else {
      readings.put(subject, rule.read(null));
    }
  }

  /** Judges the window that has closed, or those before of which late work has had its time. */
  private void judgeDue(
      RuleSubject subject,
      Rule.Reading reading,
      long startMs,
      RecentWindows recent,
      RuleJournal journal) {
    Rule rule = rule(subject);
    int lateness = recent.lateness(subject.series());
    Standing known = standings.get(subject);
    @Nullable Long judgedMs = known == null ? null : known.judgedMs;
    if (!rule.waitsForWork() || (lateness == 0 && (judgedMs == null || judgedMs >= startMs))) {
      judge(subject, rule.evidence(reading, startMs, lateness > 0), startMs, reading, journal);
      return;
    }
    long dueMs = startMs - lateness * windowMs;
    long firstMs = judgedMs == null ? dueMs : judgedMs;
    long earliestMs = startMs - (long) EpisodePolicy.MOST_RECENT * windowMs;
    for (long atMs = Math.max(firstMs, earliestMs); atMs <= dueMs; atMs += windowMs) {
      Rule.Reading then =
          atMs == startMs ? reading : rule.read(recent.stats(subject.series(), atMs));
      judge(subject, rule.evidence(then, atMs, true), atMs, then, journal);
    }
  }

  private void judge(
      RuleSubject subject,
      Evidence evidence,
      long startMs,
      Rule.Reading reading,
      RuleJournal journal) {
    Standing known = standings.get(subject);
    Standing standing = known == null ? new Standing() : known;
    EpisodeStep step = rule(subject).policy().step(standing.episode, evidence, startMs + windowMs);
    move(subject, standing, step, startMs, reading.value(), journal);
    standing.judgedMs = startMs + windowMs;
    keep(subject, standing);
  }

  private void judgeAgain(
      RuleSubject subject,
      Rule.Reading reading,
      long startMs,
      long newestEndMs,
      RecentWindows recent,
      RuleJournal journal) {
    Rule rule = rule(subject);
    Standing known = standings.get(subject);
    Standing standing = known == null ? new Standing() : known;
    int lateness = recent.lateness(subject.series());
    long judgedMs = newestEndMs;
    if (rule.waitsForWork()) {
      judgedMs = standing.judgedMs == null ? newestEndMs - lateness * windowMs : standing.judgedMs;
    }
    if (startMs >= judgedMs) {
      return;
    }
    EpisodeStep step =
        rule.policy()
            .revise(
                standing.episode,
                rule.evidenceAgain(reading, startMs, lateness > 0),
                startMs + windowMs,
                judgedMs,
                rule.waitsForWork());
    // What heals is told with the window that heals it: later ones may still be filling.
    long spokenOfMs = rule.waitsForWork() ? startMs : judgedMs - windowMs;
    if (step.change() instanceof Change.Opened opened) {
      spokenOfMs = opened.episode().openedAtMs() - windowMs;
    }
    double value = reading.value();
    if (step.change() instanceof Change.Reported && spokenOfMs != startMs) {
      value = rule.read(recent.stats(subject.series(), spokenOfMs)).value();
    }
    move(subject, standing, step, spokenOfMs, value, journal);
    keep(subject, standing);
  }

  private void keep(RuleSubject subject, Standing standing) {
    if (standing.episode.equals(Episode.QUIET) && standing.workedMs == null) {
      standings.remove(subject);
    } else {
      standings.put(subject, standing);
    }
  }

  private void move(
      RuleSubject subject,
      Standing standing,
      EpisodeStep step,
      long startMs,
      double value,
      RuleJournal journal) {
    if (!step.next().equals(standing.episode)) {
      standing.episode = step.next();
      journal.episode(subject, step.next());
    }
    if (step.change() instanceof Change.Reported change) {
      Rule rule = rule(subject);
      journal.finding(
          new RuleFinding(
              subject,
              change,
              startMs,
              startMs + windowMs,
              rule.metric(),
              value,
              rule.threshold(),
              rule.sentence(subject, change, value, startMs + windowMs)));
    }
  }

  private Standing standing(RuleSubject subject) {
    return standings.computeIfAbsent(subject, unknown -> new Standing());
  }

  private Rule rule(RuleSubject subject) {
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
