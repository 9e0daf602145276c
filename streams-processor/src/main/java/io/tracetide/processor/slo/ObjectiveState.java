package io.tracetide.processor.slo;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Exemplars;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * One objective on one series: its counts, its episodes, and the end of the last episode of each
 * pair.
 *
 * <p>It is saved in two rows. That of the running hour is written for each minute with spans, that
 * of the time before once an hour.
 */
final class ObjectiveState {

  static final Exemplars NO_TRACES = new Exemplars(null, null, null);

  /** End of an episode that is not known. */
  private static final long NEVER = -1;

  private static final WindowPair[] PAIRS = WindowPair.values();

  private final Objective objective;
  private final SeriesId series;
  private final BudgetCounts counts = new BudgetCounts();

  private final Map<WindowPair, Episode> episodes = new EnumMap<>(WindowPair.class);

  /** Minute at which the last episode of each pair ended. */
  private final Map<WindowPair, Long> ended = new EnumMap<>(WindowPair.class);

  private SpanCounts observed = SpanCounts.NONE;
  private Exemplars exemplars = NO_TRACES;
  private boolean nowChanged;
  private boolean pastChanged;

  ObjectiveState(Objective objective, SeriesId series) {
    this.objective = objective;
    this.series = series;
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
    return episodes.getOrDefault(pair, Episode.QUIET);
  }

  void setEpisode(WindowPair pair, Episode episode) {
    episodes.put(pair, episode);
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
    ended.put(pair, endMinute);
    nowChanged = true;
  }

  /**
   * Whether an anomaly of another pair stands for the bad spans of this one: it has the same or a
   * higher severity, and is open, or ended after the start of this pair's short window.
   */
  boolean isCovered(WindowPair pair, long endMinute) {
    long startOfShort = endMinute - pair.shortWindow().toMinutes();
    for (WindowPair other : PAIRS) {
      boolean covers = other != pair && other.severity().compareTo(pair.severity()) >= 0;
      if (covers
          && (episode(other) instanceof Episode.Open
              || ended.getOrDefault(other, NEVER) > startOfShort)) {
        return true;
      }
    }
    return false;
  }

  boolean isAnyOpen() {
    return episodes.values().stream().anyMatch(Episode.Open.class::isInstance);
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
    for (WindowPair pair : PAIRS) {
      out.putVarint(ended.getOrDefault(pair, NEVER) + 1);
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
    for (WindowPair pair : PAIRS) {
      ended.put(pair, Varint.read(in) - 1);
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
