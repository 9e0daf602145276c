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
 * A followed trace: the facts of its events, and the state of following it: the time of the last
 * event, the reported breaches and the ends that wait for their start. Not thread-safe.
 */
public final class FollowedTrace {

  /** Format of the bytes; the first of them. */
  /** Format of stored traces. */
  static final int FORMAT = 2;

  /** First format with the kinds of spans. */
  static final int WITH_KINDS = 2;

  /**
   * Maximum of bytes of one trace, without the held ends, because it is stored as one record. Of a
   * larger trace long texts are cut first, then tags, metadata and steps are dropped, then ended
   * spans.
   */
  static final int MOST_BYTES = 384 * 1024;

  /** Maximum of bytes of all ends that wait for their start. */
  private static final int MOST_HELD_BYTES = 256 * 1024;

  public final String tenant;
  public final String traceId;
  private final TraceFacts facts = new TraceFacts();

  /** Upper bound of the bytes of the trace, without the held ends. */
  private int bytes;

  /** When the last event was received, by the wall clock and in observed time. */
  public long receivedMs;

  public long receivedAt;

  public Silence silence = Silence.NONE;

  /** Allowed time without events by the judge; negative to derive it from the history. */
  public long allowedSilenceMs = -1;

  /** Wall-clock time at which it has to be judged again; negative for never. */
  public long judgeAgainMs = -1;

  /** Observed time at which it was first known to have ended; negative while it is open. */
  public long endedAt = -1;

  /** Whether its duration is part of its operation's history. */
  public boolean inHistory;

  /** Reported breaches that have not ended. */
  public List<Breach> reported = new ArrayList<>();

  /** Records of ends that wait for their start and are not counted yet. */
  public List<byte[]> held = new ArrayList<>();

  /** Its head in the store of followed traces; null when it is not stored. */
  @Nullable public Head counted;

  /** Whether its service may keep it in the store of finished traces. */
  public boolean mayBeKept;

  /** Whether the limit of its service prevents that. */
  public boolean refused;

  public FollowedTrace(String tenant, String traceId) {
    this.tenant = tenant;
    this.traceId = traceId;
  }

  /** The facts of an event's span; null when there are none. */
  @Nullable
  public SpanFacts span(TraceEvent event) {
    return facts.span(event);
  }

  /**
   * Merges an event.
   *
   * @param recordBytes bytes of the event's record
   * @return number of dropped steps and spans
   */
  public int merge(TraceEvent event, int recordBytes, LedgerConfig.Limits limits) {
    int gone = facts.merge(event, limits);
    bytes += recordBytes;
    return bytes > MOST_BYTES ? gone + shrink() : gone;
  }

  /** Merges an event without limiting the size of the trace. */
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
   * @return false when there are too many held ends
   */
  public boolean hold(byte[] record) {
    int all = record.length;
    for (byte[] each : held) {
      all += each.length;
    }
    return all <= MOST_HELD_BYTES && held.add(record);
  }

  /** Sets the time of the last event, by the wall clock and in observed time. */
  public void touch(long nowMs, long observedMs) {
    receivedMs = nowMs;
    receivedAt = observedMs;
    silence = Silence.NONE;
  }

  /** Whether it has no events. */
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

  /** The root span: the first one without a parent, otherwise the first one. */
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

  /** The trace without its spans. */
  public TraceSnapshot snapshot() {
    return facts.snapshot(tenant, traceId, state(), receivedMs, false);
  }

  public TraceSnapshot snapshotWithSpans() {
    return facts.snapshot(tenant, traceId, state(), receivedMs, true);
  }

  /** Key in the stores, see {@link LedgerKey}. */
  public byte[] key() {
    return LedgerKey.of(tenant, traceId);
  }

  /**
   * Encodes the trace; its head can be read without the rest.
   *
   * @param dueAt observed time of the next assessment, independent of the judge
   */
  public byte[] encode(long dueAt, FactWriter out) {
    write(dueAt, out);
    if (out.length() > MOST_BYTES + MOST_HELD_BYTES) {
      // Steps repeat names, so they may need more bytes than their events.
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
    out.fixed(receivedMs).fixed(receivedAt).signed(allowedSilenceMs);
    silence.write(out);
    out.signed(endedAt).flag(inHistory).number(reported.size());
    reported.forEach(breach -> BreachCodec.write(breach, out));
  }

  /**
   * The fields of a trace that scheduling and counting need.
   *
   * @param dueAt observed time of the next assessment
   * @param judgeAgainMs wall-clock time at which it has to be judged again; negative for never
   * @param held number of ends that are not counted yet
   */
  public record Head(
      String service, boolean open, Silence.Kind silence, long dueAt, long judgeAgainMs, int held) {

    /** Label of its state; empty when it has ended. */
    public String label() {
      return open
          ? (silence == Silence.Kind.NONE ? "running" : silence.name().toLowerCase(Locale.ROOT))
          : "";
    }
  }

  public static Head head(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    format(in);
    return head(in);
  }

  private static int format(FactReader in) {
    long format = in.number();
    if (format < 1 || format > FORMAT) {
      throw new IllegalArgumentException("not a trace of format 1 to " + FORMAT);
    }
    return (int) format;
  }

  private static Head head(FactReader in) {
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
    int format = format(in);
    Head head = head(in);
    FollowedTrace trace = new FollowedTrace(in.text(), in.text());
    trace.bytes = bytes.length;
    trace.judgeAgainMs = head.judgeAgainMs;
    trace.facts.read(in, format);
    trace.receivedMs = in.fixed();
    trace.receivedAt = in.fixed();
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
