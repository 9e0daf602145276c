package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerKey;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.BreachCodec;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.EpochMicros;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of one trace: what its events told, which depends on the events and not
 * on their order, and what became of it here. Not thread-safe.
 */
public final class FollowedTrace {

  /** Format of the bytes; the first of them. */
  static final int FORMAT = 1;

  /**
   * Bytes of one trace, without the ends that it holds: it is stored as one record. A trace that
   * has more loses the ends of long texts first, then tags, metadata and steps, then spans that
   * have ended.
   */
  static final int MOST_BYTES = 384 * 1024;

  /** What is left of a trace that is too large, so that the next event does not shrink it again. */
  private static final int SHRUNK_BYTES = 256 * 1024;

  /** Bytes of all ends that wait for their start. */
  private static final int MOST_HELD_BYTES = 256 * 1024;

  /** Tags and metadata of a large trace are cut to half of this, and half of that, down to 32. */
  private static final int LONGEST_TEXT = 1_024;

  private static final int SHORTEST_TEXT = 32;

  public final String tenant;
  public final String traceId;
  private final TreeMap<Long, SpanFacts> spans = new TreeMap<>(Long::compareUnsigned);
  private int spansDropped;
  private final FollowedSteps steps = new FollowedSteps();
  private @Nullable Stamped<Double> progress;
  private @Nullable Stamped<String> currentOperation;
  private final StampedMap<String> context = new StampedMap<>();
  private final StampedMap<Double> metrics = new StampedMap<>();
  private final StampedMap<Double> resources = new StampedMap<>();
  private final TreeSet<String> masked = new TreeSet<>();
  private long lastEventAtMicros = Long.MIN_VALUE;

  /** Bytes that the trace has at most, without the ends that it holds. */
  private int bytes;

  /** When an event last came, by the wall clock and in observed time. */
  public long heardMs;

  public long heardAt;

  public Silence silence = Silence.NONE;

  /** How long it may be silent, as the judge says; negative for its own history to say. */
  public long allowedSilenceMs = -1;

  /** When the judge wants to be asked again, by the wall clock; negative for never. */
  public long judgeAgainMs = -1;

  /** Observed time at which it was first known to have ended; negative while it is open. */
  public long endedAt = -1;

  /** Whether its duration is part of its operation's history. */
  public boolean inHistory;

  /** What is wrong with it, as far as it was reported. */
  public List<Breach> reported = new ArrayList<>();

  /** Ends that came without a start, as they were written, which are not counted yet. */
  public List<byte[]> held = new ArrayList<>();

  /** As the store of followed traces has it; null when it does not. */
  @Nullable public Head counted;

  /** Whether its service has a place for it in the store of finished traces. */
  public boolean mayBeKept;

  /** Whether its service was found to have none. */
  public boolean refused;

  public FollowedTrace(String tenant, String traceId) {
    this.tenant = tenant;
    this.traceId = traceId;
  }

  /** Name of the span that an event belongs to, among those of its trace. */
  public static long spanName(TraceEvent event) {
    // Where spans have no ids, a trace is one span of each service that has a part in it.
    String id = event.getSpanId().isEmpty() ? '\0' + event.getOperationName() : event.getSpanId();
    long name = TraceHash.ofText(0, id);
    name = TraceHash.ofText(name, event.getServiceName());
    return TraceHash.ofText(name, event.getSpanKind().name());
  }

  /** What is known of an event's span; null when nothing is. */
  @Nullable
  public SpanFacts span(TraceEvent event) {
    return spans.get(spanName(event));
  }

  /**
   * Takes up what an event tells.
   *
   * @param recordBytes bytes of the event's record
   * @return how many steps and spans had to go for it
   */
  public int merge(TraceEvent event, int recordBytes, LedgerConfig.Limits limits) {
    int gone = merge(event, limits);
    bytes += recordBytes;
    return bytes > MOST_BYTES ? gone + shrink() : gone;
  }

