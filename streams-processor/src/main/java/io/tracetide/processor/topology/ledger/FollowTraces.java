package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.incident.CallReport;
import io.tracetide.processor.incident.CallSampler;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.LedgerOutput;
import io.tracetide.processor.ledger.TraceLedger;
import io.tracetide.processor.ledger.TraceRules;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.Combine;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.runtime.kafka.streams.FailurePolicy;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows every trace in flight, and counts each span once. One child receives the partial counts,
 * another the breaches of traces and the calls between operations.
 *
 * <p>Counting is a method call, not a separate processor, because forwarding a record for every
 * event would cost too much.
 */
public final class FollowTraces
    implements Processor<byte[], Validated<TraceView>, byte[], byte[]>, LedgerOutput {

  private static final Logger log = LoggerFactory.getLogger(FollowTraces.class);
  private static final long FAILURE_QUIET_MS = 10_000;

  public static final String COMMIT_HOOK = "traces-commit-hook";

  /** Period of the timer; stuck traces must be found within two seconds. */
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private static final Duration BETWEEN_CALLS = Duration.ofSeconds(1);

  private final LedgerWiring wiring;
  private final boolean templating;
  private final SchemaRegistry registry;
  private final ProcessorMetrics metrics;
  private final Children children;
  private final Combine combine;
  private final CallSampler calls;
  private final TraceView measured = new TraceView();

  /** Events that are processed together, so that their memory is prefetched together. */
  private final TraceView[] batch = new TraceView[KeyTable.FETCHED_TOGETHER];

  private final int[] positions = new int[KeyTable.FETCHED_TOGETHER];
  private long failureQuietUntilMs = Long.MIN_VALUE;

  /** Keeps prefetches from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  private ProcessorContext<byte[], byte[]> context;
  private @Nullable TraceLedger ledger;
  private @Nullable LedgerPartition partition;
  private InputProgress.Watch input;
  private TaskChanges changes;

  /**
   * Names of the child processors.
   *
   * @param partials receives partial counts
   * @param findings receives findings and calls
   */
  public record Children(String partials, String findings) {}

  /**
   * Follows the traces of one partition.
   *
   * @param templating whether operations are reported under the templates of their names
   * @param combine counts the spans
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public FollowTraces(
      LedgerWiring wiring,
      boolean templating,
      SchemaRegistry registry,
      ProcessorMetrics metrics,
      Combine combine,
      Children children) {
    this.combine = combine;
    this.wiring = wiring;
    this.templating = templating;
    this.registry = registry;
    this.metrics = metrics;
    this.children = children;
    this.calls = new CallSampler(templating, this::report);
    Arrays.setAll(batch, i -> new TraceView());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    combine.open(context, children.partials);
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::commit, this::discard);
    context.schedule(BETWEEN_CALLS, PunctuationType.WALL_CLOCK_TIME, calls::advance);
    changes = wiring.ledgers().changes(context.taskId().partition());
    changes.discard();
    if (!wiring.config().enabled()) {
      return;
    }
    int number = context.taskId().partition();
    input = wiring.input().watch(number);
    TraceLedger opened =
        new TraceLedger(
            wiring.config(),
            new TraceRules(templating, wiring.judge(), wiring.meter()),
            new SchemaEvents(registry, wiring.mask()),
            new LedgerStores(context),
            this,
            metrics.ledger,
            context.currentSystemTimeMs(),
            wiring.input().longestGapMs());
    ledger = opened;
    LedgerPartition view = opened.partition();
    partition = view;
    context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, nowMs -> advance(opened, nowMs));
    wiring.ledgers().opened(number, view);
  }

  private void advance(TraceLedger following, long nowMs) {
    changes.goesOn();
    try {
      following.advance(nowMs, input.isCaughtUp());
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void process(Record<byte[], Validated<TraceView>> record) {
    changes.goesOn();
    if (record.value() instanceof Validated.Run<TraceView> events) {
      for (int count = read(events); count > 0; count = read(events)) {
        fetch(count);
        take(events, count);
        for (int i = 0; i < count; i++) {
          calls.observe(batch[i]);
        }
      }
      combine.tally();
    }
  }

  /** Reads the next events of a record and returns their number. */
  private int read(Validated.Run<TraceView> events) {
    int count = 0;
    while (count < batch.length && events.next(batch[count])) {
      positions[count] = events.position();
      count++;
    }
    return count;
  }

  private void fetch(int count) {
    TraceLedger following = ledger;
    // Hashes and keys first: the CPU executes only a few hundred instructions ahead, so prefetches
    // that are to overlap must be that close together.
    for (int i = 0; i < count; i++) {
      combine.prepare(batch[i]);
      if (following != null) {
        following.prepare(batch[i]);
      }
    }
    for (int i = 0; i < count; i++) {
      fetched += combine.fetch(batch[i]) + (following == null ? 0 : following.fetch(batch[i]));
    }
  }

  private void take(Validated.Run<TraceView> events, int count) {
    TraceLedger following = ledger;
    for (int i = 0; i < count; i++) {
      try {
        if (following == null) {
          combine.take(batch[i]);
        } else {
          following.take(batch[i]);
        }
      } catch (RuntimeException e) {
        events.setAside(positions[i], e);
      }
    }
  }

  @Override
  public void count(TraceView event) {
    combine.take(event);
  }

  @Override
  public void complete(TraceView event, long atMicros, boolean duration, boolean failure) {
    combine.complete(event, atMicros, duration, failure);
  }

  @Override
  public void count(String tenant, SpanMeasurement measurement, double samplingWeight) {
    String workflow = measurement.workflow();
    measured.startOnMeasurement(
        tenant,
        measurement.service(),
        templating ? OperationTemplate.of(workflow) : workflow,
        measurement.metric(),
        measurement.value(),
        measurement.atMicros());
    measured.setSamplingWeight(samplingWeight);
    combine.take(measured);
  }

  @Override
  public boolean wantsChanges() {
    return changes.wants(StateChange.Kind.TRACES);
  }

  @Override
  public void changed(TraceSnapshot trace) {
    changes.add(new StateChange.OfTrace(trace));
  }

  @Override
  public void failed(RuntimeException failure) {
    if (FailurePolicy.isOfTheEnvironment(failure)) {
      throw failure;
    }
    metrics.dropped("trace_not_followed", Topics.TRACES).increment();
    long nowMs = context.currentSystemTimeMs();
    if (nowMs >= failureQuietUntilMs) {
      failureQuietUntilMs = nowMs + FAILURE_QUIET_MS;
      log.error("trace not followed", failure);
    }
  }

  @Override
  public void report(TraceFinding found) {
    byte[] service = SeriesCodec.servicePrefix(found.tenant(), found.service());
    byte[] key =
        ByteBuffer.allocate(Integer.BYTES).putInt(SeriesCodec.serviceHash(service)).array();
    context.forward(
        new Record<>(key, TraceFindingCodec.encode(found), found.atMs()), children.findings);
  }

  private void report(CallReport found) {
    byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(found.tenant().hashCode()).array();
    long atMs = Math.max(0, context.currentStreamTimeMs());
    context.forward(new Record<>(key, found.encode(), atMs), children.findings);
  }

  private void commit() {
    TraceLedger following = ledger;
    if (following != null) {
      following.commit(context.currentSystemTimeMs());
      changes.commits();
    }
    combine.send();
  }

  /** Called when the task restarts from the last commit, or has moved to another process. */
  private void discard() {
    combine.discard();
    changes.discard();
    TraceLedger gone = ledger;
    LedgerPartition view = partition;
    if (gone != null && view != null) {
      wiring.ledgers().closed(context.taskId().partition(), view);
      gone.close();
    }
  }
}
