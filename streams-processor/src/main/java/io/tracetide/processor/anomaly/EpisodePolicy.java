package io.tracetide.processor.anomaly;

import io.tracetide.processor.anomaly.Episode.Open;
import io.tracetide.processor.anomaly.Episode.Pending;

/**
 * When an episode opens and closes: the whole state machine, as a function of the state, the
 * evidence of the next window and its end. Nothing else goes in, so the same windows give the same
 * records however often they are replayed.
 *
 * <pre>
 *   Quiet ──breach──▶ Pending ──{breaches} of the last {of}──▶ Open ──{quietToClose} in a row──▶ Quiet
 *     ▲                  │
 *     └─ none of {of} ───┘
 * </pre>
 *
 * @param breaches windows beyond the limit that open an episode, among the last {@code of}
 * @param of windows that are looked at, at most 31
 * @param quietToClose windows in a row within the limit that close it
 * @param updateEvery windows after which a record is written though nothing got worse
 */
public record EpisodePolicy(int breaches, int of, int quietToClose, int updateEvery) {

  public EpisodePolicy {
    if (breaches < 1 || of < breaches || of > 31 || quietToClose < 1 || updateEvery < 1) {
      throw new IllegalArgumentException(
          "no such policy: %d of %d, close after %d, update every %d"
              .formatted(breaches, of, quietToClose, updateEvery));
    }
  }

  /** Moves on by one window that ended at {@code endMs}. */
  public Step step(Episode episode, Evidence evidence, long endMs) {
    if (episode instanceof Open open) {
      return whileOpen(open, evidence, endMs);
    }
    int recent = episode instanceof Pending pending ? pending.recent() : 0;
    return whileClosed(recent, evidence, endMs);
  }

  /** Ends whatever goes on, because the subject is watched no more. */
  public static Step abandon(Episode episode, long endMs) {
    return episode instanceof Open open
        ? new Step(Episode.QUIET, new Change.Resolved(open.reported(), endMs))
        : new Step(Episode.QUIET, Change.NONE);
  }

  private Step whileClosed(int before, Evidence evidence, long endMs) {
    int recent = ((before << 1) | (evidence.breach() ? 1 : 0)) & ((1 << of) - 1);
    if (evidence.breach() && Integer.bitCount(recent) >= breaches) {
      Open open = Open.begin(evidence, endMs);
      return new Step(open, new Change.Opened(open));
    }
    return new Step(recent == 0 ? Episode.QUIET : new Pending(recent), Change.NONE);
  }

  private Step whileOpen(Open before, Evidence evidence, long endMs) {
    Open after = before.after(evidence);
    if (after.quiet() >= quietToClose) {
      return new Step(Episode.QUIET, new Change.Resolved(after.reported(), endMs));
    }
    if (after.severity() != before.severity() || after.unreported() >= updateEvery) {
      Open reported = after.reported();
      return new Step(reported, new Change.Updated(reported));
    }
    return new Step(after, Change.NONE);
  }
}