  /** The same, however large the trace becomes by it. */
  public int merge(TraceEvent event, LedgerConfig.Limits limits) {
    long at = EpochMicros.of(event.getTimestamp());
    lastEventAtMicros = Math.max(lastEventAtMicros, at);
    mergeSpan(event, at, limits);
    int gone = dropSpans(limits.spans());
    masked.addAll(TraceMask.told(event.getMetadata()));
    TraceContext told = event.getContext();
    if (told != null) {
      context("contextId", told.getContextId(), at, limits);
      context("planId", told.getPlanId(), at, limits);
      context("userId", told.getUserId(), at, limits);
      context("sessionId", told.getSessionId(), at, limits);
      context("correlationId", told.getCorrelationId(), at, limits);
    }
    Double percent = event.getProgressPercentage();
    if (percent != null && Double.isFinite(percent)) {
      progress = Stamped.later(progress, new Stamped<>(percent, at));
    }
    String doing = event.getCurrentOperation();
    if (doing != null) {
      currentOperation = Stamped.later(currentOperation, new Stamped<>(limits.cut(doing), at));
    }
    event
        .getCustomMetrics()
        .forEach((name, value) -> metrics.put(limits.cut(name), value, at, limits.tags()));
    usage(event.getResourceUsage(), at);
    usage(event.getResourceUtilization(), at);
    for (TraceStep step : TraceSteps.of(event, at, limits)) {
      gone += steps.add(step, limits);
    }
    return gone;
  }

  private void mergeSpan(TraceEvent event, long at, LedgerConfig.Limits limits) {
    SpanFacts span =
        spans.computeIfAbsent(
            spanName(event),
            name -> new SpanFacts(limits.cut(event.getSpanId()), event.getServiceName()));
    span.named(event.getOperationName(), at);
    String parent = event.getParentSpanId();
    if (parent != null) {
      span.hasParent(limits.cut(parent));
    }
    event
        .getTags()
        .forEach((k, v) -> span.tags.put(limits.cut(k), limits.cut(v), at, limits.tags()));
    event
        .getMetadata()
        .forEach((k, v) -> span.metadata.put(limits.cut(k), limits.cut(v), at, limits.tags()));
    if (event.getType() == TraceEventType.COMPLETED) {
      span.ended(end(event, at, limits));
    } else if (event.getType() == TraceEventType.STARTED) {
      span.started(at);
    } else {
      span.begun(at);
    }
  }

  private static SpanEnd end(TraceEvent event, long at, LedgerConfig.Limits limits) {
    Long duration = event.getDurationMicros();
    TraceOutcome outcome = event.getOutcome();
    TraceError error = outcome == null ? null : outcome.getError();
    return new SpanEnd(
        at,
        event.getStatus(),
        duration == null ? -1 : duration,
        error == null ? "" : limits.cut(error.getType()),
        error == null ? "" : limits.cut(error.getMessage()));
  }

  /** Drops spans that have ended, those first that ended first. */
  private int dropSpans(int most) {
    int gone = 0;
    while (spans.size() > most) {
      long first = -1;
      @Nullable SpanEnd end = null;
      for (Map.Entry<Long, SpanFacts> span : spans.entrySet()) {
        SpanEnd its = span.getValue().end;
        boolean canGo = its != null && !span.getValue().isRoot();
        if (canGo && its != null && (end == null || its.compareTo(end) < 0)) {
          first = span.getKey();
          end = its;
        }
      }
      if (end == null) {
        first = spans.lastKey();
      }
      spans.remove(first);
      spansDropped++;
      gone++;
    }
    return gone;
  }

  private void context(String name, @Nullable String value, long at, LedgerConfig.Limits limits) {
    if (value != null) {
      context.put(name, limits.cut(value), at, Integer.MAX_VALUE);
    }
  }

  /**
   * Lets go of what makes the trace too large, if it is.
   *
   * @return how many steps and spans had to go
   */
  private int shrink() {
    FactWriter out = new FactWriter();
    if (measure(out) <= MOST_BYTES) {
      return 0;
    }
    int gone = 0;
    while (steps.chars() > SHRUNK_BYTES / 4) {
      gone += steps.halve();
    }
    for (int text = LONGEST_TEXT / 2;
        text >= SHORTEST_TEXT && measure(out) > SHRUNK_BYTES;
        text /= 2) {
      int most = text;
      spans.values().forEach(span -> span.cutTexts(most));
    }
    while (measure(out) > SHRUNK_BYTES && (hasAttributes() || spans.size() > 1)) {
      gone += steps.halve();
      gone += hasAttributes() ? 0 : dropSpans(spans.size() / 2);
      halveAttributes();
    }
    return gone;
  }

  private int measure(FactWriter out) {
    writeFacts(out.clear());
    bytes = out.length();
    return bytes;
  }

  private boolean hasAttributes() {
    return spans.values().stream().anyMatch(SpanFacts::hasAttributes)
        || !metrics.isEmpty()
        || !masked.isEmpty();
  }

