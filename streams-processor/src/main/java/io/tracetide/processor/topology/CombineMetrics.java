package io.tracetide.processor.topology;

import io.tracetide.processor.event.KeyBuffer;
import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.metric.ExplicitBuckets;
import io.tracetide.processor.metric.FollowedTotals;
import io.tracetide.processor.metric.Increase;
import io.tracetide.processor.metric.InstanceHash;
import io.tracetide.processor.metric.InstanceId;
import io.tracetide.processor.metric.RunningTotal;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.MetricType;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Counts samples of metrics in memory, by series and base window, and sends one partial count for
 * each when the task commits, as {@link Combine} does with work.
 *
 * <p>Of a running total only what it rose by since the instance's last sample is counted. The last
 * samples are in memory and, from each commit on, in the store.
 */
final class CombineMetrics implements Processor<byte[], Validated<MetricView>, byte[], byte[]> {

  static final String COMMIT_HOOK = "combine-metrics-commit-hook";

  /**
   * Tells inputs of metrics from inputs of traces, whose number is their partition: each holds the
   * windows open on its own.
   */
  static final int INPUT = 1 << 16;

  /** Above this many partial counts a commit is asked for, which bounds the memory. */
  private static final int MANY_PARTIALS = 100_000;

  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  private final WindowTier tier;
  private final ProcessorMetrics metrics;
  private final FollowedTotals followed;
  private final PartialTable partials = new PartialTable();
  private final MetricView sample = new MetricView();
  private final KeyBuffer key = new KeyBuffer();
  private final InstanceHash instances = new InstanceHash();
  private final ServicePartitioner partitioner;
  private final String child;
  private ProcessorContext<byte[], byte[]> context;
  private Outbox outbox;
  private KeyValueStore<Bytes, byte[]> states;
  private long newestMs = Long.MIN_VALUE;

  /**
   * Combines into windows of the given tier.
   *
   * @param child takes the partial counts
   */
  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  CombineMetrics(
      WindowTier tier,
      MetricsConfig config,
      ServicePartitioner partitioner,
      String child,
      ProcessorMetrics metrics) {
    this.tier = tier;
    this.partitioner = partitioner;
    this.child = child;
    this.metrics = metrics;
    this.followed = new FollowedTotals(config.memory(), config.maxFollowed());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    outbox = new Outbox(context, child, INPUT | context.taskId().partition(), partitioner);
    states = context.getStateStore(MetricStores.COUNTER_STATES);
    ChangelogStart.ensure(states, Bytes.wrap(new byte[0]));
    restore();
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::write, this::forget);
    context.schedule(
        FORGET_INTERVAL, PunctuationType.WALL_CLOCK_TIME, nowMs -> followed.forgetSilent(nowMs));
  }

  private void restore() {
    followed.clear();
    long nowMs = context.currentSystemTimeMs();
    try (KeyValueIterator<Bytes, byte[]> stored = states.all()) {
      while (stored.hasNext()) {
        KeyValue<Bytes, byte[]> next = stored.next();
        followed.restore(InstanceId.decode(next.key.get()), RunningTotal.decode(next.value), nowMs);
      }
    }
  }

  @Override
  public void process(Record<byte[], Validated<MetricView>> record) {
    if (record.value() instanceof Validated.Run<MetricView> samples) {
      while (samples.next(sample)) {
        take(sample);
      }
    }
  }

  private void take(MetricView sample) {
    newestMs = Math.max(newestMs, sample.timestampMs());
    switch (sample.type()) {
      case GAUGE -> {
        at(sample).record(sample.value(), 1, false);
        metrics.samplesAggregated.increment();
      }
      case COUNTER -> count(sample, follow(sample));
      case HISTOGRAM -> count(sample, sample.hasStart() ? follow(sample) : asItIs(sample));
    }
    if (partials.size() > MANY_PARTIALS) {
      context.commit();
    }
  }

  private Increase follow(MetricView sample) {
    sample.writeInstance(key);
    return followed.follow(
        instances.of(key.array(), key.length()), total(sample), context.currentSystemTimeMs());
  }

  private static RunningTotal total(MetricView sample) {
    boolean distribution = sample.type() == MetricType.HISTOGRAM;
    return new RunningTotal(
        sample.timestampMicros(),
        sample.hasStart() ? sample.startMicros() : RunningTotal.NO_START,
        distribution ? sample.histogramSum() : sample.value(),
        distribution ? buckets(sample) : new long[0],
        distribution ? ExplicitBuckets.hash(sample.bounds(), sample.boundCount()) : 0);
  }

  /** A distribution of its own, of what was observed since the one before. */
  private static Increase asItIs(MetricView sample) {
    return new Increase.Counted(sample.histogramSum(), buckets(sample));
  }

  private static long[] buckets(MetricView sample) {
    return Arrays.copyOf(sample.buckets(), sample.bucketCount());
  }

  private void count(MetricView sample, Increase increase) {
    if (increase instanceof Increase.Counted counted) {
      if (sample.type() == MetricType.COUNTER) {
        at(sample).record(counted.sum(), 1, false);
      } else {
        observe(sample, counted);
      }
      metrics.samplesAggregated.increment();
    } else if (increase instanceof Increase.Uncounted reason) {
      metrics.uncounted(reason).increment();
    }
  }

  private void observe(MetricView sample, Increase.Counted counted) {
    long observations = ExplicitBuckets.observations(counted.buckets());
    if (observations == 0) {
      return;
    }
    WindowStats stats = at(sample);
    for (int i = 0; i < counted.buckets().length; i++) {
      if (counted.buckets()[i] > 0) {
        double value =
            sample.boundCount() == 0
                ? counted.sum() / observations
                : ExplicitBuckets.representative(sample.bounds(), sample.boundCount(), i);
        stats.observe(value, counted.buckets()[i]);
      }
    }
    stats.addToSum(counted.sum());
  }

  private WindowStats at(MetricView sample) {
    sample.writeSeriesKey(key);
    return partials.at(key.array(), key.length(), tier.windowStart(sample.timestampMs()));
  }

  private void write() {
    outbox.send(partials, newestMs);
    followed.write(
        new FollowedTotals.Journal() {
          @Override
          public void put(InstanceId id, RunningTotal last) {
            states.put(Bytes.wrap(id.encode()), last.encode());
          }

          @Override
          public void delete(InstanceId id) {
            states.delete(Bytes.wrap(id.encode()));
          }
        });
  }

  private void forget() {
    partials.clear();
    followed.clear();
  }
}
