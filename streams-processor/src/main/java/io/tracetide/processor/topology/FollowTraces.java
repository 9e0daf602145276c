package io.tracetide.processor.topology;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.LedgerOutput;
import io.tracetide.processor.ledger.LedgerPartition;
import io.tracetide.processor.ledger.Measurement;
import io.tracetide.processor.ledger.TraceFinding;
import io.tracetide.processor.ledger.TraceFindingCodec;
import io.tracetide.processor.ledger.TraceLedger;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Follows every trace that is in flight, and passes on each piece of work once. One child gets the
 * events that are to be counted, another what is wrong with traces.
 */
final class FollowTraces implements Processor<byte[], TraceView, byte[], TraceView>, LedgerOutput {

  static final String COMMIT_HOOK = "ledger-commit-hook";

  private static final byte[] NO_KEY = {};

  /** How often time is looked at; stuck traces are to be found within two seconds. */
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final LedgerWiring wiring;
  private final boolean templating;
  private final SchemaRegistry registry;
  private final ProcessorMetrics metrics;
  private final Children children;
  private final TraceView finding = new TraceView();
  private final TraceView measured = new TraceView();
  private ProcessorContext<byte[], TraceView> context;
  private @Nullable TraceLedger ledger;
  private @Nullable LedgerPartition partition;
  private InputProgress.Watch input;

  /**
   * Who gets what.
   *
   * @param counted takes events that are to be counted
   * @param findings takes findings, as the bytes of a view
   */
  record Children(String counted, String findings) {}

  /**
   * Follows the traces of one partition.
   *
   * @param templating whether operations are reported under the templates of their names
   */
  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  FollowTraces(
      LedgerWiring wiring,
      boolean templating,
      SchemaRegistry registry,
      ProcessorMetrics metrics,
      Children children) {
    this.wiring = wiring;
    this.templating = templating;
    this.registry = registry;
    this.metrics = metrics;
    this.children = children;
  }

  @Override
  public void init(ProcessorContext<byte[], TraceView> context) {
    this.context = context;
    if (!wiring.config().enabled()) {
      return;
    }
    int number = context.taskId().partition();
    input = wiring.input().watch(number);
    TraceLedger opened =
        new TraceLedger(
            wiring.config(),
            templating,
            wiring.judge(),
            wiring.meter(),
            new SchemaEvents(registry, wiring.mask()),
            new LedgerStores(context),
            this,
            metrics.ledger,
            context.currentSystemTimeMs(),
            wiring.input().longestGapMs());
    ledger = opened;
    LedgerPartition view = opened.partition();
    partition = view;
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(() -> opened.commit(context.currentSystemTimeMs()), this::forget);
    context.schedule(
        INTERVAL, PunctuationType.WALL_CLOCK_TIME, nowMs -> opened.look(nowMs, input.isCaughtUp()));
    wiring.ledgers().opened(number, view);
  }

  @Override
  public void process(Record<byte[], TraceView> record) {
    TraceLedger following = ledger;
    if (following == null) {
      context.forward(record, children.counted);
    } else {
      following.take(record.value());
    }
  }

  @Override
  public void count(TraceView event) {
    context.forward(
        new Record<>(NO_KEY, event, Math.max(0, event.timestampMs())), children.counted);
  }

  @Override
  public void count(String tenant, Measurement measurement, double samplingWeight) {
    String workflow = measurement.workflow();
    measured.startOnMeasurement(
        tenant,
        measurement.service(),
        templating ? OperationTemplate.of(workflow) : workflow,
        measurement.metric(),
        measurement.value(),
        measurement.atMicros());
    measured.setSamplingWeight(samplingWeight);
    context.forward(
        new Record<>(NO_KEY, measured, Math.max(0, measured.timestampMs())), children.counted);
  }

  @Override
  public void report(TraceFinding found) {
    byte[] service = SeriesCodec.servicePrefix(found.tenant(), found.service());
    byte[] key =
        ByteBuffer.allocate(Integer.BYTES).putInt(SeriesCodec.serviceHash(service)).array();
    finding.startOn(TraceFindingCodec.encode(found));
    context.forward(new Record<>(key, finding, found.atMs()), children.findings);
  }

  /** The task begins again from the last commit, or has gone elsewhere. */
  private void forget() {
    TraceLedger gone = ledger;
    LedgerPartition view = partition;
    if (gone != null && view != null) {
      wiring.ledgers().closed(context.taskId().partition(), view);
      gone.close();
    }
  }
}
