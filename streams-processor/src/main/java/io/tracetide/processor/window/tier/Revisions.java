package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowTier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects late partial counts, and revises closed windows with them at a commit. */
final class Revisions {

  private final WindowConfig config;
  private final List<WindowTier> tiers;
  private final TierRows base;
  private final List<CoarseWindows> coarse;
  private final UsualLateness lateness;
  private final RecentRows recent;
  private final WindowListener listener;
  private final LateSpans late = new LateSpans();
  private long closedUpTo;

  /** Whether this commit revised windows that are recent enough to be evaluated again. */
  private boolean toJudge;

  Revisions(
      WindowConfig config,
      TierRows base,
      List<CoarseWindows> coarse,
      UsualLateness lateness,
      RecentRows recent,
      WindowListener listener) {
    this.config = config;
    this.tiers = config.tiers();
    this.base = base;
    this.coarse = coarse;
    this.lateness = lateness;
    this.recent = recent;
    this.listener = listener;
  }

  /**
   * Adds a partial count of a base window that has closed.
   *
   * @param inputMs event time of its input
   * @param reachedMs event time of the partition
   */
  void add(
      Series series, long startMs, byte[] block, int countsStart, long inputMs, long reachedMs) {
    if (isKept(startMs, reachedMs)) {
      PartialBlock.addTo(late.at(series.key(), startMs), block, countsStart);
      noteLateness(series, startMs, inputMs);
      listener.onLatePartial();
    }
  }

  /**
   * Records the lateness of a span within its own input. An input that is behind the others, as in
   * a replay, does not make a service late.
   */
  private void noteLateness(Series series, long startMs, long inputMs) {
    long size = base.tier().sizeMs();
    long closedByInput = base.tier().windowStart(inputMs - config.grace().toMillis());
    if (closedByInput >= startMs + size && series.isLatency()) {
      int windows = (int) ((closedByInput - startMs) / size);
      late.observe(series.key(), series.prefix(), startMs, windows);
    }
  }

  /** Whether any tier still keeps the window; tiers that do not are counted. */
  private boolean isKept(long baseStartMs, long reachedMs) {
    boolean kept = false;
    for (WindowTier tier : tiers) {
      long endMs = tier.windowStart(baseStartMs) + tier.sizeMs();
      if (endMs > keptFrom(tier, reachedMs)) {
        kept = true;
      } else {
        listener.onExpiredPartial(tier);
      }
    }
    return kept;
  }

  private static long keptFrom(WindowTier tier, long reachedMs) {
    return reachedMs == Long.MIN_VALUE ? Long.MIN_VALUE : reachedMs - tier.retentionMs();
  }

  boolean isEmpty() {
    return late.isEmpty();
  }

  /** Revises the closed windows of every tier, and clears the collected counts. */
  void write(long baseClosedUpTo, long reachedMs) {
    closedUpTo = baseClosedUpTo;
    toJudge = false;
    revise(base, closedUpTo, reachedMs, 0);
    if (toJudge) {
      long size = base.tier().sizeMs();
      listener.revisionsComplete(closedUpTo - size, closedUpTo, recent.refreshed());
    }
    for (int i = 0; i < coarse.size(); i++) {
      revise(coarse.get(i).rows(), coarse.get(i).closedUpTo(), reachedMs, i + 1);
    }
    late.each(
        (startMs, series, stats) -> {
          if (SeriesCodec.isLatency(series)) {
            listener.counted(series, startMs, startMs + base.tier().sizeMs(), stats);
          }
        });
    late.clear();
  }

  /**
   * Revises the closed windows of a tier.
   *
   * @param coarser index of the next coarser tier, whose window may still be open
   */
  private void revise(TierRows rows, long tierClosedUpTo, long reachedMs, int coarser) {
    late.revise(
        rows,
        tierClosedUpTo,
        keptFrom(rows.tier(), reachedMs),
        (startMs, revised, prefix) -> {
          report(startMs, startMs + rows.tier().sizeMs(), revised, prefix);
          if (coarser < coarse.size()) {
            coarse.get(coarser).mark(startMs);
          }
        });
  }

  private void report(long startMs, long endMs, TierRows.Revised revised, int prefix) {
    ServiceTotal total = revised.total();
    boolean judge = isJudgedAgain(startMs, endMs);
    toJudge |= judge;
    byte @Nullable [] service = null;
    long lateCount = 0;
    for (TierRows.Cell cell : revised.cells()) {
      boolean latency = SeriesCodec.isLatency(cell.series());
      if (cell.isRevised()) {
        listener.revised(cell.series(), startMs, endMs, cell.stats(), cell.revision(), judge);
        service = latency ? SeriesCodec.ofService(cell.series(), prefix) : service;
      }
      if (latency) {
        lateCount += cell.lateCount();
      }
    }
    if (service != null) {
      listener.revised(service, startMs, endMs, total.stats(), total.revision(), judge);
      if (judge) {
        double share = (double) lateCount / Math.max(1, total.stats().count());
        int windows = late.lateness(service, prefix, startMs);
        lateness.observe(SeriesCodec.decode(service), windows, share, closedUpTo);
      }
    }
  }

  /** Whether a window is a base window that ended shortly before the newest one that closed. */
  private boolean isJudgedAgain(long startMs, long endMs) {
    return endMs - startMs == base.tier().sizeMs()
        && closedUpTo - endMs < config.judgeRevisionsFor().toMillis();
  }
}
