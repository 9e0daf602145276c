package io.tracetide.processor.topology.window;

import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.window.WindowConfig;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.OpenWindow;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.SeriesOrder;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.Watermark;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Merges partial counts into windows, closes them in every tier, and says so.
 *
 * <p>Base windows that have not closed are in memory, where queries see them; the blocks that they
 * are made of are journalled, so that a crash loses nothing. When a base window closes it becomes
 * rows of its store, and coarser windows are made from those rows when they close in turn. Work
 * that comes after its window has closed revises it, in every tier in which it has, at the next
 * commit.
 *
 * <p>What becomes known of windows goes to {@link #PUBLISH}; that base windows have closed, and
 * that recent ones were revised, also to those who judge them.
 */
public final class AggregateWindows implements Processor<byte[], byte[], byte[], WindowEvent> {

  public static final String COMMIT_HOOK = "aggregate-commit-hook";

  /** Store of how far windows have closed, by tier, in milliseconds since the epoch. */
  public static final String WATERMARKS = "window-watermarks";

  /** Store of the blocks that open windows are made of. */
  public static final String JOURNAL = "open-windows";

  /** Child that publishes windows of every tier. */
  public static final String PUBLISH = "publish-windows";

  /**
   * Windows without any work that are reported one by one. In a longer silence the first ones are
   * left out: whoever listens has long forgotten every series.
   */
  static final int MAX_SILENT_WINDOWS = 720;

  /** Key of {@link #WATERMARKS} under which the event time is kept. */
  private static final String EVENT_TIME = "event-time";

  /** What keys of {@link #WATERMARKS} begin with under which the lateness of a service is kept. */
  private static final String LATENESS = "lateness\0";

  /** How many bits of a value under such a key are the event time. */
  private static final int TIME_BITS = 56;

  /** How often it is looked whether windows can close; well below what anybody waits for. */
  private static final Duration CLOSE_INTERVAL = Duration.ofMillis(250);

  private final WindowConfig config;
  private final CardinalityConfig cardinality;
  private final IntSupplier partitionCount;
  private final boolean exactlyOnce;
  private final OpenPartitions partitions;
  private final ProcessorMetrics metrics;
  private final List<String> judges;
  private final OpenWindows open = new OpenWindows();
  private final LateSpans late = new LateSpans();
  private final Recent recent = new Recent();
  private final List<CoarseWindows> coarse = new ArrayList<>();

  /** Of the series that is being closed. */
  private final WindowStats counts = new WindowStats();

  private ProcessorContext<byte[], WindowEvent> context;
  private KeyValueStore<String, Long> marks;
  private BlockJournal journal;
  private Watermark watermark;
  private SeriesAdmission admission;
  private SeriesOrder order;
  private WindowEventForwarder announcer;
  private TierRows base;
  private UsualLateness lateness;
  private int partition;
  private long closedUpTo;

  /** Whether windows were revised at this commit that are recent enough to be judged again. */
  private boolean toJudge;

  /** Keeps what is only asked for ahead from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /** How far the tiers had closed at the last commit. */
  private Map<String, Long> committed = Map.of();

  /**
   * Aggregates into the tiers of the configuration.
   *
   * @param judges children that evaluate closed base windows, series by series
   */
  @SuppressWarnings("NullAway.Init")
  public // Streams calls init before anything else.
  AggregateWindows(WindowWiring wiring, List<String> judges, ProcessorMetrics metrics) {
    this.judges = judges;
    this.config = wiring.config();
    this.cardinality = wiring.cardinality();
    this.partitionCount = wiring.partitionCount();
    this.exactlyOnce = wiring.exactlyOnce();
    this.partitions = wiring.partitions();
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], WindowEvent> context) {
    this.context = context;
    announcer = new WindowEventForwarder(context, PUBLISH, judges);
    partition = context.taskId().partition();
    marks = context.getStateStore(WATERMARKS);
    ChangelogStart.ensure(marks, "");
    long reached = mark(EVENT_TIME);
    watermark = new Watermark(config.idleTimeout(), reached, context.currentSystemTimeMs());
    openTiers();
    openLateness();
    committed = Map.of();
    KeyValueStore<Bytes, Long> admittedNames =
        context.getStateStore(SeriesAdmission.ADMITTED_NAMES);
    ChangelogStart.ensure(admittedNames, Bytes.wrap(new byte[0]));
    admission =
        new SeriesAdmission(cardinality.limits(partitionCount.getAsInt()), admittedNames, metrics);
    order = new SeriesOrder();
    journal = new BlockJournal(context.getStateStore(JOURNAL));
    journal.replay(block -> journal.keep(count(block, true)));
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::write, this::forget);
    context.schedule(CLOSE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::close);
    partitions.opened(partition, open);
  }

  private void openTiers() {
    open.clear();
    coarse.clear();
    List<WindowTier> tiers = config.tiers();
    base = rows(tiers.get(0));
    closedUpTo = mark(base.tier().name());
    noteClosed(base.tier(), closedUpTo);
    TierRows finer = base;
    long finerClosedUpTo = closedUpTo;
    for (WindowTier tier : tiers.subList(1, tiers.size())) {
      CoarseWindows windows =
          new CoarseWindows(rows(tier), finer, mark(tier.name()), finerClosedUpTo);
      noteClosed(tier, windows.closedUpTo());
      coarse.add(windows);
      finer = windows.rows();
      finerClosedUpTo = windows.closedUpTo();
    }
  }

  private void openLateness() {
    lateness = new UsualLateness(config.judgedAgain(), new LatenessMarks());
    try (KeyValueIterator<String, Long> all = marks.all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> mark = all.next();
        if (mark.key.startsWith(LATENESS)) {
          String[] names = mark.key.substring(LATENESS.length()).split("\0", 2);
          long seenMs = mark.value & (1L << TIME_BITS) - 1;
          lateness.restore(
              SeriesId.ofOperation(names[0], names[1], SeriesId.ALL_OPERATIONS),
              new UsualLateness.Late((int) (mark.value >>> TIME_BITS), seenMs));
        }
      }
    }
  }

  /** Keeps the lateness of services among the marks. */
  private final class LatenessMarks implements UsualLateness.Store {

    @Override
    public void put(SeriesId service, UsualLateness.Late late) {
      marks.put(key(service), (long) late.windows() << TIME_BITS | late.seenMs());
    }

    @Override
    public void delete(SeriesId service) {
      marks.delete(key(service));
    }

    private static String key(SeriesId service) {
      return LATENESS + service.tenant() + "\0" + service.service();
    }
  }

  /** What judges may look up. They go service by service, so the last one is kept at hand. */
  private final class Recent implements RecentWindows {
    private Map<SeriesId, WindowStats> service = Map.of();
    private @Nullable SeriesId of;
    private long ofMs;

    /** Forgets what may have been revised since. */
    Recent anew() {
      service = Map.of();
      of = null;
      return this;
    }

    @Override
    public int lateness(SeriesId series) {
      return lateness.of(series);
    }

    @Override
    public @Nullable WindowStats stats(SeriesId series, long startMs) {
      SeriesId known = of;
      if (known == null
          || ofMs != startMs
          || !known.service().equals(series.service())
          || !known.tenant().equals(series.tenant())) {
        service = base.service(startMs, series);
        of = series;
        ofMs = startMs;
      }
      return service.get(series);
    }
  }

  private TierRows rows(WindowTier tier) {
    WindowStore<Bytes, byte[]> store = context.getStateStore(tier.storeName());
    ChangelogStart.ensure(store);
    return new TierRows(tier, store);
  }

  private long mark(String name) {
    @Nullable Long saved = marks.get(name);
    return saved == null ? Long.MIN_VALUE : saved;
  }

  private void noteClosed(WindowTier tier, long upToMs) {
    if (upToMs != Long.MIN_VALUE) {
      open.closed(tier, upToMs);
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byte[] block = record.value();
    watermark.advance(
        PartialBlock.input(block), PartialBlock.inputEventMs(block), context.currentSystemTimeMs());
    long newestMs = count(block, false);
    if (newestMs + base.tier().sizeMs() > mark(base.tier().name())) {
      journal.append(block, newestMs);
    }
    while (open.size() > config.maxOpenSeries()) {
      metrics.windowsClosedEarly.increment();
      closeBaseUpTo(open.oldestMs() + base.tier().sizeMs());
    }
  }

  /**
   * Adds a block to the windows that are open, and to the late work.
   *
   * @param again whether late work was counted already, before a restart
   * @return start of the newest window in it
   */
  private long count(byte[] block, boolean again) {
    admission.heldFrom(open.oldestMs());
    Counting counting =
        new Counting(
            again, watermark.at(context.currentSystemTimeMs()), PartialBlock.inputEventMs(block));
    // Whoever asks waits for a block, so that the lock is taken once for all its counts.
    synchronized (open) {
      PartialBlock.read(block, counting);
    }
    metrics.partials.increment(counting.counted);
    return counting.newestMs;
  }

  /** Counts one block. */
  private final class Counting implements PartialBlock.Visitor {
    private final boolean again;
    private final long reachedMs;
    private final long inputMs;
    private long newestMs;
    private int counted;

    Counting(boolean again, long reachedMs, long inputMs) {
      this.again = again;
      this.reachedMs = reachedMs;
      this.inputMs = inputMs;
    }

    @Override
    public void ahead(byte[] bytes, int keyStart, int keyLength) {
      fetched += admission.fetch(bytes, keyStart, keyLength);
    }

    @Override
    public void visit(
        byte[] bytes, int keyStart, int keyLength, long windowStartMs, int countsStart) {
      newestMs = Math.max(newestMs, windowStartMs);
      counted++;
      @Nullable Series series = admission.admit(bytes, keyStart, keyLength, windowStartMs);
      if (series == null) {
        return;
      }
      if (windowStartMs + base.tier().sizeMs() > closedUpTo) {
        open.add(series, windowStartMs, bytes, countsStart);
      } else if (!again && isKept(windowStartMs, reachedMs)) {
        PartialBlock.addTo(late.at(series.key(), windowStartMs), bytes, countsStart);
        noteLateness(series, windowStartMs, inputMs);
        metrics.latePartials.increment();
      }
    }
  }

  /**
   * Notes how late work is within its own input. What merely comes by an input that is behind
   * others, as in a replay, says nothing about its service.
   */
  private void noteLateness(Series series, long startMs, long inputMs) {
    long size = base.tier().sizeMs();
    long closedByInput = base.tier().windowStart(inputMs - config.grace().toMillis());
    if (closedByInput >= startMs + size && series.isLatency()) {
      int windows = (int) ((closedByInput - startMs) / size);
      late.came(series.key(), series.prefix(), startMs, windows);
    }
  }

  /** Whether any tier keeps the window; those that do not are metered. */
  private boolean isKept(long baseStartMs, long reachedMs) {
    boolean kept = false;
    for (WindowTier tier : config.tiers()) {
      long endMs = tier.windowStart(baseStartMs) + tier.sizeMs();
      if (endMs > keptFrom(tier, reachedMs)) {
        kept = true;
      } else {
        metrics.expired(tier.name()).increment();
      }
    }
    return kept;
  }

  private static long keptFrom(WindowTier tier, long reachedMs) {
    return reachedMs == Long.MIN_VALUE ? Long.MIN_VALUE : reachedMs - tier.retentionMs();
  }

  private void close(long nowMs) {
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
      // The first windows ever: nothing before the oldest work needs to be closed.
      closedUpTo = Math.min(target, open.oldestMs());
    }
    while (closedUpTo < target) {
      long nextWork = Math.min(target, open.oldestMs());
      closeBase(Math.max(closedUpTo, nextWork - MAX_SILENT_WINDOWS * size));
      closeCoarse();
    }
    open.closed(base.tier(), closedUpTo);
    closeCoarse();
  }

  private void closeBase(long startMs) {
    long endMs = startMs + base.tier().sizeMs();
    @Nullable OpenWindow window = open.window(startMs);
    if (window != null) {
      // Who asks meanwhile finds the window open: its rows count once it is said to have closed.
      Series[] sorted = order.of(window);
      int from = 0;
      while (from < sorted.length) {
        from = closeService(startMs, endMs, window, sorted, from);
      }
      coarse.get(0).work(startMs);
      metrics.windowsClosed.increment(sorted.length);
    }
    synchronized (open) {
      open.remove(startMs);
      open.closed(base.tier(), endMs);
      closedUpTo = endMs;
    }
    lateness.passed(endMs);
    announcer.complete(startMs, endMs, recent.anew());
  }

  /** Stores and announces the series of one service, and returns where the next one begins. */
  private int closeService(long startMs, long endMs, OpenWindow window, Series[] sorted, int from) {
    Series first = sorted[from];
    WindowEventForwarder.ServiceTotal total = new WindowEventForwarder.ServiceTotal();
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
      announcer.closedBase(series.key(), startMs, endMs, counts);
      total.add(series.isLatency(), counts);
    }
    base.end();
    if (total.worked()) {
      byte[] key = SeriesCodec.ofService(first.key(), first.prefix());
      announcer.closedBase(key, startMs, endMs, total.stats());
    }
    return next;
  }

  /** Closes coarser windows as soon as what they are made of has: it is not kept for ever. */
  private void closeCoarse() {
    long finerClosedUpTo = closedUpTo;
    for (int i = 0; i < coarse.size(); i++) {
      CoarseWindows windows = coarse.get(i);
      @Nullable CoarseWindows coarser = i + 1 < coarse.size() ? coarse.get(i + 1) : null;
      windows.closeUpTo(
          finerClosedUpTo,
          (startMs, series, prefix) -> {
            announceCoarse(startMs, startMs + windows.tier().sizeMs(), series, prefix);
            metrics.windowsClosed.increment(series.length);
            if (coarser != null) {
              coarser.work(startMs);
            }
          });
      finerClosedUpTo = windows.closedUpTo();
      open.closed(windows.tier(), finerClosedUpTo);
    }
  }

  private void announceCoarse(long startMs, long endMs, SeriesTable.Entry[] entries, int prefix) {
    WindowEventForwarder.ServiceTotal total = new WindowEventForwarder.ServiceTotal();
    for (SeriesTable.Entry entry : entries) {
      announcer.closedCoarse(entry.series(), startMs, endMs, entry.stats());
      total.add(SeriesCodec.isLatency(entry.series()), entry.stats());
    }
    if (total.worked()) {
      byte[] key = SeriesCodec.ofService(entries[0].series(), prefix);
      announcer.closedCoarse(key, startMs, endMs, total.stats());
    }
  }

  private void write() {
    if (!late.isEmpty()) {
      long reached = watermark.at(context.currentSystemTimeMs());
      revise(base, closedUpTo, reached, 0);
      if (toJudge) {
        long size = base.tier().sizeMs();
        announcer.revisionsComplete(closedUpTo - size, closedUpTo, recent.anew());
        toJudge = false;
      }
      for (int i = 0; i < coarse.size(); i++) {
        revise(coarse.get(i).rows(), coarse.get(i).closedUpTo(), reached, i + 1);
      }
      late.clear();
    }
    admission.write();
    saveProgress();
  }

  /**
   * Stores how far windows have closed, and drops what they were made of.
   *
   * <p>Where a commit is not all or nothing, a crash may keep a mark and lose the rows that it
   * speaks of. So there the mark is stored one commit after the rows, and the journal holds what
   * the mark before it leaves open: work may then be counted again, and is never lost.
   */
  private void saveProgress() {
    Map<String, Long> now = new HashMap<>();
    now.put(base.tier().name(), closedUpTo);
    coarse.forEach(windows -> now.put(windows.tier().name(), windows.closedUpTo()));
    long durable = mark(base.tier().name());
    (exactlyOnce ? now : committed).forEach(this::save);
    journal.dropBefore(exactlyOnce ? closedUpTo : durable);
    committed = now;
    save(EVENT_TIME, watermark.at(context.currentSystemTimeMs()));
  }

  /**
   * Revises the windows of a tier that have closed.
   *
   * @param coarser index of the next coarser tier, which may have to be made of them yet
   */
  private void revise(TierRows rows, long tierClosedUpTo, long reachedMs, int coarser) {
    late.revise(
        rows,
        tierClosedUpTo,
        keptFrom(rows.tier(), reachedMs),
        (startMs, cells, prefix) -> {
          announceRevised(startMs, startMs + rows.tier().sizeMs(), cells, prefix);
          if (coarser < coarse.size()) {
            coarse.get(coarser).work(startMs);
          }
        });
  }

  private void announceRevised(
      long startMs, long endMs, Collection<TierRows.Cell> cells, int prefix) {
    WindowEventForwarder.ServiceTotal total = new WindowEventForwarder.ServiceTotal();
    boolean judge = isJudgedAgain(startMs, endMs);
    toJudge |= judge;
    byte @Nullable [] service = null;
    int revision = 0;
    long lateCount = 0;
    for (TierRows.Cell cell : cells) {
      boolean latency = SeriesCodec.isLatency(cell.series());
      if (cell.isRevised()) {
        metrics.windowsRevised.increment();
        announcer.revised(cell.series(), startMs, endMs, cell.stats(), cell.revision(), judge);
        service = latency ? SeriesCodec.ofService(cell.series(), prefix) : service;
      }
      if (latency) {
        total.add(true, cell.stats());
        // The sum rises with each operation's own, so it never repeats.
        revision += cell.revision();
        lateCount += cell.lateCount();
      }
    }
    if (service != null) {
      metrics.windowsRevised.increment();
      announcer.revised(service, startMs, endMs, total.stats(), revision, judge);
      if (judge) {
        double share = (double) lateCount / Math.max(1, total.stats().count());
        int windows = late.lateness(service, prefix, startMs);
        lateness.came(SeriesCodec.decode(service), windows, share, closedUpTo);
      }
    }
  }

  /** Whether a window is a base window that ended not long before the newest one that closed. */
  private boolean isJudgedAgain(long startMs, long endMs) {
    return endMs - startMs == base.tier().sizeMs()
        && closedUpTo - endMs < config.judgeRevisionsFor().toMillis();
  }

  private void save(String mark, long value) {
    if (value != Long.MIN_VALUE && mark(mark) != value) {
      marks.put(mark, value);
    }
  }

  /** Drops what is in memory: the task begins again from its last commit. */
  private void forget() {
    partitions.closed(partition, open);
    open.clear();
    late.clear();
    toJudge = false;
  }
}
