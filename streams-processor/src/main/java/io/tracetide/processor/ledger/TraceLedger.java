package io.tracetide.processor.ledger;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.event.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.BriefTraces.Brief;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.TraceEvent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
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

  /** Milliseconds of a tick of the wheel. */
  private static final int TICK_MS = 256;

  /** Traces that are looked at in one go; the others a quarter of a second later. */
  private static final int MOST_AT_ONCE = 20_000;

  private static final long HOUR_MS = 3_600_000;
  private static final long MINUTE_MS = 60_000;
  private static final long HISTORY_INTERVAL_MS = 30_000;
  private static final int MOST_EXPIRED_AT_ONCE = 1_000;

  private static final String OBSERVED = "observed";
  private static final String HISTORY = "history/";

  private final LedgerConfig config;
  private final boolean templating;
  private final TraceJudge judge;
  private final PlainWork plainWork;
  private final TraceMeter meter;
  private final EventSource events;
  private final LedgerStorage storage;
  private final LedgerOutput output;
  private final LedgerTally tally;
  private final long slowMicros;
  private final OpenTable table = new OpenTable();
  private final TimingWheel wheel;
  private final ObservedClock clock;
  private final RememberedSpans remembered;
  private final RecentTraces recent;
  private final OperationHistories histories;
  private final ServiceCounts counts = new ServiceCounts();
  private final TraceView released = new TraceView();
  private final FactWriter out = new FactWriter();

  /** Names of stored traces that are stuck, given up, or have ended. */
  private final ConcurrentSkipListSet<Long> notable =
      new ConcurrentSkipListSet<>(Long::compareUnsigned);

  private final BriefTraces brief = new BriefTraces();

  /** Traces that have changed since the last commit. */
  private final Map<Key, FollowedTrace> live = new HashMap<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<String, Integer> keptThisMinute = new HashMap<>();
  private long minute;
  private long nowMs;
  private long historiesWrittenMs;
  private long metFollowed;
  private long metRemembered;
  private long metWaiting;

  /** A trace, by the text of its key. */
  private record Key(String tenant, String traceId) {}

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
    this.templating = templating;
    this.judge = judge;
    this.plainWork = new PlainWork(judge);
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
    wheel = new TimingWheel(table, tick(clock.observedMs()));
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
    storage.readOpen(
        new byte[0],
        (key, bytes) -> {
          FollowedTrace.Head head = FollowedTrace.head(bytes);
          long name = LedgerKey.name(key);
          table.add(name);
          arm(name, head);
          counts.count(LedgerKey.tenant(key), head, 1);
          note(name, head);
          if (head.held() > 0) {
            FollowedTrace trace = FollowedTrace.decode(bytes);
            awaitStart(new Key(trace.tenant, trace.traceId));
          }
          return true;
        });
    meter();
  }

  /** What other threads may read. */
  public LedgerPartition partition() {
    return new LedgerReading(storage, recent, notable, counts, events, config.limits());
  }

  /** Whether a trace is followed, or was lately. */
  boolean isFollowed(String tenant, String traceId) {
    long name = TraceHash.ofTrace(tenant, traceId);
    return table.contains(name) || recent.isFollowed(name);
  }

  /** Time goes by; to be called several times a second. */
  public void look(long wallMs, boolean caughtUp) {
    nowMs = wallMs;
    clock.look(wallMs, caughtUp);
    while (!waiting.isEmpty() && waiting.element().untilMs() <= wallMs) {
      giveUpWaiting(waiting.remove().key());
    }
    wheel.advance(tick(clock.observedMs()), MOST_AT_ONCE, this::lookAt);
    recent.expire(wallMs);
    if (minute != wallMs / MINUTE_MS) {
      minute = wallMs / MINUTE_MS;
      keptThisMinute.clear();
      dropKept(wallMs);
    }
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
    if (table.contains(name) || recent.isFollowed(name)) {
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
        || table.size() + brief.size() >= config.maxOpen()
        || !brief.hasRoom()
        || recent.knows(name)
        || !isOfNoConcern(event)) {
      return false;
    }
    long span = event.spanHash(name);
    long record = event.recordHash();
    if (remembered.contains(span) || remembered.contains(record)) {
      return false;
    }
    Brief trace = brief.begin(event, name, span);
    if (trace == null) {
      return false;
    }
    hold(event, record, trace);
    return true;
  }

  /** Whether an event that does not end work tells nothing that has to be judged. */
  private boolean isOfNoConcern(TraceView event) {
    return !event.tellsOfWorkflow()
        && (event.isStarted() ? !plainWork.concerns(event) : judge == TraceJudge.LENIENT);
  }

  /** Takes a further event of a brief trace, which may cease to be one by it. */
  private void goOn(TraceView event, long name, boolean plain, Brief trace) {
    long span = event.spanHash(name);
    if (plain && !plainWork.concerns(event)) {
      endIn(trace, event, name, span);
    } else if (event.isCompleted() || !isOfNoConcern(event) || !goesOn(trace, event, span)) {
      followBrief(name, trace);
      follow(event, name, plain);
    }
  }

  /** Holds the event of a span that starts now, or tells of itself after its start. */
  private boolean goesOn(Brief trace, TraceView event, long span) {
    long record = event.recordHash();
    if (trace.hasBegun(span) == event.isStarted()
        || remembered.contains(span)
        || remembered.contains(record)) {
      return false;
    }
    if (event.isStarted()) {
      trace.begin(span);
    }
    hold(event, record, trace);
    return true;
  }

  private void hold(TraceView event, long record, Brief trace) {
    remembered.add(record);
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
    brief.add(trace, event);
    trace.heard(nowMs, clock.observedMs());
    output.count(event);
    if (begun && trace.isRoot(span)) {
      histories.add(event, clock.observedMs());
    }
    trace.end(span);
    if (trace.isOver()) {
      trace.forEach((bytes, start, length) -> recent.add(name, bytes, start, length, false, nowMs));
      brief.remove(name);
    }
  }

  /** A brief trace is followed from now on. */
  private void followBrief(long name, Brief trace) {
    join(name, trace);
    brief.remove(name);
  }

  private void join(long name, Brief held) {
    held.forEach(
        (bytes, start, length) -> {
          byte[] record = Arrays.copyOfRange(bytes, start, start + length);
          TraceEvent whole = events.decode(record);
          if (whole == null) {
            return;
          }
          remembered.add(TraceHash.ofBytes(record));
          events.read(record, released);
          Key key = new Key(released.tenant(), released.traceId());
          FollowedTrace known = find(key, name);
          FollowedTrace trace = known == null ? fromRecent(key, name) : known;
          tally.stepsDropped.add(trace.merge(whole, config.limits()));
          trace.heard(held.heardMs(), held.heardAt());
          live.put(key, trace);
          table.add(name);
        });
  }

  /** Whether plain work has to be judged, and there is a place for it should it be wrong. */
  private boolean mayBeJudged(TraceView event) {
    if (!plainWork.concerns(event)) {
      return false;
    }
    if (table.size() >= config.maxOpen()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  private void takePlain(TraceView event, long name) {
    long span = event.spanHash(name);
    if (!isFirst(event, span, false)) {
      tally.duplicates.increment();
      return;
    }
    recent.add(name, event.bytes(), event.recordStart(), event.recordLength(), false, nowMs);
    output.count(event);
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

  private void follow(TraceView event, long name, boolean plain) {
    boolean finished = event.isCompleted() && event.hasDuration();
    Key key = new Key(event.tenant(), event.traceId());
    FollowedTrace known = find(key, name);
    boolean toBeKept = known == null && finished && !plain && !event.tellsOfWorkflow();
    boolean refused = toBeKept && !mayKeep(key.tenant(), event.service());
    if (refused && !mayBeJudged(event)) {
      takePlain(event, name);
      return;
    }
    byte[] record = event.copyRecord();
    TraceEvent whole = events.decode(record);
    if (whole == null) {
      passUnfollowed(event, name, finished);
      return;
    }
    if (!remembered.add(TraceHash.ofBytes(record))) {
      tally.duplicates.increment();
      return;
    }
    long span = event.spanHash(name);
    if (known == null && !mayFollow(event, span, finished)) {
      output.count(event);
      return;
    }
    FollowedTrace trace = known == null ? fromRecent(key, name) : known;
    trace.mayBeKept |= toBeKept && !refused;
    trace.refused |= refused;
    SpanFacts before = trace.span(whole);
    boolean begun = before != null && before.begun;
    List<Measurement> measured = measured(event, trace);
    tally.stepsDropped.add(trace.merge(whole, config.limits()));
    for (Measurement added : Measurement.added(measured, measured(event, trace))) {
      output.count(key.tenant(), trace.inTime(added), event.samplingWeight());
    }
    trace.heard(nowMs, clock.observedMs());
    live.put(key, trace);
    table.add(name);
    if (event.isCompleted()) {
      end(event, trace, trace.span(whole), isFirst(event, span, begun), record, key);
    } else {
      output.count(event);
      if (event.isStarted()) {
        release(trace, FollowedTrace.spanName(whole));
      }
    }
  }

  private List<Measurement> measured(TraceView event, FollowedTrace trace) {
    return event.tellsOfWorkflow() && !trace.isEmpty()
        ? meter.measure(trace.snapshot())
        : List.of();
  }

  private void passUnfollowed(TraceView event, long name, boolean finished) {
    if (finished) {
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
    if (table.size() >= config.maxOpen()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  private boolean recentlyKnown(TraceView event) {
    return !recent.of(event.traceHash()).isEmpty();
  }

  private void end(
      TraceView event,
      FollowedTrace trace,
      @Nullable SpanFacts span,
      boolean first,
      byte[] record,
      Key key) {
    if (!first) {
      tally.duplicates.increment();
      return;
    }
    if (!event.hasDuration()) {
      if (span != null && span.startedAtMicros != SpanFacts.UNKNOWN) {
        setDuration(event, span);
      } else if (!config.orderWait().isZero()) {
        trace.held.add(events.masked(record));
        awaitStart(key);
        return;
      }
    }
    output.count(event);
  }

  private static void setDuration(TraceView event, SpanFacts span) {
    long micros = event.timestampMicros() - span.startedAtMicros;
    if (micros >= 0) {
      event.setDurationMicros(micros);
    }
  }

  private void awaitStart(Key key) {
    waiting.add(new Waiting(key, nowMs + config.orderWait().toMillis()));
  }

  /** Counts the ends of a span that have waited for its start. */
  private void release(FollowedTrace trace, long spanName) {
    List<byte[]> left = new ArrayList<>();
    for (byte[] record : trace.held) {
      TraceEvent end = events.decode(record);
      SpanFacts span = end == null ? null : trace.span(end);
      if (end != null && span != null && FollowedTrace.spanName(end) == spanName) {
        events.read(record, released);
        setDuration(released, span);
        output.count(released);
      } else {
        left.add(record);
      }
    }
    trace.held = left;
  }

  private void giveUpWaiting(Key key) {
    FollowedTrace trace = find(key, TraceHash.ofTrace(key.tenant(), key.traceId()));
    if (trace == null || trace.held.isEmpty()) {
      return;
    }
    for (byte[] record : trace.held) {
      events.read(record, released);
      output.count(released);
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
    if (table.contains(name)) {
      byte[] bytes = storage.open(LedgerKey.of(key.tenant(), key.traceId()));
      if (bytes != null) {
        return stored(bytes);
      }
    }
    if (recent.isFollowed(name)) {
      return fromRecent(key, name);
    }
    return null;
  }

  private static FollowedTrace stored(byte[] bytes) {
    FollowedTrace trace = FollowedTrace.decode(bytes);
    trace.counted = FollowedTrace.head(bytes);
    return trace;
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

  /** Whether a service may have one more trace in the store this minute; it then has. */
  private boolean mayKeep(String tenant, String service) {
    String owner = tenant + '\0' + service;
    if (keptThisMinute.merge(owner, 1, Integer::sum) <= config.kept().perServiceAndMinute()) {
      return true;
    }
    tally.unkept.increment();
    return false;
  }

  /** Writes what has changed since the last commit. */
  public void commit(long wallMs) {
    nowMs = wallMs;
    brief.removeAll(this::join);
    live.forEach(this::settle);
    live.clear();
    remembered.commit(wallMs);
    if (table.size() > 0) {
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

  private void meter() {
    meter(table.size(), remembered.size(), waiting.size());
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

  /** Judges a trace and puts it where it belongs. */
  private void settle(Key key, FollowedTrace trace) {
    long name = TraceHash.ofTrace(key.tenant(), key.traceId());
    byte[] storeKey = LedgerKey.of(key.tenant(), key.traceId());
    boolean open = trace.isOpen();
    if (open) {
      trace.endedAt = -1;
    } else {
      trace.endedAt = trace.endedAt < 0 ? clock.observedMs() : trace.endedAt;
      rememberDuration(trace);
    }
    List<Breach> wrong = judged(trace);
    long dueAt = open ? listen(trace) : trace.endedAt + config.breachesAfterEnd().toMillis();
    if (trace.silence.kind() != Silence.Kind.NONE && open) {
      wrong.add(silenceBreach(trace));
    }
    boolean over = !open && clock.observedMs() >= dueAt;
    boolean forgotten =
        trace.silence.kind() == Silence.Kind.ABANDONED && clock.observedMs() >= dueAt;
    report(trace, over || forgotten ? List.of() : wrong);
    FollowedTrace.Head counted = trace.counted;
    if (counted != null) {
      counts.count(key.tenant(), counted, -1);
    }
    if (forgotten) {
      storage.removeOpen(storeKey);
      leave(name);
    } else if (open || !trace.held.isEmpty() || !trace.reported.isEmpty()) {
      byte[] bytes = trace.encode(dueAt, out);
      storage.putOpen(storeKey, bytes);
      FollowedTrace.Head head = FollowedTrace.head(bytes);
      trace.counted = head;
      counts.count(key.tenant(), head, 1);
      note(name, head);
      arm(name, head);
    } else {
      finish(trace, name, storeKey);
    }
  }

  private void rememberDuration(FollowedTrace trace) {
    SpanFacts root = trace.root();
    if (!trace.inHistory && root.begun && root.durationMicros() >= 0) {
      trace.inHistory = true;
      histories.add(trace.tenant, root, clock.observedMs());
    }
  }

  private List<Breach> judged(FollowedTrace trace) {
    if (judge == TraceJudge.LENIENT) {
      return new ArrayList<>();
    }
    TraceJudge.Verdict verdict = judge.judge(trace.snapshot(), nowMs);
    trace.allowedSilenceMs = verdict.allowedSilenceMs().orElse(-1);
    trace.judgeAgainMs =
        verdict.judgeAgainMs().isEmpty()
            ? -1
            : Math.max(verdict.judgeAgainMs().getAsLong(), nowMs + TICK_MS);
    return new ArrayList<>(verdict.breaches());
  }

  /** Says what the silence of an open trace means, and until when. */
  private long listen(FollowedTrace trace) {
    long bound =
        trace.allowedSilenceMs >= 0
            ? trace.allowedSilenceMs
            : histories.allowedSilenceMs(trace.tenant, trace.root());
    long silent = clock.observedMs() - trace.heardAt;
    long abandoned = bound + config.silence().abandonAfter().toMillis();
    Silence.Kind kind = trace.silence.kind();
    if (silent >= abandoned || kind == Silence.Kind.ABANDONED) {
      become(trace, Silence.Kind.ABANDONED, silent - abandoned, bound);
      return trace.heardAt + abandoned + config.silence().forgetAfter().toMillis();
    }
    if (silent >= bound) {
      become(trace, Silence.Kind.STUCK, silent - bound, bound);
      return trace.heardAt + abandoned;
    }
    trace.silence = Silence.NONE; // The bound may have become wider.
    return trace.heardAt + bound;
  }

  private void become(FollowedTrace trace, Silence.Kind kind, long beyondMs, long boundMs) {
    if (trace.silence.kind() != kind) {
      trace.silence = new Silence(kind, nowMs - Math.max(0, beyondMs), boundMs);
      (kind == Silence.Kind.STUCK ? tally.stuck : tally.abandoned).increment();
    }
  }

  private Breach silenceBreach(FollowedTrace trace) {
    boolean stuck = trace.silence.kind() == Silence.Kind.STUCK;
    long silentMs = clock.observedMs() - trace.heardAt;
    long boundMs =
        trace.silence.boundMs() + (stuck ? 0 : config.silence().abandonAfter().toMillis());
    return new Breach(
        Detector.LEDGER,
        stuck ? AnomalyKind.STUCK_TRACE : AnomalyKind.ABANDONED_TRACE,
        "",
        Severity.HIGH,
        Map.of("silence_ms", (double) silentMs),
        Map.of("silence_ms", (double) boundMs),
        stuck
            ? "open, and silent for longer than the " + seconds(boundMs) + " it may be"
            : "given up after a silence of " + seconds(boundMs));
  }

  private static String seconds(long millis) {
    return Math.round(millis / 100.0) / 10.0 + " s";
  }

  /** Reports what has become wrong with a trace, and what no longer is. */
  private void report(FollowedTrace trace, List<Breach> wrong) {
    List<Breach> now = new ArrayList<>();
    for (Breach breach : wrong) {
      Breach known = same(trace.reported, breach);
      if (known == null || known.severity() != breach.severity()) {
        send(trace, breach, true);
        now.add(breach);
      } else {
        now.add(known);
      }
    }
    for (Breach breach : trace.reported) {
      if (same(now, breach) == null) {
        send(trace, breach, false);
      }
    }
    trace.reported = now;
  }

  private static @Nullable Breach same(List<Breach> breaches, Breach wanted) {
    for (Breach breach : breaches) {
      if (breach.detector() == wanted.detector()
          && breach.kind() == wanted.kind()
          && breach.rule().equals(wanted.rule())) {
        return breach;
      }
    }
    return null;
  }

  private void send(FollowedTrace trace, Breach breach, boolean open) {
    SpanFacts root = trace.root();
    String operation = templating ? OperationTemplate.of(root.operation) : root.operation;
    output.report(
        new TraceFinding(
            trace.tenant, root.service, operation, trace.traceId, breach, open, nowMs));
  }

  /** A trace is at its end: from now on it is one of the recent ones. */
  private void finish(FollowedTrace trace, long name, byte[] storeKey) {
    byte[] bytes = trace.encode(Long.MAX_VALUE, out);
    recent.add(name, bytes, 0, bytes.length, true, nowMs);
    SpanFacts root = trace.root();
    boolean wasStored = trace.counted != null;
    if ((wasStored || trace.isFailed() || root.durationMicros() > slowMicros || trace.mayBeKept)
        && (trace.mayBeKept || (!trace.refused && mayKeep(trace.tenant, root.service)))) {
      storage.putKept(LedgerKey.kept(nowMs / HOUR_MS, storeKey), bytes);
    }
    if (wasStored) {
      storage.removeOpen(storeKey);
    }
    leave(name);
  }

  private void leave(long name) {
    table.remove(name);
    notable.remove(name);
  }

  private void note(long name, FollowedTrace.Head head) {
    if (head.open() && head.silence() == Silence.Kind.NONE) {
      notable.remove(name);
    } else {
      notable.add(name);
    }
  }

  private void arm(long name, FollowedTrace.Head head) {
    wheel.arm(name, tick(due(head) + TICK_MS - 1));
  }

  /** Observed time at which a trace has to be looked at. */
  private long due(FollowedTrace.Head head) {
    if (!head.open() || head.judgeAgainMs() < 0) {
      return head.dueAt();
    }
    long judgeAt = clock.observedMs() + Math.max(0, head.judgeAgainMs() - nowMs);
    return Math.min(head.dueAt(), judgeAt);
  }

  private static int tick(long observedMs) {
    return (int) Math.min(OpenTable.NEVER - 1, observedMs / TICK_MS);
  }

  /** The time of a trace may have come. */
  private void lookAt(long name) {
    List<byte[]> found = new ArrayList<>();
    storage.readOpen(
        LedgerKey.prefix(name),
        (key, bytes) -> {
          if (LedgerKey.name(key) != name) {
            return false;
          }
          found.add(bytes);
          return true;
        });
    for (byte[] bytes : found) {
      FollowedTrace.Head head = FollowedTrace.head(bytes);
      if (due(head) > clock.observedMs()) {
        arm(name, head);
        continue;
      }
      FollowedTrace trace = stored(bytes);
      Key key = new Key(trace.tenant, trace.traceId);
      // One that has changed since the last commit is looked at with it.
      if (!live.containsKey(key)) {
        settle(key, trace);
      }
    }
  }

  private void dropKept(long wallMs) {
    long hour = (wallMs - config.kept().keep().toMillis()) / HOUR_MS;
    List<byte[]> old = new ArrayList<>();
    storage.readKept(
        new byte[0],
        (key, bytes) -> {
          boolean expired = LedgerKey.name(key) < hour;
          if (expired) {
            old.add(Arrays.copyOf(key, key.length));
          }
          return expired && old.size() < MOST_EXPIRED_AT_ONCE;
        });
    old.forEach(storage::removeKept);
  }
}