  private void halveAttributes() {
    spans.values().forEach(SpanFacts::halveAttributes);
    metrics.halve();
    for (int most = masked.size() / 2; masked.size() > most; ) {
      masked.pollLast();
    }
  }

  /**
   * Holds an end that waits for its start.
   *
   * @return false when there are too many, and it cannot wait
   */
  public boolean hold(byte[] record) {
    int all = record.length;
    for (byte[] each : held) {
      all += each.length;
    }
    return all <= MOST_HELD_BYTES && held.add(record);
  }

  private void usage(@Nullable ResourceUsage usage, long at) {
    if (usage != null) {
      resource("cpuUsagePercent", usage.getCpuUsagePercent(), at);
      resource("memoryUsageMb", usage.getMemoryUsageMb(), at);
      resource("networkIoKb", usage.getNetworkIoKb(), at);
      resource("diskIoKb", usage.getDiskIoKb(), at);
    }
  }

  private void resource(String name, @Nullable Double value, long at) {
    if (value != null) {
      resources.put(name, value, at, Integer.MAX_VALUE);
    }
  }

  /** An event has come. */
  public void heard(long nowMs, long observedMs) {
    heardMs = nowMs;
    heardAt = observedMs;
    silence = Silence.NONE;
  }

  /** Whether nothing is known of it. */
  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** A measurement at a time that is not beyond that of all events: steps tell what they like. */
  public SpanMeasurement inTime(SpanMeasurement told) {
    long at = Math.max(0, Math.min(told.atMicros(), lastEventAtMicros));
    return new SpanMeasurement(
        told.service(), told.workflow(), told.metric(), told.value(), at, told.about());
  }

