package io.tracetide.benchmarks.micro;

import io.tracetide.benchmarks.workload.EventRecords;
import io.tracetide.benchmarks.workload.EventSequence;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.EventSource;
import io.tracetide.processor.ledger.LedgerOutput;
import io.tracetide.processor.ledger.TraceLedger;
import io.tracetide.processor.ledger.TraceRules;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMeter;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.WireFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The cost of following traces: a finished span of a trace that is not followed, and a trace that
 * starts and ends within a commit, decoding included. There is a commit and a new ledger every
 * 32,768 traces, so that no trace is known from before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class LedgerBenchmark implements EventSource, LedgerOutput {

  private static final int TRACES = 1 << 15;
  private static final long NOW_MS = 1_700_000_000_000L;

  private byte[][] starts;
  private byte[][] ends;
  private int at;
  private TraceEventReader reader;
  private AvroDecoder<TraceEvent> decoder;
  private final TraceView view = new TraceView();
  private TraceLedger ledger;
  private long counted;

  @Setup
  public void write() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    Workload workload = new Workload(1, TRACES, 1_000, 0, NOW_MS, 30_000);
    EventRecords records = new EventRecords(workload, registry);
    EventSequence events = workload.sequence();
    starts = new byte[TRACES][];
    ends = new byte[TRACES][];
    for (int i = 0; events.next(); i++) {
      starts[i] = records.encodeStart(events);
      ends[i] = records.encode(events);
    }
    decoder = new AvroDecoder<>(registry, TraceEvent.class);
    reader = new TraceEventReader(registry.schemaById(WireFormat.schemaId(ends[0])));
    renew();
  }

  private void renew() {
    ledger =
        new TraceLedger(
            LedgerConfig.defaults(),
            new TraceRules(true, TraceJudge.LENIENT, TraceMeter.NONE),
            this,
            new Nowhere(),
            this,
            new LedgerTally(),
            NOW_MS,
            10_000);
  }

  private int next() {
    at = (at + 1) & (TRACES - 1);
    if (at == 0) {
      ledger.commit(NOW_MS + 1_000);
      renew();
    }
    return at;
  }

  private void take(byte[] record) {
    reader.read(record, view);
    ledger.take(view);
  }

  /** Decoding only, for comparison. */
  @Benchmark
  public TraceView read() {
    reader.read(ends[next()], view);
    return view;
  }

  /** A finished span. */
  @Benchmark
  public long span() {
    take(ends[next()]);
    return counted;
  }

  /** Two events: a start and an end. */
  @Benchmark
  public long briefTrace() {
    int trace = next();
    take(starts[trace]);
    take(ends[trace]);
    return counted;
  }

  @Override
  public @Nullable TraceEvent decode(byte[] record) {
    return decoder.decode(record);
  }

  @Override
  public byte[] masked(byte[] record) {
    return record;
  }

  @Override
  public void read(byte[] record, TraceView into) {
    reader.read(record, into);
  }

  @Override
  public void count(TraceView event) {
    counted++;
  }

  @Override
  public void complete(TraceView event, long atMicros, boolean duration, boolean failure) {
    counted++;
  }

  @Override
  public void count(String tenant, SpanMeasurement measurement, double samplingWeight) {
    counted++;
  }

  @Override
  public void failed(RuntimeException failure) {
    throw failure;
  }

  @Override
  public boolean wantsChanges() {
    return false;
  }

  @Override
  public void changed(TraceSnapshot trace) {}

  @Override
  public void report(TraceFinding finding) {
    throw new IllegalStateException("nothing is wrong with these traces");
  }

  /** An empty storage that drops all writes, because the benchmark never reads them. */
  private static final class Nowhere implements LedgerStorage {

    @Override
    public byte @Nullable [] open(byte[] key) {
      return null;
    }

    @Override
    public void putOpen(byte[] key, byte[] trace) {}

    @Override
    public void removeOpen(byte[] key) {}

    @Override
    public void readOpen(byte[] from, BiPredicate<byte[], byte[]> reader) {}

    @Override
    public byte @Nullable [] kept(byte[] key) {
      return null;
    }

    @Override
    public void putKept(byte[] key, byte[] trace) {}

    @Override
    public void removeKept(byte[] key) {}

    @Override
    public void readKept(byte[] from, BiPredicate<byte[], byte[]> reader) {}

    @Override
    public byte @Nullable [] mark(String name) {
      return null;
    }

    @Override
    public void putMark(String name, byte[] value) {}

    @Override
    public void removeMark(String name) {}

    @Override
    public void readMarks(String prefix, BiPredicate<String, byte[]> reader) {}

    @Override
    public void appendNames(byte[] key, byte[] names) {}

    @Override
    public void dropNames(byte[] key) {}

    @Override
    public void readNames(BiPredicate<byte[], byte[]> reader) {}
  }
}
