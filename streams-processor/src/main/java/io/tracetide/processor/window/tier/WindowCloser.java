package io.tracetide.processor.window.tier;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.cardinality.SeriesLimits;
import io.tracetide.processor.window.OpenWindow;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesOrder;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.Watermark;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges partial counts into the windows of one partition and closes them in every tier.
 *
 * <p>Open base windows are in memory; the blocks that they consist of are saved, so that a crash
 * loses no counts. When a base window closes, it is written as rows to its store; when a coarser
 * window closes, it is merged from these rows. Spans that arrive after their window has closed
 * revise it at the next commit, in every tier in which it has closed.
 */
public final class WindowCloser {

  /**
   * Maximum of consecutive empty windows that are reported; of a longer gap only the last ones are.
   */
  static final int MAX_EMPTY_WINDOWS = 720;

  /** Name of the saved event time; those of the tiers are the tiers' names. */
  private static final String EVENT_TIME = "event-time";

  /* Prefixes of the names of the first and of the last time of complete services and totals. */
  private static final String SERVICES_SINCE = "services-since ";
  private static final String SERVICES_UP_TO = "services-up-to ";

  private final WindowConfig config;
  private final boolean exactlyOnce;
  private final OpenWindows open;
  private final SeriesLimits limits;
  private final WindowStorage storage;
  private final WindowListener listener;
  private final StoredServices services;
  private final TierRows base;
  private final List<CoarseWindows> coarse = new ArrayList<>();
  private final UsualLateness lateness;
  private final RecentRows recent;
  private final Revisions revisions;
  private final Watermark watermark;
  private final SeriesOrder order = new SeriesOrder();

  /** Of the series that is being closed. */
  private final WindowStats counts = new WindowStats();

  private long closedUpTo;
  private long servicesDroppedAt = Long.MIN_VALUE;

  /** Times up to which the tiers had closed at the last commit. */
  private Map<String, Long> committed = Map.of();

  /** Keeps prefetches from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /**
   * Continues from the state in the storage.
   *
   * @param exactlyOnce whether a commit is one transaction
   * @param open open windows; cleared, and restored from the saved blocks
   */
  public WindowCloser(
      WindowConfig config,
      boolean exactlyOnce,
      OpenWindows open,
      SeriesLimits limits,
      WindowStorage storage,
      WindowListener listener,
      long nowMs) {
    this.config = config;
    this.exactlyOnce = exactlyOnce;
    this.open = open;
    this.limits = limits;
    this.storage = storage;
    this.listener = listener;
    open.clear();
    services = new StoredServices(storage);
    config.tiers().forEach(this::resumeServices);
    watermark = new Watermark(config.idleTimeout(), storage.time(EVENT_TIME), nowMs);
    base = rows(config.tiers().get(0));
    storage.eachInput((input, eventMs) -> watermark.restore(input, eventMs, nowMs));
    closedUpTo = storage.time(base.tier().name());
    lateness = new UsualLateness(config.judgedAgain(), storage);
    storage.eachLateness(lateness::restore);
    recent = new RecentRows(base, lateness, base.tier().sizeMs());
    openCoarse();
    revisions = new Revisions(config, base, coarse, lateness, recent, listener);
    storage.replay(block -> count(block, true, nowMs));
  }

  /**
   * Services and totals of a tier are complete while each of its windows is closed with them. After
   * windows that an earlier version closed they are complete from now on.
   */
  private void resumeServices(WindowTier tier) {
    long tierClosedUpTo = storage.time(tier.name());
    boolean continued = storage.time(SERVICES_UP_TO + tier.name()) == tierClosedUpTo;
    long since = continued ? storage.time(SERVICES_SINCE + tier.name()) : tierClosedUpTo;
    services.completeSince(tier, Math.max(0, since));
  }

  /** The services in the stores. */
  public StoredServices services() {
    return services;
  }

  private void openCoarse() {
    noteClosed(base.tier(), closedUpTo);
    TierRows finer = base;
    long finerClosedUpTo = closedUpTo;
    for (WindowTier tier : config.tiers().subList(1, config.tiers().size())) {
      TierRows rows = rows(tier);
      CoarseWindows windows =
          new CoarseWindows(
              rows,
              new RecentRows(rows, lateness, base.tier().sizeMs()),
              finer,
              storage.time(tier.name()),
              finerClosedUpTo);
      noteClosed(tier, windows.closedUpTo());
      coarse.add(windows);
      finer = windows.rows();
      finerClosedUpTo = windows.closedUpTo();
    }
  }

  private TierRows rows(WindowTier tier) {
    return new TierRows(tier, storage.rows(tier), services);
  }

