package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.ObservedClock;
import io.tracetide.processor.ledger.follow.OpenTraces;
import io.tracetide.processor.ledger.follow.OperationHistories;
import io.tracetide.processor.ledger.follow.SpanFacts;
import io.tracetide.processor.ledger.recent.RecentTraces;
import io.tracetide.processor.ledger.recent.RememberedSpans;
import io.tracetide.processor.ledger.recent.RetainedTraces;
import io.tracetide.processor.ledger.recent.ShortLivedTraces;
import io.tracetide.processor.ledger.recent.ShortLivedTraces.Brief;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMeter;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.DurationLimit;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the ledger: it follows the traces that have started and not ended, and sees to
 * it that work counts once.
 *
 * <p>Finished work of a trace that nobody follows is compared with what was counted lately, noted
 * among the recent traces, and passed on; that is all. A trace that begins is a brief one first, of
 * which only the records are held: when all its spans end before the commit, and nothing about them
 * matters to anybody, that was all, too. Other events change the trace that they belong to, in
 * memory, until the commit: a trace that has ended by then goes to the recent ones, and one that is
 * open to the store, from where its next event fetches it. Of an open trace memory has no more than
 * its 64-bit name, and the tick at which it is looked at.
 *
 * <p>Used by one thread, but for {@link #partition}.
 */
public final class TraceLedger {

  private static final long HISTORY_INTERVAL_MS = 30_000;

  /* What is remembered of counted work beside its name. */

  /** It was counted without a duration. */
  private static final long UNTIMED = Long.MIN_VALUE + 1;

  /** A further report brought its duration. */
  private static final long TIMED = Long.MIN_VALUE + 2;

  /** It was counted as failed. */
  private static final long FAILED = Long.MIN_VALUE + 3;

  private static final String OBSERVED = "observed";
  private static final String HISTORY = "history/";

  private final LedgerConfig config;
  private final TraceJudge judge;
  private final FastPathFilter plainWork;
  private final TraceMeter meter;
  private final EventSource events;
  private final LedgerStorage storage;
  private final LedgerOutput output;
  private final LedgerTally tally;
  private final long slowMicros;
  private final ObservedClock clock;
  private final OpenTraces open;
  private final TraceAssessor assessor;
  private final RetainedTraces kept;
  private final RememberedSpans remembered;
  private final RecentTraces recent;
  private final OperationHistories histories;
  private final TraceView released = new TraceView();
  private final FactWriter out = new FactWriter();

  private final ShortLivedTraces brief = new ShortLivedTraces();

  /** Traces that have changed since the last commit. */
  private final Map<Key, FollowedTrace> live = new HashMap<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long nowMs;
  private long historiesWrittenMs;
  private long metFollowed;
  private long metRemembered;
  private long metWaiting;

  /** A trace, by the text of its key. */
  private record Key(String tenant, String traceId) {}

  /** What was known of a span before an event. */
  private record Known(boolean begun, @Nullable SpanEnd end, long durationMicros) {

    private static final Known NOTHING = new Known(false, null, -1);

    static Known of(@Nullable SpanFacts span) {
      return span == null ? NOTHING : new Known(span.begun, span.end, span.durationMicros());
    }
  }

  /** A trace with an end that waits for its start, and until when. */
  private record Waiting(Key key, long untilMs) {}

  /**
   * Goes on from what is stored.
   *
   * @param templating whether operations are reported under the templates of their names
   * @param nowMs wall clock, milliseconds since the epoch
   * @param longestStepMs see {@link ObservedClock}
   */
  public TraceLedger(
      LedgerConfig config,
      boolean templating,
      TraceJudge judge,
      TraceMeter meter,
      EventSource events,
      LedgerStorage storage,
      LedgerOutput output,
      LedgerTally tally,
      long nowMs,
      long longestStepMs) {
    this.config = config;
    this.judge = judge;
    this.plainWork = new FastPathFilter(judge);
    this.meter = meter;
    this.events = events;
    this.storage = storage;
    this.output = output;
    this.tally = tally;
    this.nowMs = nowMs;
    this.historiesWrittenMs = nowMs;
    this.slowMicros = config.kept().slowerThan().toNanos() / 1_000;
    byte[] observed = storage.mark(OBSERVED);
    clock =
        new ObservedClock(
            observed == null ? 0 : ByteBuffer.wrap(observed).getLong(), nowMs, longestStepMs);
    open = new OpenTraces(storage, clock);
    kept = new RetainedTraces(config.kept(), storage, tally);
    remembered =
        new RememberedSpans(
            config.duplicates().window().toMillis(),
            config.duplicates().maxSpans(),
            new RememberedSpans.Journal() {
              @Override
              public void append(byte[] key, byte[] names) {
                storage.appendNames(key, names);
              }

              @Override
              public void drop(byte[] key) {
                storage.dropNames(key);
              }
            },
            nowMs);
    recent =
        new RecentTraces(
            config.recent().maxEvents(),
            config.recent().maxMegabytes() << 20,
            config.recent().keep().toMillis());
    histories = new OperationHistories(config.silence());
    assessor = new TraceAssessor(config, templating, judge, histories, clock, output, tally);
    restore();
  }

  private void restore() {
    List<byte[][]> journal = new ArrayList<>();
    storage.readNames((key, names) -> journal.add(new byte[][] {key, names}));
    journal.forEach(chunk -> remembered.restore(chunk[0], chunk[1]));
    storage.readMarks(
        HISTORY,
        (name, history) -> {
          histories.restore(name.substring(HISTORY.length()), history);
          return true;
        });
    open.restore(nowMs, trace -> awaitStart(new Key(trace.tenant, trace.traceId)));
    meter();
  }

  /** What other threads may read. */
  public LedgerPartition partition() {
    return new LedgerReading(
        storage, recent, open.notable(), open.counts(), events, config.limits());
  }

  /** Whether a trace is followed, or was lately. */
  boolean isFollowed(String tenant, String traceId) {
    long name = TraceHash.ofTrace(tenant, traceId);
    return open.contains(name) || recent.isFollowed(name);
  }

  /** Time goes by; to be called several times a second. */
  public void look(long wallMs, boolean caughtUp) {
    nowMs = wallMs;
    clock.look(wallMs, caughtUp);
    while (!waiting.isEmpty() && waiting.element().untilMs() <= wallMs) {
      giveUpWaiting(waiting.remove().key());
    }
    open.advance(wallMs, this::lookAt);
    recent.expire(wallMs);
    kept.look(wallMs);
  }

  /** Makes the names that {@link #fetch} asks by. */
  public void prepare(TraceView event) {
    event.spanHash();
    if (!event.isCompleted()) {
      event.recordHash();
    } else if (brief.size() > 0) {
      event.operationHash();
    }
  }

  /**
   * Asks memory for what taking an event looks at, see {@link KeyTable#fetch}.
   *
   * @param ahead events that are taken before
   */
  public int fetch(TraceView event, int ahead) {
    long name = event.traceHash();
    int fetched =
        recent.fetch(name, ahead) + remembered.fetch(event.spanHash()) + brief.fetch(name);
    if (!event.isCompleted()) {
      fetched += remembered.fetch(event.recordHash());
    } else if (brief.size() > 0) {
      fetched += histories.fetch(event);
    }
    return fetched;
  }

  /** Takes an event, and passes on what is to be counted. */
  public void take(TraceView event) {
    long name = event.traceHash();
    boolean plain =
        event.isCompleted()
            && event.hasDuration()
            && !event.isFailed()
            && event.durationMicros() <= slowMicros
            && !event.tellsOfWorkflow();
    if (open.contains(name) || recent.isFollowed(name)) {
      follow(event, name, plain);
      return;
    }
    Brief known = brief.of(event, name);
    if (known != null) {
      goOn(event, name, plain, known);
    } else if (!plain) {
      if (!begins(event, name)) {
        follow(event, name, false);
      }
    } else if (mayBeJudged(event)) {
      follow(event, name, true);
    } else {
      takePlain(event, name);
    }
  }

  /** Begins a brief trace with an event, if it is the first one and nothing speaks against it. */
  private boolean begins(TraceView event, long name) {
    if (!event.isStarted()
        || open.size() + brief.size() >= config.maxOpen()
        || !brief.hasRoom()
        || recent.knows(name)
        || !isOfNoConcern(event)) {
      return false;
    }
    long span = event.spanHash();
    Brief trace = remembered.contains(span) ? null : brief.begin(event, name, span);
    if (trace == null) {
      return false;
    }
    if (!remembered.add(event.recordHash())) {
      brief.remove(name);
      return false;
    }
    hold(event, trace);
    return true;
  }

  /** Whether an event that does not end work tells nothing that has to be judged. */
  private boolean isOfNoConcern(TraceView event) {
    return !event.tellsOfWorkflow()
        && (event.isStarted() ? !plainWork.concerns(event) : judge == TraceJudge.LENIENT);
  }

  /** Takes a further event of a brief trace, which may cease to be one by it. */
  private void goOn(TraceView event, long name, boolean plain, Brief trace) {
    long span = event.spanHash();
    if (plain && !plainWork.concerns(event)) {
      endIn(trace, event, name, span);
    } else if (event.isCompleted() || !isOfNoConcern(event) || !goesOn(trace, event, span)) {
      followBrief(name, trace);
      follow(event, name, plain);
    }
  }

  /** Holds the event of a span that starts now, or tells of itself after its start. */
  private boolean goesOn(Brief trace, TraceView event, long span) {
    if (trace.hasBegun(span) == event.isStarted()
        || remembered.contains(span)
        || !remembered.add(event.recordHash())) {
      return false;
    }
    if (event.isStarted()) {
      trace.begin(span);
    }
    hold(event, trace);
    return true;
  }

  private void hold(TraceView event, Brief trace) {
    brief.add(trace, event);
    trace.heard(nowMs, clock.observedMs());
    output.count(event);
  }

  private void endIn(Brief trace, TraceView event, long name, long span) {
    boolean begun = trace.hasBegun(span);
    if (!isFirst(event, span, begun)) {
      tally.duplicates.increment();
      return;
    }
    hold(event, trace);
    if (begun && trace.isRoot(span)) {
      histories.add(event, clock.observedMs());
    }
    trace.end(span);
    if (trace.isOver()) {
      trace.addTo(recent, name, nowMs);
      brief.remove(name);
    }
  }

  /** A brief trace is followed from now on. */
  private void followBrief(long name, Brief trace) {
    join(name, trace);
    brief.remove(name);
  }

  private void join(long name, Brief held) {
    Key key = new Key(held.tenant(), held.traceId());
    FollowedTrace known = find(key, name);
    FollowedTrace trace = known == null ? fromRecent(key, name) : known;
    held.forEach(
        record -> {
          TraceEvent whole = events.decode(record);
          if (whole != null) {
            remembered.add(TraceHash.ofBytes(record));
            tally.stepsDropped.add(trace.merge(whole, record.length, config.limits()));
          }
        });
    if (!trace.isEmpty()) {
      trace.heard(held.heardMs(), held.heardAt());
      live.put(key, trace);
      open.add(name);
    }
  }

  /** Whether plain work has to be judged, and there is a place for it should it be wrong. */
  private boolean mayBeJudged(TraceView event) {
    if (!plainWork.concerns(event)) {
      return false;
    }
    if (open.size() >= config.maxOpen()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  private void takePlain(TraceView event, long name) {
    long span = event.spanHash();
    if (!isFirst(event, span, false)) {
      complete(event, false, event.timestampMicros());
      return;
    }
    recent.add(name, event.bytes(), event.recordStart(), event.recordLength(), false, nowMs);
    countEnd(event);
  }

  /**
   * Whether finished work has not been counted yet; it then has.
   *
   * @param begun whether an event told of the span before: then it ends once, whenever that is
   */
  private boolean isFirst(TraceView event, long span, boolean begun) {
    if (event.hasSpanId()) {
      return remembered.add(span);
    }
    boolean firstAtThisTime = remembered.add(event.timedSpanHash(span));
    boolean firstOfAll = remembered.add(span);
    return begun ? firstOfAll : firstAtThisTime;
  }

  /** The same of something that an end says; it is remembered beside the name of the span. */
  private boolean isNews(TraceView event, boolean begun, long what) {
    long span = event.spanHash();
    boolean newAtThisTime =
        !event.hasSpanId() && remembered.add(TraceHash.mix(event.timedSpanHash(span), what));
    boolean newOfAll = remembered.add(TraceHash.mix(span, what));
    return (begun || event.hasSpanId()) ? newOfAll : newAtThisTime;
  }

  private boolean isKnown(TraceView event, boolean begun, long what) {
    long span = event.spanHash();
    long work = (begun || event.hasSpanId()) ? span : event.timedSpanHash(span);
    return remembered.contains(TraceHash.mix(work, what));
  }

  /** Counts finished work, and remembers what a further report of it may add. */
  private void countEnd(TraceView event) {
    if (!event.hasDuration()) {
      isNews(event, false, UNTIMED);
    }
    if (event.isFailed()) {
      isNews(event, false, FAILED);
    }
    output.count(event);
  }

  /**
   * Work is reported again. It counts once; what the counted report lacked is added to it.
   *
   * @param atMicros when the counted report says that the work was done, or as near as is known
   */
  private void complete(TraceView event, boolean begun, long atMicros) {
    tally.duplicates.increment();
    boolean duration =
        event.hasDuration() && isKnown(event, begun, UNTIMED) && isNews(event, begun, TIMED);
    boolean failure = event.isFailed() && isNews(event, begun, FAILED);
    if (duration || failure) {
      output.complete(event, atMicros, duration, failure);
    }
  }

  private void follow(TraceView event, long name, boolean plain) {
    boolean finished = event.isCompleted() && event.hasDuration();
    Key key = new Key(event.tenant(), event.traceId());
    FollowedTrace known = find(key, name);
    boolean toBeKept = known == null && finished && !plain && !event.tellsOfWorkflow();
    boolean refused = toBeKept && !kept.mayKeep(key.tenant(), event.service());
    if (refused && !mayBeJudged(event)) {
      takePlain(event, name);
      return;
    }
    byte[] record = event.copyRecord();
    TraceEvent whole = events.decode(record);
    if (whole == null) {
      passUnfollowed(event, name);
      return;
    }
    if (!remembered.add(event.recordHash())) {
      tally.duplicates.increment();
      return;
    }
    long span = event.spanHash();
    if (known == null && !mayFollow(event, span, finished)) {
      passUnfollowed(event, name);
      return;
    }
    FollowedTrace trace = known == null ? fromRecent(key, name) : known;
    trace.mayBeKept |= toBeKept && !refused;
    trace.refused |= refused;
    Known before = Known.of(trace.span(whole));
    List<SpanMeasurement> measured = measured(event, trace);
    tally.stepsDropped.add(trace.merge(whole, record.length, config.limits()));
    for (SpanMeasurement added : SpanMeasurement.added(measured, measured(event, trace))) {
      output.count(key.tenant(), trace.inTime(added), event.samplingWeight());
    }
    trace.heard(nowMs, clock.observedMs());
    live.put(key, trace);
    open.add(name);
    if (event.isCompleted()) {
      if (isFirst(event, span, before.begun())) {
        end(event, trace, trace.span(whole), record, key);
      } else {
        endAgain(event, trace, whole, before, record);
      }
    } else {
      output.count(event);
      if (event.isStarted() && !release(trace, FollowedTrace.spanName(whole))) {
        startAfterEnd(event, trace.span(whole), before);
      }
    }
  }

  private List<SpanMeasurement> measured(TraceView event, FollowedTrace trace) {
    return event.tellsOfWorkflow() && !trace.isEmpty()
        ? meter.measure(trace.snapshot())
        : List.of();
  }

  private void passUnfollowed(TraceView event, long name) {
    if (event.isCompleted()) {
      takePlain(event, name);
    } else {
      output.count(event);
    }
  }

  /** Whether a trace of which nothing is known is followed from this event on. */
  private boolean mayFollow(TraceView event, long span, boolean finished) {
    if (finished) {
      return true;
    }
    if (!event.isCompleted() && remembered.contains(span) && !recentlyKnown(event)) {
      return false; // Its end has been counted, and the rest is forgotten.
    }
    if (open.size() >= config.maxOpen()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  private boolean recentlyKnown(TraceView event) {
    return !recent.of(event.traceHash()).isEmpty();
  }

  private void end(
      TraceView event, FollowedTrace trace, @Nullable SpanFacts span, byte[] record, Key key) {
    if (!event.hasDuration()) {
      if (span != null && span.startedAtMicros != SpanFacts.UNKNOWN) {
        setDuration(event, span);
      } else if (!config.orderWait().isZero() && trace.hold(events.masked(record))) {
        awaitStart(key);
        return;
      }
    }
    countEnd(event);
  }

  /**
   * A span is told to have ended once more: this end takes the place of the former one while that
   * waits for its start, else it completes what was counted.
   */
  private void endAgain(
      TraceView event, FollowedTrace trace, TraceEvent whole, Known before, byte[] record) {
    boolean oneWork = event.hasSpanId() || before.begun();
    for (int i = 0; i < trace.held.size(); i++) {
      TraceEvent waits = events.decode(trace.held.get(i));
      if (waits != null
          && FollowedTrace.spanName(waits) == FollowedTrace.spanName(whole)
          && (oneWork || waits.getTimestamp().equals(whole.getTimestamp()))) {
        tally.duplicates.increment();
        replace(i, waits.getStatus() == TraceStatus.FAILED, event, trace, record);
        return;
      }
    }
    SpanEnd known = before.end();
    complete(event, before.begun(), known == null ? event.timestampMicros() : known.atMicros());
  }

  /** Lets an end take the place of one that waits, if it says more. */
  private void replace(
      int waiting, boolean failed, TraceView event, FollowedTrace trace, byte[] record) {
    if (event.hasDuration()) {
      trace.held.remove(waiting);
      if (failed) {
        event.setFailed();
      }
      countEnd(event);
    } else if (event.isFailed() && !failed) {
      trace.held.set(waiting, events.masked(record));
    }
  }

  /** The start of a span comes that was counted without a duration, because it came too late. */
  private void startAfterEnd(TraceView event, @Nullable SpanFacts span, Known before) {
    SpanEnd counted = before.end();
    if (counted != null
        && span != null
        && before.durationMicros() < 0
        && span.durationMicros() >= 0
        && isKnown(event, true, UNTIMED)
        && isNews(event, true, TIMED)) {
      event.setDurationMicros(span.durationMicros());
      output.complete(event, counted.atMicros(), true, false);
    }
  }

  private static void setDuration(TraceView event, SpanFacts span) {
    long micros = event.timestampMicros() - span.startedAtMicros;
    if (DurationLimit.allows(micros)) {
      event.setDurationMicros(micros);
    }
  }

  private void awaitStart(Key key) {
    waiting.add(new Waiting(key, nowMs + config.orderWait().toMillis()));
  }

  /** Counts the ends of a span that have waited for its start; false when there was none. */
  private boolean release(FollowedTrace trace, long spanName) {
    if (trace.held.isEmpty()) {
      return false;
    }
    List<byte[]> left = new ArrayList<>();
    for (byte[] record : trace.held) {
      TraceEvent end = events.decode(record);
      SpanFacts span = end == null ? null : trace.span(end);
      if (end != null && span != null && FollowedTrace.spanName(end) == spanName) {
        events.read(record, released);
        setDuration(released, span);
        countEnd(released);
      } else {
        left.add(record);
      }
    }
    boolean any = left.size() < trace.held.size();
    trace.held = left;
    return any;
  }

  private void giveUpWaiting(Key key) {
    FollowedTrace trace = find(key, TraceHash.ofTrace(key.tenant(), key.traceId()));
    if (trace == null || trace.held.isEmpty()) {
      return;
    }
    for (byte[] record : trace.held) {
      events.read(record, released);
      countEnd(released);
      tally.startsMissed.increment();
    }
    trace.held = new ArrayList<>();
    live.put(key, trace);
  }

  /** A trace that is followed, or was lately; null when there is none. */
  private @Nullable FollowedTrace find(Key key, long name) {
    FollowedTrace changed = live.get(key);
    if (changed != null) {
      return changed;
    }
    FollowedTrace stored = open.find(key.tenant(), key.traceId(), name);
    if (stored != null) {
      return stored;
    }
    if (recent.isFollowed(name)) {
      return fromRecent(key, name);
    }
    return null;
  }

  /** A trace of what came of it lately; an empty one when nothing did. */
  private FollowedTrace fromRecent(Key key, long name) {
    FollowedTrace trace =
        LedgerReading.join(recent.of(name), key.tenant(), key.traceId(), events, config.limits());
    if (trace == null) {
      return new FollowedTrace(key.tenant(), key.traceId());
    }
    for (RecentTraces.Entry entry : recent.of(name)) {
      if (!entry.whole()) {
        remembered.add(TraceHash.ofBytes(entry.bytes()));
      }
    }
    trace.inHistory |= trace.root().begun && !trace.isOpen(); // It was a brief one.
    return trace;
  }

  /** Writes what has changed since the last commit. */
  public void commit(long wallMs) {
    nowMs = wallMs;
    brief.removeAll((name, held) -> guarded(() -> join(name, held)));
    live.forEach((key, trace) -> guarded(() -> settle(key, trace)));
    live.clear();
    remembered.commit(wallMs);
    if (open.size() > 0) {
      storage.putMark(
          OBSERVED, ByteBuffer.allocate(Long.BYTES).putLong(clock.observedMs()).array());
    }
    if (wallMs - historiesWrittenMs >= HISTORY_INTERVAL_MS) {
      historiesWrittenMs = wallMs;
      histories.write(
          new OperationHistories.Store() {
            @Override
            public void put(String operation, byte[] history) {
              storage.putMark(HISTORY + operation, history);
            }

            @Override
            public void remove(String operation) {
              storage.removeMark(HISTORY + operation);
            }
          });
    }
    meter();
  }

  /** What one trace cannot do must not keep the others from being committed. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      output.failed(e);
    }
  }

  private void meter() {
    meter(open.size(), remembered.size(), waiting.size());
  }

  private void meter(long followed, long names, long waits) {
    tally.followed.add(followed - metFollowed);
    tally.remembered.add(names - metRemembered);
    tally.waiting.add(waits - metWaiting);
    metFollowed = followed;
    metRemembered = names;
    metWaiting = waits;
  }

  /** Takes what this partition holds out of the tally; it is not used any more. */
  public void close() {
    meter(0, 0, 0);
  }

  /** Assesses a trace and puts it where it belongs. */
  private void settle(Key key, FollowedTrace trace) {
    long name = TraceHash.ofTrace(key.tenant(), key.traceId());
    boolean isOpen = trace.isOpen();
    if (isOpen) {
      trace.endedAt = -1;
    } else {
      trace.endedAt = trace.endedAt < 0 ? clock.observedMs() : trace.endedAt;
      rememberDuration(trace);
    }
    TraceAssessor.Assessment seen = assessor.assess(trace, isOpen, nowMs);
    if (isOpen && seen.over()) {
      open.remove(trace, name);
    } else if (isOpen || !trace.held.isEmpty() || !trace.reported.isEmpty()) {
      open.put(trace, name, seen.dueAt(), nowMs, out);
    } else {
      finish(trace, name);
    }
  }

  private void rememberDuration(FollowedTrace trace) {
    SpanFacts root = trace.root();
    if (!trace.inHistory && root.begun && root.durationMicros() >= 0) {
      trace.inHistory = true;
      histories.add(trace.tenant, root, clock.observedMs());
    }
  }

  /** A trace is at its end: from now on it is one of the recent ones. */
  private void finish(FollowedTrace trace, long name) {
    byte[] bytes = trace.encode(Long.MAX_VALUE, out);
    recent.add(name, bytes, 0, bytes.length, true, nowMs);
    SpanFacts root = trace.root();
    boolean wasStored = trace.counted != null;
    if ((wasStored || trace.isFailed() || root.durationMicros() > slowMicros || trace.mayBeKept)
        && (trace.mayBeKept || (!trace.refused && kept.mayKeep(trace.tenant, root.service)))) {
      kept.keep(trace.key(), bytes, nowMs);
    }
    open.remove(trace, name);
  }

  /** The time of a stored trace has come; one that has changed is looked at with the commit. */
  private void lookAt(FollowedTrace trace) {
    Key key = new Key(trace.tenant, trace.traceId);
    if (!live.containsKey(key)) {
      settle(key, trace);
    }
  }
}