  public boolean isOpen() {
    for (SpanFacts span : spans.values()) {
      if (span.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /** The span that decides what the trace is: the first one without a parent, else the first. */
  public SpanFacts root() {
    @Nullable SpanFacts root = null;
    for (SpanFacts span : spans.values()) {
      if (root == null
          || (span.isRoot() && !root.isRoot())
          || (span.isRoot() == root.isRoot() && span.firstAtMicros < root.firstAtMicros)) {
        root = span;
      }
    }
    if (root == null) {
      throw new IllegalStateException("a trace without spans is not followed");
    }
    return root;
  }

  public boolean isFailed() {
    return state() instanceof LifecycleState.Failed;
  }

  private LifecycleState state() {
    if (isOpen()) {
      return switch (silence.kind()) {
        case NONE -> new LifecycleState.Running();
        case STUCK -> new LifecycleState.Stuck(silence.sinceMs(), silence.boundMs());
        case ABANDONED -> new LifecycleState.Abandoned(silence.sinceMs());
      };
    }
    SpanEnd end = root().end;
    if (end == null) {
      throw new IllegalStateException("a trace that is not open has ended");
    }
    if (end.status() == TraceStatus.FAILED) {
      return new LifecycleState.Failed(end.atMicros(), end.errorType(), end.errorMessage());
    }
    return end.status() == TraceStatus.CANCELLED
        ? new LifecycleState.Cancelled(end.atMicros())
        : new LifecycleState.Completed(end.atMicros());
  }

  public TraceSnapshot snapshot() {
    SpanFacts root = root();
    Stamped<Double> percent = progress;
    Stamped<String> doing = currentOperation;
    boolean open = isOpen();
    long start = root.startMicros();
    return new TraceSnapshot(
        tenant,
        traceId,
        root.service,
        root.operation,
        state(),
        start == SpanFacts.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(start),
        lastEventAtMicros,
        heardMs,
        open || root.durationMicros() < 0
            ? OptionalLong.empty()
            : OptionalLong.of(root.durationMicros()),
        percent == null ? OptionalDouble.empty() : OptionalDouble.of(percent.value()),
        doing == null ? "" : doing.value(),
        (int) spans.values().stream().filter(SpanFacts::isOpen).count(),
        context.values(),
        root.tags.values(),
        TraceMask.note(root.metadata.values(), masked),
        metrics.values(),
        resources.values(),
        steps.all(),
        steps.dropped());
  }

  /** Key in the stores: name of the trace, tenant, a zero byte, trace id. */
  public byte[] key() {
    return LedgerKey.of(tenant, traceId);
  }

  /**
   * The trace in bytes, of which the head is read without the rest.
   *
   * @param dueAt observed time at which it has to be looked at, whatever the judge wants
   */
  public byte[] encode(long dueAt, FactWriter out) {
    write(dueAt, out);
    if (out.length() > MOST_BYTES + MOST_HELD_BYTES) {
      // FollowedSteps repeat names: they may take more bytes than the events that told of them.
      shrink();
      write(dueAt, out);
    }
    return out.toByteArray();
  }

  private void write(long dueAt, FactWriter out) {
    out.clear().number(FORMAT).text(root().service).flag(isOpen()).name(silence.kind());
    out.fixed(dueAt).fixed(judgeAgainMs).number(held.size());
    writeFacts(out);
    held.forEach(out::bytes);
  }

  private void writeFacts(FactWriter out) {
    out.text(tenant).text(traceId).number(spansDropped).number(spans.size());
    spans.forEach(
        (name, span) -> {
          out.fixed(name);
          span.write(out);
        });
    steps.write(out);
    writeOptional(progress, out, FactWriter::real);
    writeOptional(currentOperation, out, FactWriter::text);
    context.write(out, FactWriter::text);
    metrics.write(out, FactWriter::real);
    resources.write(out, FactWriter::real);
    out.text(String.join(",", masked));
    out.signed(lastEventAtMicros).fixed(heardMs).fixed(heardAt).signed(allowedSilenceMs);
    silence.write(out);
    out.signed(endedAt).flag(inHistory).number(reported.size());
    reported.forEach(breach -> BreachCodec.write(breach, out));
  }

  private static <T extends Comparable<T>> void writeOptional(
      @Nullable Stamped<T> told, FactWriter out, BiConsumer<FactWriter, T> value) {
    out.flag(told != null);
    if (told != null) {
      value.accept(out, told.value());
      out.signed(told.atMicros());
    }
  }

  private static <T extends Comparable<T>> @Nullable Stamped<T> readOptional(
      FactReader in, Function<FactReader, T> value) {
    return in.flag() ? new Stamped<>(value.apply(in), in.signed()) : null;
  }

  /**
   * What is needed of a trace to find it when its time has come.
   *
   * @param dueAt observed time at which it has to be looked at
   * @param judgeAgainMs wall clock at which the judge wants to be asked; negative for never
   * @param held ends that are not counted yet
   */
  public record Head(
      String service, boolean open, Silence.Kind silence, long dueAt, long judgeAgainMs, int held) {

    /** Label of its state; empty when it has ended, in whatever way. */
    public String label() {
      return open
          ? (silence == Silence.Kind.NONE ? "running" : silence.name().toLowerCase(Locale.ROOT))
          : "";
    }
  }

  public static Head head(byte[] bytes) {
    return head(new FactReader(bytes));
  }

  private static Head head(FactReader in) {
    if (in.number() != FORMAT) {
      throw new IllegalArgumentException("not a trace of format " + FORMAT);
    }
    return new Head(
        in.text(),
        in.flag(),
        in.name(Silence.Kind.class),
        in.fixed(),
        in.fixed(),
        (int) in.number());
  }

  public static FollowedTrace decode(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    Head head = head(in);
    FollowedTrace trace = new FollowedTrace(in.text(), in.text());
    trace.bytes = bytes.length;
    trace.judgeAgainMs = head.judgeAgainMs;
    trace.spansDropped = (int) in.number();
    for (int i = in.count(); i > 0; i--) {
      trace.spans.put(in.fixed(), SpanFacts.read(in));
    }
    trace.steps.read(in);
    trace.progress = readOptional(in, FactReader::real);
    trace.currentOperation = readOptional(in, FactReader::text);
    trace.context.read(in, FactReader::text);
    trace.metrics.read(in, FactReader::real);
    trace.resources.read(in, FactReader::real);
    trace.masked.addAll(TraceMask.told(Map.of(TraceMask.MASKED, in.text())));
    trace.lastEventAtMicros = in.signed();
    trace.heardMs = in.fixed();
    trace.heardAt = in.fixed();
    trace.allowedSilenceMs = in.signed();
    trace.silence = Silence.read(in);
    trace.endedAt = in.signed();
    trace.inHistory = in.flag();
    for (int i = in.count(); i > 0; i--) {
      trace.reported.add(BreachCodec.read(in));
    }
    for (int i = 0; i < head.held; i++) {
      trace.held.add(in.bytes());
    }
    return trace;
  }
}