  private void noteClosed(WindowTier tier, long upToMs) {
    if (upToMs != Long.MIN_VALUE) {
      open.closed(tier, upToMs);
    }
  }

  /** Merges a block of partial counts, which must not be changed any more. */
  public void add(byte[] block, long nowMs) {
    watermark.advance(PartialBlock.input(block), PartialBlock.inputEventMs(block), nowMs);
    long newestMs = count(block, false, nowMs);
    if (newestMs + base.tier().sizeMs() > storage.time(base.tier().name())) {
      storage.append(block, newestMs);
    }
    while (open.size() > config.maxOpenSeries()) {
      listener.onClosedEarly();
      closeBaseUpTo(open.oldestMs() + base.tier().sizeMs());
    }
  }

  /**
   * Adds a block to the open windows and to the late spans.
   *
   * @param replayed whether the block is restored, so that its late spans have been counted before
   * @return start of the newest window in it
   */
  private long count(byte[] block, boolean replayed, long nowMs) {
    limits.keepSeriesSince(open.oldestMs());
    Counting counting =
        new Counting(replayed, watermark.at(nowMs), PartialBlock.inputEventMs(block));
    // Queries wait for a block, so that the lock is taken once for all its counts.
    synchronized (open) {
      PartialBlock.read(block, counting);
    }
    listener.onPartials(counting.counted);
    return counting.newestMs;
  }

  /** Counts one block. */
  private final class Counting implements PartialBlock.Visitor {
    private final boolean replayed;
    private final long reachedMs;
    private final long inputMs;
    private long newestMs;
    private int counted;

    Counting(boolean replayed, long reachedMs, long inputMs) {
      this.replayed = replayed;
      this.reachedMs = reachedMs;
      this.inputMs = inputMs;
    }

    @Override
    public void ahead(byte[] bytes, int keyStart, int keyLength) {
      fetched += limits.fetch(bytes, keyStart, keyLength);
    }

    @Override
    public void visit(
        byte[] bytes, int keyStart, int keyLength, long windowStartMs, int countsStart) {
      newestMs = Math.max(newestMs, windowStartMs);
      counted++;
      @Nullable Series series = limits.admit(bytes, keyStart, keyLength, windowStartMs);
      if (series == null) {
        return;
      }
      if (windowStartMs + base.tier().sizeMs() > closedUpTo) {
        open.add(series, windowStartMs, bytes, countsStart);
      } else if (!replayed) {
        revisions.add(series, windowStartMs, bytes, countsStart, inputMs, reachedMs);
      }
    }
  }

  /** Time up to which base windows have closed; {@code Long.MIN_VALUE} before the first. */
  public long closedUpTo() {
    return closedUpTo;
  }

  /** Closes the windows whose grace has passed. */
  public void close(long nowMs) {
    long reached = watermark.at(nowMs);
    if (reached != Long.MIN_VALUE) {
      closeBaseUpTo(reached - config.grace().toMillis());
    }
  }

  /** Closes, in order, every base window that ends at the given event time or before. */
  private void closeBaseUpTo(long eventTimeMs) {
    long size = base.tier().sizeMs();
    long target = base.tier().windowStart(eventTimeMs);
    if (closedUpTo == Long.MIN_VALUE) {
      // First start: windows before the oldest open one need not be closed.
      closedUpTo = Math.min(target, open.oldestMs());
    }
    while (closedUpTo < target) {
      long oldestMs = Math.min(target, open.oldestMs());
      closeBase(Math.max(closedUpTo, oldestMs - MAX_EMPTY_WINDOWS * size));
      closeCoarse();
      listener.passed(closedUpTo - size, closedUpTo, recent);
    }
    open.closed(base.tier(), closedUpTo);
    closeCoarse();
  }

  private void closeBase(long startMs) {
    long endMs = startMs + base.tier().sizeMs();
    @Nullable OpenWindow window = open.window(startMs);
    if (window != null) {
      // Until the window is marked as closed, queries read the open window and ignore its rows.
      Series[] sorted = order.of(window);
      int from = 0;
      while (from < sorted.length) {
        from = closeService(startMs, endMs, window, sorted, from);
      }
      coarse.get(0).mark(startMs);
      listener.onClosed(sorted.length);
    }
    synchronized (open) {
      open.remove(startMs);
      open.closed(base.tier(), endMs);
      closedUpTo = endMs;
    }
    lateness.passed(endMs);
    listener.complete(startMs, endMs, recent.refreshed());
  }

