package io.tracetide.processor.anomaly;

import io.tracetide.processor.anomaly.Episode.Height;
import io.tracetide.processor.anomaly.Episode.Open;
import io.tracetide.processor.anomaly.Episode.Pending;
import io.tracetide.schemas.AnomalyKind;
import org.jspecify.annotations.Nullable;

/**
 * The state machine that opens and closes episodes, a pure function of the state, the evidence of a
 * window and its end. So a replay of the same windows gives the same records.
 *
 * <pre>
 *   Quiet ──breach──▶ Pending ──{breaches} of the last {of}──▶ Open ──{quietToClose} in a row──▶ Quiet
 *     ▲                  │
 *     └─ none of {of} ───┘
 * </pre>
 *
 * <p>A recent window is evaluated again when late spans revise it. Then the windows with which it
 * may open an episode are evaluated again, in the order of time. Reports are not changed: windows
 * up to the end of a resolved episode do not open another one, and an open episode keeps its start
 * and its fingerprint. A window within the limit that may still be revised counts as quiet only
 * when it is no longer recent, so that a later revision does not contradict the end of an episode.
 *
 * @param breaches windows beyond the limit that open an episode, among the last {@code of}
 * @param of number of windows that are considered, at most 31
 * @param quietToClose windows in a row within the limit that close it
 * @param updateEvery windows after which a record is written although the severity has not changed
 * @param recent number of newest windows that may be evaluated again, at most 30
 * @param windowMs length of a window
 */
