package io.tracetide.processor.topology.window;

import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.total.SeriesTotals;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.tier.WindowCloser;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Runs the {@link WindowCloser} of a partition on blocks of partial counts, a wall-clock timer and
 * the commits of its task. All windows are forwarded to {@link #PUBLISH}; closed windows, and
 * recent base windows that were revised, also to the nodes that evaluate their tier.
 */
public final class AggregateWindows implements Processor<byte[], byte[], byte[], WindowEvent> {

  public static final String COMMIT_HOOK = "aggregate-commit-hook";

  /**
   * Store of times by name, in milliseconds since the epoch: the event time, and the time up to
   * which each tier has closed; also of the lateness of services.
   */
  public static final String WATERMARKS = "window-watermarks";

  /** Store of the blocks of partial counts that open windows consist of. */
  public static final String JOURNAL = "open-windows";

  /** Child that publishes windows of every tier. */
  public static final String PUBLISH = "publish-windows";

  /** Period of the timer that closes windows. */
  private static final Duration CLOSE_INTERVAL = Duration.ofMillis(250);

  private final WindowWiring wiring;
  private final List<EvaluatingNode> evaluating;
  private final ProcessorMetrics metrics;
  private final OpenWindows open = new OpenWindows();
  private ProcessorContext<byte[], WindowEvent> context;
  private SeriesAdmission admission;
  private WindowCloser closer;
  private TaskChanges changes;
  private SeriesTotals totals;

  /**
   * Creates the processor for the configured tiers.
   *
   * @param evaluating children that evaluate closed windows, series by series
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public AggregateWindows(
      WindowWiring wiring, List<EvaluatingNode> evaluating, ProcessorMetrics metrics) {
    this.wiring = wiring;
    this.evaluating = evaluating;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], WindowEvent> context) {
    this.context = context;
    KeyValueStore<Bytes, Long> names = context.getStateStore(SeriesAdmission.ADMITTED_NAMES);
    ChangelogStart.ensure(names, Bytes.wrap(new byte[0]));
    int partitions = wiring.partitionCount().getAsInt();
    changes = wiring.partitions().changes(context.taskId().partition());
    changes.discard();
    totals =
        new SeriesTotals(
            context.taskId().partition(),
            wiring.totals().limits(partitions),
            new KafkaTotalStore(context.getStateStore(KafkaTotalStore.TOTALS)),
            wiring.totals().local(),
            metrics.totalsFolded::increment);
    admission =
        new SeriesAdmission(wiring.cardinality().limits(partitions), names, totals, metrics);
    closer =
        new WindowCloser(
            wiring.config(),
            wiring.exactlyOnce(),
            open,
            admission.limits(),
            new KafkaWindowStorage(context),
            new WindowEventForwarder(
                context, PUBLISH, wiring.config().tiers(), evaluating, changes, totals, metrics),
            context.currentSystemTimeMs());
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::commit, this::discard);
    context.schedule(CLOSE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::close);
    wiring.partitions().opened(context.taskId().partition(), open, closer.services());
    totals.open(closer.closedUpTo());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    goesOn();
    closer.add(record.value(), context.currentSystemTimeMs());
  }

  private void goesOn() {
    changes.goesOn();
    totals.goesOn();
  }

  private void close(long nowMs) {
    goesOn();
    closer.close(nowMs);
  }

  private void commit() {
    closer.commit(context.currentSystemTimeMs());
    admission.write();
    totals.write(closer.closedUpTo());
    changes.commits();
  }

  /** Discards the windows in memory: the task is closed, or restarts from its last commit. */
  private void discard() {
    wiring.partitions().closed(context.taskId().partition(), open);
    changes.discard();
    totals.discard();
    open.clear();
  }
}
