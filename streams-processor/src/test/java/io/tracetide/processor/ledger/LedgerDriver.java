package io.tracetide.processor.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceMeter;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A ledger with time and storage in the hands of a test. */
public final class LedgerDriver implements LedgerOutput, EventSource {

  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();
  private static final AvroEncoder<TraceEvent> ENCODER =
      new AvroEncoder<>(REGISTRY, "traces-value", TraceEvent.class);
  private static final AvroDecoder<TraceEvent> DECODER =
      new AvroDecoder<>(REGISTRY, TraceEvent.class);

  final MemoryStorage storage = new MemoryStorage();
  final LedgerTally tally = new LedgerTally();
  final List<TraceFinding> findings = new ArrayList<>();

  /** Counted events: finished spans with their duration, other events with their number. */
  final Map<String, Integer> counted = new TreeMap<>();

  /** Number of spans counted as failed. */
  int failures;

  private final LedgerConfig config;
  private final TraceJudge judge;
  private final TraceMeter meter;
  private final TraceMask mask = new TraceMask(Masker.of(PrivacyConfig.defaults()));

  /** Events that were looked into. */
  int decoded;

  /** What was measured, in short. */
  final List<String> measured = new ArrayList<>();

  /** Traces that were reported as changed, oldest first. */
  final List<TraceSnapshot> changes = new ArrayList<>();

  private final TraceView view = new TraceView();
  private TraceLedger ledger;
  long nowMs = START.toEpochMilli();
  boolean caughtUp = true;

  LedgerDriver() {
    this(LedgerConfig.defaults(), TraceJudge.LENIENT);
  }

  LedgerDriver(LedgerConfig config, TraceJudge judge) {
    this(config, judge, TraceMeter.NONE);
  }

  LedgerDriver(LedgerConfig config, TraceJudge judge, TraceMeter meter) {
    this.config = config;
    this.judge = judge;
    this.meter = meter;
    ledger = start();
  }

  private TraceLedger start() {
    return new TraceLedger(
        config,
        new TraceRules(true, judge, meter),
        this,
        storage,
        this,
        tally,
        nowMs,
        Duration.ofSeconds(10).toMillis());
  }

  /** Begins again from the last commit, after so much time. */
  void restart(Duration downtime) {
    ledger.close();
    nowMs += downtime.toMillis();
    ledger = start();
  }

  void take(TraceEvent event) {
    read(ENCODER.encode(event), view);
    ledger.take(view);
  }

  /** Takes events that are committed. */
  void takeAll(TraceEvent... events) {
    for (TraceEvent event : events) {
      take(event);
    }
    commit();
  }

  void commit() {
    ledger.commit(nowMs);
  }

  /** Lets time pass, with a look each quarter of a second and a commit each second. */
  void pass(Duration time) {
    long untilMs = nowMs + time.toMillis();
    int looks = 0;
    while (nowMs < untilMs) {
      nowMs = Math.min(untilMs, nowMs + 250);
      ledger.advance(nowMs, caughtUp);
      if (++looks % 4 == 0) {
        commit();
      }
    }
    commit();
  }

  LedgerPartition partition() {
    return ledger.partition();
  }

  TraceSnapshot find(String traceId) {
    return requireNonNull(partition().find("default", traceId), traceId);
  }

  /** Whether a trace was followed, and not only noted. */
  boolean wasFollowed(String traceId) {
    return ledger.isFollowed("default", traceId);
  }

  String stateOf(String traceId) {
    @Nullable TraceSnapshot trace = partition().find("default", traceId);
    return trace == null ? "unknown" : trace.state().label();
  }

  /** An event of the trace {@code t}, so many milliseconds after the start. */
  public static TraceEvent.Builder event(TraceEventType type, String spanId, long atMs) {
    return TraceEvent.newBuilder()
        .setType(type)
        .setTraceId("t")
        .setSpanId(spanId)
        .setServiceName("planner")
        .setOperationName("plan")
        .setStatus(type == TraceEventType.COMPLETED ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
        .setTimestamp(START.plusMillis(atMs));
  }

  @Override
  public void count(TraceView event) {
    String what =
        event.isCompleted()
            ? event.operation() + " " + (event.hasDuration() ? event.durationMicros() : "?")
            : event.operation() + " open " + event.timestampMs();
    counted.merge(what, 1, Integer::sum);
    failures += event.isCompleted() && event.isFailed() ? 1 : 0;
  }

  @Override
  public void complete(TraceView event, long atMicros, boolean duration, boolean failure) {
    if (duration) {
      Integer unknown = counted.remove(event.operation() + " ?");
      assertThat(unknown).as("counted without a duration before").isNotNull();
      if (unknown > 1) {
        counted.put(event.operation() + " ?", unknown - 1);
      }
      counted.merge(event.operation() + " " + event.durationMicros(), 1, Integer::sum);
    }
    failures += failure ? 1 : 0;
  }

  @Override
  public void failed(RuntimeException failure) {
    throw failure;
  }

  @Override
  public void report(TraceFinding finding) {
    findings.add(finding);
  }

  /** Findings in short: kind, and whether it began. */
  List<String> reported() {
    List<String> inShort =
        findings.stream()
            .map(f -> f.breach().kind() + " " + f.breach().rule() + (f.open() ? "open" : "closed"))
            .toList();
    findings.clear();
    return inShort;
  }

  @Override
  public @Nullable TraceEvent decode(byte[] record) {
    decoded++;
    return mask.masked(DECODER.decode(record));
  }

  @Override
  public byte[] masked(byte[] record) {
    TraceEvent event = DECODER.decode(record);
    TraceEvent masked = mask.masked(event);
    return masked.equals(event) ? record : ENCODER.encode(masked);
  }

  @Override
  public void count(String tenant, SpanMeasurement measurement, double samplingWeight) {
    measured.add(
        measurement.service()
            + " "
            + measurement.workflow()
            + " "
            + measurement.metric()
            + " "
            + measurement.value()
            + " x "
            + samplingWeight);
  }

  @Override
  public void read(byte[] record, TraceView into) {
    new TraceEventReader(REGISTRY.schemaById(WireFormat.schemaId(record))).read(record, into);
  }

  @Override
  public boolean wantsChanges() {
    return true;
  }

  @Override
  public void changed(TraceSnapshot trace) {
    changes.add(trace);
  }
}
