package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.mapping.EpochMicros;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The merged facts of the events of one trace. The result does not depend on their order. Not
 * thread-safe.
 */
final class TraceFacts {

  /** Size to which a too large trace is shrunk, with room for further events. */
  private static final int SHRUNK_BYTES = 256 * 1024;

  /** Tags and metadata of a large trace are cut to half of this, and half of that, down to 32. */
  private static final int LONGEST_TEXT = 1_024;

  private static final int SHORTEST_TEXT = 32;

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

  /** The facts of an event's span; null when there are none. */
  @Nullable SpanFacts span(TraceEvent event) {
    return spans.get(SpanFacts.hash(event));
  }

  /**
   * Merges an event.
   *
   * @return number of dropped steps and spans
   */
  int merge(TraceEvent event, LedgerConfig.Limits limits) {
    long at = EpochMicros.of(event.getTimestamp());
    lastEventAtMicros = Math.max(lastEventAtMicros, at);
    mergeSpan(event, at, limits);
    int gone = dropSpans(limits.spans());
    masked.addAll(TraceMask.maskedClasses(event.getMetadata()));
    TraceContext reported = event.getContext();
    if (reported != null) {
      context("contextId", reported.getContextId(), at, limits);
      context("planId", reported.getPlanId(), at, limits);
      context("userId", reported.getUserId(), at, limits);
      context("sessionId", reported.getSessionId(), at, limits);
      context("correlationId", reported.getCorrelationId(), at, limits);
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
            SpanFacts.hash(event),
            name ->
                new SpanFacts(
                    limits.cut(event.getSpanId()), event.getServiceName(), event.getSpanKind()));
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

  /** Drops ended spans, in the order of their ends. */
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
   * Shortens texts, then drops attributes, steps and spans that have ended, until the trace has at
   * most {@link #SHRUNK_BYTES}.
   *
   * @param bytes measures the trace in its stored form
   * @return number of dropped steps and spans
   */
  int shrink(IntSupplier bytes) {
    int gone = 0;
    while (steps.chars() > SHRUNK_BYTES / 4) {
      gone += steps.halve();
    }
    for (int text = LONGEST_TEXT / 2;
        text >= SHORTEST_TEXT && bytes.getAsInt() > SHRUNK_BYTES;
        text /= 2) {
      int most = text;
      spans.values().forEach(span -> span.cutTexts(most));
    }
    while (bytes.getAsInt() > SHRUNK_BYTES && (hasAttributes() || spans.size() > 1)) {
      gone += steps.halve();
      gone += hasAttributes() ? 0 : dropSpans(spans.size() / 2);
      halveAttributes();
    }
    return gone;
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

  boolean isEmpty() {
    return spans.isEmpty();
  }

  long lastEventAtMicros() {
    return lastEventAtMicros;
  }

  boolean isOpen() {
    for (SpanFacts span : spans.values()) {
      if (span.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /** The root span: the first one without a parent, otherwise the first one. */
  SpanFacts root() {
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

  TraceSnapshot snapshot(
      String tenant, String traceId, LifecycleState state, long receivedMs, boolean withSpans) {
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
        state,
        start == SpanFacts.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(start),
        lastEventAtMicros,
        receivedMs,
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
        steps.dropped(),
        withSpans ? spans.values().stream().map(SpanFacts::snapshot).toList() : List.of());
  }

  void write(FactWriter out) {
    out.number(spansDropped).number(spans.size());
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
    out.signed(lastEventAtMicros);
  }

  /** Reads the facts of a stored format, see {@link FollowedTrace#FORMAT}. */
  void read(FactReader in, int format) {
    spansDropped = (int) in.number();
    for (int i = in.count(); i > 0; i--) {
      spans.put(in.fixed(), SpanFacts.read(in, format));
    }
    steps.read(in);
    progress = readOptional(in, FactReader::real);
    currentOperation = readOptional(in, FactReader::text);
    context.read(in, FactReader::text);
    metrics.read(in, FactReader::real);
    resources.read(in, FactReader::real);
    masked.addAll(TraceMask.maskedClasses(Map.of(TraceMask.MASKED, in.text())));
    lastEventAtMicros = in.signed();
  }

  private static <T extends Comparable<T>> void writeOptional(
      @Nullable Stamped<T> stamped, FactWriter out, BiConsumer<FactWriter, T> value) {
    out.flag(stamped != null);
    if (stamped != null) {
      value.accept(out, stamped.value());
      out.signed(stamped.atMicros());
    }
  }

  private static <T extends Comparable<T>> @Nullable Stamped<T> readOptional(
      FactReader in, Function<FactReader, T> value) {
    return in.flag() ? new Stamped<>(value.apply(in), in.signed()) : null;
  }
}
