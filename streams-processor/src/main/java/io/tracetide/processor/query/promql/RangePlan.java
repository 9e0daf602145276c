package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The tier from which the range of each step is read.
 *
 * <p>A window belongs to the range (t - d, t] when its end does. Of the tiers that still keep the
 * whole range the finest one is read, or a coarser one when every range of the query begins and
 * ends at its boundaries: then both give the same counts.
 */
final class RangePlan {

  /**
   * Consecutive steps that read the same tier.
   *
   * @param from first step
   * @param to exclusive last step
   */
  record Segment(TierReach tier, int from, int to) {}

  private final QueryRun run;
  private final List<TierReach> tiers;
  private final Steps steps;
  private final long rangeMs;
  private final long offsetMs;
  private final boolean finest;

  private RangePlan(QueryRun run, long rangeMs, long offsetMs, boolean finest) {
    this.run = run;
    this.tiers = run.source().tiers();
    this.steps = run.steps();
    this.rangeMs = rangeMs;
    this.offsetMs = offsetMs;
    this.finest = finest;
  }

  /**
   * The segments of all steps that can be answered.
   *
   * @param finest whether a coarser tier would give another answer
   * @throws PromqlException when the range is shorter than the kept windows at every step
   */
  static List<Segment> of(QueryRun run, long rangeMs, long offsetMs, boolean finest) {
    return new RangePlan(run, rangeMs, offsetMs, finest).segments();
  }

  private List<Segment> segments() {
    TierReach shortest = tiers.get(0);
    if (rangeMs < shortest.sizeMs()) {
      throw PromqlException.badData(
          "the range [%s] is shorter than a window: use [%s] or a longer one"
              .formatted(length(rangeMs), length(shortest.sizeMs())));
    }
    List<Segment> segments = new ArrayList<>();
    int unanswered = 0;
    int from = 0;
    while (from < steps.count()) {
      TierReach tier = tier(from);
      int to = from + 1;
      while (to < steps.count() && tier(to).equals(tier)) {
        to++;
      }
      if (tier.sizeMs() <= rangeMs) {
        segments.add(new Segment(tier, from, to));
      } else {
        unanswered += to - from;
        tooShort(tier, from, to);
      }
      from = to;
    }
    if (unanswered == steps.count()) {
      throw PromqlException.execution(
          ("at that time only windows of %s are kept, which are longer than the range [%s]: use a"
                  + " longer range")
              .formatted(length(tier(0).sizeMs()), length(rangeMs)));
    }
    return segments;
  }

  private void tooShort(TierReach tier, int from, int to) {
    run.warn(
        "no values from %s to %s: only windows of %s are kept for that time, which are longer than the range [%s]"
            .formatted(
                Instant.ofEpochMilli(steps.timeMs(from)),
                Instant.ofEpochMilli(steps.timeMs(to - 1)),
                length(tier.sizeMs()),
                length(rangeMs)));
  }

  private TierReach tier(int step) {
    long startMs = steps.timeMs(step) - offsetMs - rangeMs;
    int first = 0;
    while (first < tiers.size() && !reaches(tiers.get(first), startMs)) {
      first++;
    }
    if (first == tiers.size()) {
      TierReach last = tiers.get(first - 1);
      run.warn(
          "windows before %s are not kept, and not counted"
              .formatted(Instant.ofEpochMilli(last.keptFromMs())));
      return last;
    }
    TierReach chosen = tiers.get(first);
    for (int i = first + 1; i < tiers.size() && !finest; i++) {
      if (divides(tiers.get(i)) && reaches(tiers.get(i), startMs)) {
        chosen = tiers.get(i);
      }
    }
    return chosen;
  }

  private static boolean reaches(TierReach tier, long startMs) {
    return tier.floor(startMs) >= tier.keptFromMs();
  }

  private boolean divides(TierReach tier) {
    long size = tier.sizeMs();
    return rangeMs % size == 0
        && (steps.startMs() - offsetMs) % size == 0
        && (steps.isInstant() || steps.stepMs() % size == 0);
  }

  /** A length for messages, such as 1h or 90s. */
  static String length(long millis) {
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