public record EpisodePolicy(
    int breaches, int of, int quietToClose, int updateEvery, int recent, long windowMs) {

  /** Maximum of {@code recent}: with the windows that open an episode they fit into a long. */
  public static final int MOST_RECENT = 30;

  public EpisodePolicy {
    if (breaches < 1
        || of < breaches
        || of > 31
        || quietToClose < 1
        || updateEvery < 1
        || recent < 0
        || recent > MOST_RECENT
        || windowMs < 1) {
      throw new IllegalArgumentException(
          "invalid policy: %d of %d, close after %d, update every %d, %d windows of %d ms recent"
              .formatted(breaches, of, quietToClose, updateEvery, recent, windowMs));
    }
  }

  /** Processes the next window, which ended at {@code endMs}. */
  public EpisodeStep step(Episode episode, Evidence evidence, long endMs) {
    if (episode instanceof Open open) {
      return whileOpen(open, evidence, endMs);
    }
    Pending before = episode instanceof Pending pending ? pending : nothing(endMs);
    WindowMarks marks = before.marks().at(endMs, windowMs).with(0, evidence.breach(), false);
    return whileClosed(episode, before, marks, 0, evidence);
  }

  /**
   * Evaluates a window again.
   *
   * @param endMs end of the window; one that is not recent changes nothing
   * @param newestEndMs end of the newest window that was evaluated
   * @param rising whether late spans can only end a breach; then an episode that would not have
   *     opened is resolved at once
   */
  public EpisodeStep revise(
      Episode episode, Evidence evidence, long endMs, long newestEndMs, boolean rising) {
    long age = (newestEndMs - endMs) / windowMs;
    if (age < 0 || age >= recent) {
      return new EpisodeStep(episode, Change.NONE);
    }
    if (episode instanceof Open open) {
      return reviseOpen(open, evidence, endMs, newestEndMs, (int) age, rising);
    }
    Pending before = episode instanceof Pending pending ? pending : nothing(newestEndMs);
    if (endMs <= before.sinceMs()) {
      return new EpisodeStep(episode, Change.NONE);
    }
    WindowMarks marks =
        before.marks().at(newestEndMs, windowMs).with((int) age, evidence.breach(), false);
    return whileClosed(episode, before, marks, (int) age, evidence);
  }

  /** Ends an open episode, because the subject is no longer evaluated. */
  public static EpisodeStep abandon(Episode episode, long endMs) {
    return episode instanceof Open open
        ? new EpisodeStep(Episode.QUIET, new Change.Resolved(open.reported(), endMs))
        : new EpisodeStep(Episode.QUIET, Change.NONE);
  }

  private static Pending nothing(long endMs) {
    return new Pending(WindowMarks.none(endMs), Pending.NEVER, AnomalyKind.UNKNOWN, Height.NONE);
  }

  /** Opens an episode with the window of the given age or a later one, if one opens. */
  private EpisodeStep whileClosed(
      Episode episode, Pending before, WindowMarks marks, int age, Evidence evidence) {
    if (evidence.breach()) {
      Height height = heightWith(before, evidence, marks.endMs() - age * windowMs);
      for (int opening = age; opening >= 0 && opening > age - of; opening--) {
        if (opens(marks, opening)) {
          Open open = open(marks, opening, evidence.kind(), height);
          return new EpisodeStep(open, new Change.Opened(open));
        }
      }
      Pending after =
          new Pending(marks.latest(recent + of), before.sinceMs(), evidence.kind(), height);
      return new EpisodeStep(after, Change.NONE);
    }
    boolean recentlyReported = marks.endMs() - before.sinceMs() < recent * windowMs;
    if (before.sinceMs() == Pending.NEVER || !recentlyReported) {
      if (marks.latest(of + recent).beyond() == 0) {
        return new EpisodeStep(Episode.QUIET, Change.NONE);
      }
    }
    boolean same = !before.marks().at(marks.endMs(), windowMs).isBeyond(age);
    Episode after =
        same && before.marks().endMs() != WindowMarks.UNKNOWN
            ? episode
            : new Pending(marks, before.sinceMs(), before.kind(), before.height());
    return new EpisodeStep(after, Change.NONE);
  }

  private boolean opens(WindowMarks marks, int age) {
    return marks.isBeyond(age) && marks.count(age, of) >= breaches;
  }

  private Open open(WindowMarks marks, int age, AnomalyKind kind, Height height) {
    WindowMarks kept = marks;
    for (int later = Math.min(age, recent) - 1; later >= 0; later--) {
      kept = kept.with(later, kept.isBeyond(later), !kept.isBeyond(later));
    }
    return new Open(kind, marks.endMs() - age * windowMs, height, 0, 0, 0, kept);
  }

  /** The height of a window and of those before it that may become part of the same episode. */
  private Height heightWith(Pending before, Evidence evidence, long endMs) {
    Snapshot peak = before.height().peak();
    boolean near =
        before.kind() == evidence.kind()
            && peak.isKnown()
            && Math.abs(endMs - peak.endMs()) < of * windowMs;
    return near ? before.height().revised(evidence, endMs) : Height.of(evidence);
  }

  private EpisodeStep whileOpen(Open before, Evidence evidence, long endMs) {
    int passed = before.marks().passed(endMs, windowMs);
    WindowMarks marks =
        before
            .marks()
            .at(endMs, windowMs)
            .with(0, evidence.breach(), !evidence.breach() && !evidence.settled());
    Height height = evidence.breach() ? before.height().with(evidence) : before.height();
    int quiet = before.quiet();
    for (int age = recent + passed - 1; age >= recent; age--) {
      if (marks.endMs() - age * windowMs > before.openedAtMs()) {
        quiet = marks.isBeyond(age) ? 0 : quiet + 1;
      }
    }
    return conclude(before, before.at(marks, quiet, height, before.unreported() + 1));
  }

  private EpisodeStep reviseOpen(
      Open before, Evidence evidence, long endMs, long newestEndMs, int age, boolean rising) {
    boolean breach = evidence.breach();
    WindowMarks marks =
        before.marks().at(newestEndMs, windowMs).with(age, breach, !breach && !rising);
    boolean part = endMs > before.openedAtMs() - of * windowMs;
    Height height = part ? before.height().revised(evidence, endMs) : before.height();
    Open after = before.at(marks, before.quiet(), height, before.unreported());
    if (rising && !breach && !wouldOpen(after)) {
      WindowMarks kept = marks.latest(recent + of);
      Episode rest =
          kept.beyond() == 0
              ? Episode.QUIET
              : new Pending(kept, Pending.NEVER, AnomalyKind.UNKNOWN, Height.NONE);
      return new EpisodeStep(rest, new Change.Resolved(after.reported(), newestEndMs));
    }
    return conclude(before, after);
  }

  /** Whether any window since the opening would open an episode. */
  private boolean wouldOpen(Open open) {
    long opened = (open.marks().endMs() - open.openedAtMs()) / windowMs;
    if (opened + of > WindowMarks.WINDOWS) {
      return true;
    }
    for (int age = (int) opened; age >= 0; age--) {
      if (opens(open.marks(), age)) {
        return true;
      }
    }
    return false;
  }

  /** Closes or reports the episode, or continues without a report. */
  private EpisodeStep conclude(Open before, Open after) {
    @Nullable Long closedMs = closedAt(after);
    if (closedMs != null) {
      boolean recently = after.marks().endMs() - closedMs < recent * windowMs;
      Episode next =
          recently
              ? new Pending(
                  WindowMarks.none(after.marks().endMs()),
                  closedMs,
                  AnomalyKind.UNKNOWN,
                  Height.NONE)
              : Episode.QUIET;
      return new EpisodeStep(next, new Change.Resolved(after.reported(), closedMs));
    }
    if (after.severity() != before.severity() || after.unreported() >= updateEvery) {
      Open reported = after.reported();
      return new EpisodeStep(reported, new Change.Updated(reported));
    }
    return new EpisodeStep(after, Change.NONE);
  }

  /** End of the window that completes the run of quiet windows; null when none does. */
  private @Nullable Long closedAt(Open open) {
    WindowMarks marks = open.marks();
    int run = open.quiet();
    @Nullable Long closedMs =
        run >= quietToClose ? Long.valueOf(marks.endMs() - recent * windowMs) : null;
    for (int age = recent - 1; age >= 0; age--) {
      long endMs = marks.endMs() - age * windowMs;
      if (endMs <= open.openedAtMs() || marks.isDoubtful(age)) {
        continue;
      }
      if (marks.isBeyond(age)) {
        run = 0;
        closedMs = null;
      } else if (++run >= quietToClose && closedMs == null) {
        closedMs = endMs;
      }
    }
    return closedMs;
  }
}