  /** Stores and reports the series of one service, and returns the start of the next service. */
  private int closeService(long startMs, long endMs, OpenWindow window, Series[] sorted, int from) {
    Series first = sorted[from];
    ServiceTotal total = new ServiceTotal();
    base.begin(startMs, first.key(), first.prefix());
    int next = from;
    for (; next < sorted.length && first.isOfService(sorted[next]); next++) {
      if ((next - from) % KeyTable.FETCHED_TOGETHER == 0) {
        int to = Math.min(next + KeyTable.FETCHED_TOGETHER, sorted.length);
        fetched += window.fetch(sorted, next, to);
      }
      Series series = sorted[next];
      counts.clear();
      window.addTo(counts, series);
      base.add(series.key(), counts);
      listener.closedBase(series.key(), startMs, endMs, counts);
      if (series.isLatency()) {
        listener.counted(series.key(), startMs, endMs, counts);
      }
      total.add(series.isLatency(), counts);
    }
    base.end(total);
    if (total.hasSpans()) {
      byte[] key = SeriesCodec.ofService(first.key(), first.prefix());
      listener.closedBase(key, startMs, endMs, total.stats());
    }
    return next;
  }

  /** Closes coarser windows right after the finer ones, whose retention is shorter. */
  private void closeCoarse() {
    long finerClosedUpTo = closedUpTo;
    for (int i = 0; i < coarse.size(); i++) {
      CoarseWindows windows = coarse.get(i);
      @Nullable CoarseWindows coarser = i + 1 < coarse.size() ? coarse.get(i + 1) : null;
      windows.closeUpTo(finerClosedUpTo, new CoarseReport(windows, coarser));
      finerClosedUpTo = windows.closedUpTo();
      open.closed(windows.tier(), finerClosedUpTo);
    }
  }

  /** Reports closed windows of a tier, and marks the windows of the next coarser one. */
  private final class CoarseReport implements CoarseWindows.Listener {
    private final CoarseWindows windows;
    private final @Nullable CoarseWindows coarser;

    CoarseReport(CoarseWindows windows, @Nullable CoarseWindows coarser) {
      this.windows = windows;
      this.coarser = coarser;
    }

    @Override
    public void onService(
        long startMs, SeriesTable.Entry[] series, int prefix, ServiceTotal total) {
      long endMs = startMs + windows.tier().sizeMs();
      for (SeriesTable.Entry entry : series) {
        listener.closedCoarse(entry.series(), startMs, endMs, entry.stats());
      }
      if (total.hasSpans()) {
        byte[] key = SeriesCodec.ofService(series[0].series(), prefix);
        listener.closedCoarse(key, startMs, endMs, total.stats());
      }
      listener.onClosed(series.length);
      if (coarser != null) {
        coarser.mark(startMs);
      }
    }

    @Override
    public void onComplete(long startMs) {
      listener.completeCoarse(
          startMs, startMs + windows.tier().sizeMs(), windows.recent().refreshed());
    }
  }

  /**
   * Revises windows, saves the times up to which windows have closed, and deletes the blocks of
   * closed windows.
   *
   * <p>When a commit is not one transaction, a crash may keep a time and lose the rows before it.
   * Then the time is saved one commit after the rows, and the blocks after the previously saved
   * time are kept: spans may be counted twice, but are not lost.
   */
  public void commit(long nowMs) {
    if (!revisions.isEmpty()) {
      revisions.write(closedUpTo, watermark.at(nowMs));
    }
    Map<String, Long> now = new HashMap<>();
    putClosed(now, base.tier(), closedUpTo);
    coarse.forEach(windows -> putClosed(now, windows.tier(), windows.closedUpTo()));
    long durable = storage.time(base.tier().name());
    (exactlyOnce ? now : committed).forEach(this::save);
    storage.dropBefore(exactlyOnce ? closedUpTo : durable);
    committed = now;
    save(EVENT_TIME, watermark.at(nowMs));
    watermark.save(nowMs, storage);
    dropServices();
  }

  private void putClosed(Map<String, Long> times, WindowTier tier, long upToMs) {
    times.put(tier.name(), upToMs);
    times.put(SERVICES_UP_TO + tier.name(), upToMs);
    times.put(SERVICES_SINCE + tier.name(), services.since(tier));
  }

  /** Forgets services without kept windows, whenever a window of the coarsest tier has closed. */
  private void dropServices() {
    CoarseWindows coarsest = coarse.get(coarse.size() - 1);
    if (coarsest.closedUpTo() > servicesDroppedAt) {
      servicesDroppedAt = coarsest.closedUpTo();
      services.dropBefore(servicesDroppedAt - coarsest.tier().retentionMs());
    }
  }

  private void save(String name, long timeMs) {
    if (timeMs != Long.MIN_VALUE && storage.time(name) != timeMs) {
      storage.putTime(name, timeMs);
    }
  }
}
