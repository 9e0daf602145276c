package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerKey;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.BreachCodec;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A trace that is followed: the facts that its events report, and the state of following it, which
 * is when the last event came, what was found and which ends wait for their start. Not thread-safe.
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

  /** Bytes of all ends that wait for their start. */
  private static final int MOST_HELD_BYTES = 256 * 1024;

  public final String tenant;
  public final String traceId;
  private final TraceFacts facts = new TraceFacts();

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

  /** What is known of an event's span; null when nothing is. */
  @Nullable
  public SpanFacts span(TraceEvent event) {
    return facts.span(event);
  }

  /**
   * Merges an event.
   *
   * @param recordBytes bytes of the event's record
   * @return how many steps and spans had to go for it
   */
  public int merge(TraceEvent event, int recordBytes, LedgerConfig.Limits limits) {
    int gone = facts.merge(event, limits);
    bytes += recordBytes;
    return bytes > MOST_BYTES ? gone + shrink() : gone;
  }

  /** Merges an event, however large the trace becomes by it. */
  public void merge(TraceEvent event, LedgerConfig.Limits limits) {
    facts.merge(event, limits);
  }

  private int shrink() {
    FactWriter out = new FactWriter();
    return measure(out) <= MOST_BYTES ? 0 : facts.shrink(() -> measure(out));
  }

  private int measure(FactWriter out) {
    writeFactsAndState(out.clear());
    bytes = out.length();
    return bytes;
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

  /** An event has come. */
  public void heard(long nowMs, long observedMs) {
    heardMs = nowMs;
    heardAt = observedMs;
    silence = Silence.NONE;
  }

  /** Whether nothing is known of it. */
  public boolean isEmpty() {
    return facts.isEmpty();
  }

  /**
   * A measurement whose time is limited to that of the last event: times of steps are not checked.
   */
  public SpanMeasurement inTime(SpanMeasurement measurement) {
    long at = Math.max(0, Math.min(measurement.atMicros(), facts.lastEventAtMicros()));
    return new SpanMeasurement(
        measurement.service(),
        measurement.workflow(),
        measurement.metric(),
        measurement.value(),
        at,
        measurement.about());
  }

  public boolean isOpen() {
    return facts.isOpen();
  }

  /** The span that decides what the trace is: the first one without a parent, else the first. */
  public SpanFacts root() {
    return facts.root();
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
    return facts.snapshot(tenant, traceId, state(), heardMs);
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
    writeFactsAndState(out);
    held.forEach(out::bytes);
  }

  private void writeFactsAndState(FactWriter out) {
    out.text(tenant).text(traceId);
    facts.write(out);
    out.fixed(heardMs).fixed(heardAt).signed(allowedSilenceMs);
    silence.write(out);
    out.signed(endedAt).flag(inHistory).number(reported.size());
    reported.forEach(breach -> BreachCodec.write(breach, out));
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
    trace.facts.read(in);
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
