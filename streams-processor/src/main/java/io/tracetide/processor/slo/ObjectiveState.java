package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Exemplars;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One objective on one series: its counts, its episodes, and the end of the last episode of each
 * pair.
 *
 * <p>It is saved in two rows. That of the running hour is written for each minute with spans, that
 * of the time before once an hour.
 */
final class ObjectiveState {

  static final Exemplars NO_TRACES = new Exemplars(null, null, null);

  private static final int PAIRS = WindowPair.values().length;

  private final Objective objective;
  private final SeriesId series;
  private final BudgetCounts counts = new BudgetCounts();
  private final Episode[] episodes = new Episode[PAIRS];

  /** Minute at which the last episode of each pair ended, plus 1; 0 when it is not known. */
  private final long[] ended = new long[PAIRS];

  private SpanCounts observed = SpanCounts.NONE;
  private Exemplars exemplars = NO_TRACES;
  private boolean nowChanged;
  private boolean pastChanged;

  ObjectiveState(Objective objective, SeriesId series) {
    this.objective = objective;
    this.series = series;
    Arrays.fill(episodes, Episode.QUIET);
  }

  Objective objective() {
    return objective;
  }

  SeriesId series() {
    return series;
  }

  BudgetCounts counts() {
    return counts;
  }

  Episode episode(WindowPair pair) {
    return episodes[pair.ordinal()];
  }

  void setEpisode(WindowPair pair, Episode episode) {
    episodes[pair.ordinal()] = episode;
  }

  /** Sets the counts of the window that has just closed; they are used by {@link #close}. */
  void observe(SpanCounts closed, Exemplars traces) {
    observed = closed;
    exemplars = traces;
  }

  /** Adds the observed counts as those of a minute. */
  void close(long minute) {
    if (!observed.isEmpty()) {
      set(minute, observed);
    }
    observed = SpanCounts.NONE;
  }

  /** Replaces the counts of a minute. */
  void set(long minute, SpanCounts replaced) {
    long hour = hour();
    long newest = counts.newestMinute();
    if (counts.set(minute, replaced)) {
      nowChanged = true;
      pastChanged |= newest >= 0 && (hour() != hour || minute / 60 != hour);
    }
  }

  private long hour() {
    return Math.floorDiv(counts.newestMinute(), 60L);
  }

  /** Traces of the window that has just closed. Returned once. */
  Exemplars takeExemplars() {
    Exemplars taken = exemplars;
    exemplars = NO_TRACES;
    return taken;
  }

  void end(WindowPair pair, long endMinute) {
    ended[pair.ordinal()] = endMinute + 1;
    nowChanged = true;
  }

  /**
   * Whether an anomaly of another pair stands for the bad spans of this one: it has the same or a
   * higher severity, and is open, or ended after the start of this pair's short window.
   */
  boolean isCovered(WindowPair pair, long endMinute) {
    long startOfShort = endMinute - pair.shortWindow().toMinutes();
    for (WindowPair other : WindowPair.values()) {
      boolean covers = other != pair && other.severity().compareTo(pair.severity()) >= 0;
      if (covers
          && (episode(other) instanceof Episode.Open
              || ended[other.ordinal()] - 1 > startOfShort)) {
        return true;
      }
    }
    return false;
  }

  boolean isAnyOpen() {
    return Arrays.stream(episodes).anyMatch(Episode.Open.class::isInstance);
  }

  /** Whether the row of the running hour has changed since it was saved; clears the mark. */
  boolean takeNowChanged() {
    boolean changed = nowChanged;
    nowChanged = false;
    return changed;
  }

  /** Whether the row of the time before has changed since it was saved; clears the mark. */
  boolean takePastChanged() {
    boolean changed = pastChanged;
    pastChanged = false;
    return changed;
  }

  /** The row of the running hour. The writer is reused. */
  byte[] now(ByteWriter out) {
    out.clear();
    out.putNumber(objective.slowerThanMicros());
    for (long minute : ended) {
      out.putVarint(minute);
    }
    counts.writeNow(out);
    return out.toByteArray();
  }

  /** The row of the time before. The writer is reused. */
  byte[] past(ByteWriter out) {
    out.clear();
    out.putNumber(objective.slowerThanMicros());
    counts.writePast(out);
    return out.toByteArray();
  }

  /** Restores a row that {@link #now} wrote. Counts of another threshold are dropped. */
  void restoreNow(byte[] row) {
    ByteBuffer in = ByteBuffer.wrap(row);
    boolean same = countsAs(Varint.readNumber(in));
    for (int i = 0; i < PAIRS; i++) {
      ended[i] = Varint.read(in);
    }
    if (same) {
      counts.read(in);
    }
  }

  /** Restores a row that {@link #past} wrote. Counts of another threshold are dropped. */
  void restorePast(byte[] row) {
    ByteBuffer in = ByteBuffer.wrap(row);
    if (countsAs(Varint.readNumber(in))) {
      counts.read(in);
    }
  }

  private boolean countsAs(double savedSlowerThanMicros) {
    return Double.compare(savedSlowerThanMicros, objective.slowerThanMicros()) == 0;
  }
}
