package io.tracetide.processor.topology.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.metric.CountedIntervals;
import io.tracetide.processor.metric.ExplicitBuckets;
import io.tracetide.processor.metric.Extreme;
import io.tracetide.processor.metric.FollowedTotals;
import io.tracetide.processor.metric.Increase;
import io.tracetide.processor.metric.InstanceHash;
import io.tracetide.processor.metric.InstanceId;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.metric.RunningTotal;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
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
 * Counts metric samples in memory, by series and base window, and sends one partial count for each
 * when the task commits, as {@link Combine} does with spans.
 *
 * <p>Of a running total the increase since the instance's last sample is counted; of a delta each
 * interval once. The last samples and the intervals are in memory, and are saved to the store at
 * each commit.
 *
 * <p>A sample is counted in its metric as a whole, and in the part of it that its configured
 * attributes identify.
 */
public final class CombineMetrics
    implements Processor<byte[], Validated<MetricView>, byte[], byte[]> {

  public static final String COMMIT_HOOK = "combine-metrics-commit-hook";

  /**
   * Added to the partition of a metric input to distinguish it from trace inputs, whose number is
   * their partition; each input has its own watermark.
   */
  static final int INPUT = 1 << 16;

  /** Above this many partial counts a commit is requested, which bounds the memory. */
  private static final int MANY_PARTIALS = 100_000;

  private static final long[] NO_BUCKETS = {};
  private static final Extreme NO_EXTREME = Extreme.known(Double.NaN);

  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

  private final WindowTier tier;
  private final ProcessorMetrics metrics;
  private final FollowedTotals followed;
  private final CountedIntervals intervals;
  private final byte[][] dimensions;
  private final PartialTable partials = new PartialTable();
  private final MetricView sample = new MetricView();
  private final KeyBuffer key = new KeyBuffer();
  private final InstanceHash instances = new InstanceHash();
  private final ServicePartitioner partitioner;
  private final String child;
  private ProcessorContext<byte[], byte[]> context;
  private PartialSender sender;
  private KeyValueStore<Bytes, byte[]> states;
  private long newestMs = Long.MIN_VALUE;

  /**
   * Creates the processor for windows of the given tier.
   *
   * @param child receives the partial counts
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public CombineMetrics(
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
    this.intervals = new CountedIntervals(config.memory(), config.maxFollowed());
    this.dimensions =
        config.dimensions().stream()
            .map(name -> name.getBytes(UTF_8))
            .sorted(Arrays::compareUnsigned)
            .toArray(byte[][]::new);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    sender = new PartialSender(context, child, INPUT | context.taskId().partition(), partitioner);
    states = context.getStateStore(MetricStores.COUNTER_STATES);
    ChangelogStart.ensure(states, Bytes.wrap(new byte[0]));
    restore();
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::write, this::discard);
    context.schedule(
        FORGET_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        nowMs -> {
          followed.forgetSilent(nowMs);
          intervals.forgetSilent(nowMs);
        });
  }

  private void restore() {
    followed.clear();
    intervals.clear();
    long nowMs = context.currentSystemTimeMs();
    try (KeyValueIterator<Bytes, byte[]> stored = states.all()) {
      while (stored.hasNext()) {
        KeyValue<Bytes, byte[]> next = stored.next();
        CountedIntervals.Interval interval = MetricStores.interval(next.key);
        if (interval == null) {
          followed.restore(
              InstanceId.decode(next.key.get()), RunningTotal.decode(next.value), nowMs);
        } else {
          intervals.restore(interval, nowMs);
        }
      }
    }
  }

  @Override
  public void process(Record<byte[], Validated<MetricView>> record) {
    if (record.value() instanceof Validated.Run<MetricView> samples) {
      while (samples.next(sample)) {
        try {
          take(sample);
        } catch (RuntimeException e) {
          samples.setAside(samples.position(), e);
        }
      }
    }
  }

  private void take(MetricView sample) {
    newestMs = Math.max(newestMs, sample.timestampMs());
    Increase increase = increase(sample);
    if (increase instanceof Increase.Counted counted) {
      count(sample, counted);
    } else if (increase instanceof Increase.Uncounted reason) {
      metrics.uncounted(reason).increment();
    }
    if (partials.size() > MANY_PARTIALS) {
      context.commit();
    }
  }

  private Increase increase(MetricView sample) {
    if (sample.type() == MetricType.GAUGE) {
      return new Increase.Counted(sample.value(), NO_BUCKETS, NO_EXTREME, NO_EXTREME);
    }
    return switch (sample.temporality()) {
      case CUMULATIVE -> follow(sample);
      case DELTA -> isRepeated(sample) ? Increase.Uncounted.REPEATED : uncompared(sample);
      // A counter without a start is still a running total; a distribution without one is not.
      case UNSPECIFIED ->
          sample.type() == MetricType.COUNTER || sample.hasStart()
              ? follow(sample)
              : uncompared(sample);
    };
  }

  private boolean isRepeated(MetricView sample) {
    sample.writeInstance(key);
    CountedIntervals.Outcome outcome =
        intervals.count(
            new CountedIntervals.Interval(
                instances.of(key.array(), key.length()),
                sample.hasStart() ? sample.startMicros() : RunningTotal.NO_START,
                sample.timestampMicros()),
            context.currentSystemTimeMs());
    if (outcome == CountedIntervals.Outcome.UNCHECKED) {
      metrics.samplesUnchecked.increment();
    }
    return outcome == CountedIntervals.Outcome.REPEATED;
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
        distribution ? buckets(sample) : NO_BUCKETS,
        distribution ? ExplicitBuckets.hash(sample.bounds(), sample.boundCount()) : 0,
        sample.min(),
        sample.max(),
        sample.temporality() == Temporality.CUMULATIVE);
  }

  /** The values of the sample, without a comparison with earlier ones. */
  private static Increase uncompared(MetricView sample) {
    boolean distribution = sample.type() == MetricType.HISTOGRAM;
    return new Increase.Counted(
        distribution ? sample.histogramSum() : sample.value(),
        distribution ? buckets(sample) : NO_BUCKETS,
        Extreme.known(sample.min()),
        Extreme.known(sample.max()));
  }

  private static long[] buckets(MetricView sample) {
    return Arrays.copyOf(sample.buckets(), sample.bucketCount());
  }

  /** Counts a sample in its metric as a whole, and in the part that its attributes identify. */
  private void count(MetricView sample, Increase.Counted counted) {
    metrics.samplesAggregated.increment();
    if (sample.type() == MetricType.HISTOGRAM
        && ExplicitBuckets.observations(counted.buckets()) == 0) {
      return;
    }
    long windowStartMs = tier.windowStart(sample.timestampMs());
    sample.writeSeriesKey(key);
    add(sample, counted, partials.at(key.array(), key.length(), windowStartMs));
    if (sample.writePartKey(dimensions, key)) {
      add(sample, counted, partials.at(key.array(), key.length(), windowStartMs));
    }
  }

  private static void add(MetricView sample, Increase.Counted counted, WindowStats stats) {
    stats.unit(sample.bytes(), sample.unitStart(), sample.unitLength());
    stats.kind(kind(sample.type()));
    if (sample.type() == MetricType.HISTOGRAM) {
      observe(sample, counted, stats);
    } else {
      stats.record(counted.sum(), 1, false);
    }
  }

  private static ValueKind kind(MetricType type) {
    return switch (type) {
      case GAUGE -> ValueKind.GAUGE;
      case COUNTER -> ValueKind.COUNTER;
      case HISTOGRAM -> ValueKind.DISTRIBUTION;
    };
  }

  private static void observe(MetricView sample, Increase.Counted counted, WindowStats stats) {
    if (sample.boundCount() == 0) {
      observeUnplaced(ExplicitBuckets.observations(counted.buckets()), counted, stats);
      return;
    }
    double estimate = 0;
    for (int i = 0; i < counted.buckets().length; i++) {
      long inBucket = counted.buckets()[i];
      if (inBucket > 0) {
        double value =
            within(
                counted, ExplicitBuckets.representative(sample.bounds(), sample.boundCount(), i));
        stats.observe(value, inBucket);
        estimate += value * (double) inBucket;
      }
    }
    stats.addToSum(Double.isNaN(counted.sum()) ? estimate : counted.sum());
    if (counted.least().isKnown()) {
      stats.least(counted.least().value(), Double.NaN);
    }
    if (counted.greatest().isKnown()) {
      stats.greatest(counted.greatest().value(), Double.NaN);
    }
  }

  /** Without buckets there are no quantiles; without a sum only the number is counted. */
  private static void observeUnplaced(
      long observations, Increase.Counted counted, WindowStats stats) {
    if (Double.isNaN(counted.sum())) {
      stats.countOnly(observations);
    } else {
      stats.observeUnplaced(observations);
      stats.addToSum(counted.sum());
    }
    stats.least(counted.least().known(), counted.least().value());
    stats.greatest(counted.greatest().known(), counted.greatest().value());
  }

  /** Limits the representative of a bucket to the smallest and the largest observation. */
  private static double within(Increase.Counted counted, double value) {
    double least = counted.least().value();
    double greatest = counted.greatest().value();
    double raised = least > value ? least : value;
    return greatest < raised ? greatest : raised;
  }

  private void write() {
    sender.send(partials, newestMs);
    intervals.write(
        new CountedIntervals.Journal() {
          @Override
          public void put(CountedIntervals.Interval interval) {
            states.put(MetricStores.intervalKey(interval), MetricStores.COUNTED);
          }

          @Override
          public void delete(CountedIntervals.Interval interval) {
            states.delete(MetricStores.intervalKey(interval));
          }
        });
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

  private void discard() {
    partials.clear();
    followed.clear();
    intervals.clear();
  }
}
