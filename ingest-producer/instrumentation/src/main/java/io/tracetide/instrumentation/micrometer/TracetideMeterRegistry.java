package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import io.micrometer.core.instrument.push.PushMeterRegistry;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import io.tracetide.client.TraceEmitter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a sample of every meter at an interval through a {@link TraceEmitter}: counters, timers
 * and summaries as cumulative totals since their creation, gauges as their current value.
 *
 * <p>Samples are created on a thread of the registry; recording in a meter has no extra cost. The
 * application closes the emitter, after this registry.
 */
public final class TracetideMeterRegistry extends PushMeterRegistry {

  /*
   * Cumulative totals, whose increase from sample to sample the processor counts: a dropped sample costs
   * resolution, not counts. The deltas of a step registry would be lost.
   */

  private final TracetideRegistryConfig config;
  private final TraceEmitter emitter;
  private final Map<Meter.Id, Instant> starts = new ConcurrentHashMap<>();
  private Instant lastPublished = Instant.EPOCH;

  /** Starts a registry with the default settings. */
  public TracetideMeterRegistry(TraceEmitter emitter) {
    this(TracetideRegistryConfig.DEFAULT, Clock.SYSTEM, emitter);
  }

  /** Starts a registry. */
  public TracetideMeterRegistry(TracetideRegistryConfig config, Clock clock, TraceEmitter emitter) {
    super(config, clock);
    this.config = config;
    this.emitter = emitter;
    config().namingConvention(MetricNames.WITH_UNITS);
    config().onMeterRemoved(meter -> starts.remove(meter.getId()));
    start(new NamedThreadFactory("tracetide-metrics"));
  }

  @Override
  protected void publish() {
    Samples samples = new Samples(emitter, config().namingConvention(), nextTime());
    for (Meter meter : getMeters()) {
      Instant start = startOf(meter.getId());
      meter.use(
          samples::gauge,
          counter -> samples.counter(counter, start),
          timer -> samples.timer(timer, start),
          summary -> samples.summary(summary, start),
          samples::longTaskTimer,
          samples::timeGauge,
          counter -> samples.functionCounter(counter, start),
          timer -> samples.functionTimer(timer, start),
          other -> samples.other(other, start));
    }
  }

  /** Strictly increasing, because a second sample of the same time is ignored as a duplicate. */
  private synchronized Instant nextTime() {
    Instant now = Instant.ofEpochMilli(clock.wallTime());
    lastPublished = now.isAfter(lastPublished) ? now : lastPublished.plus(1, ChronoUnit.MICROS);
    return lastPublished;
  }

  private Instant startOf(Meter.Id id) {
    return starts.computeIfAbsent(id, made -> Instant.ofEpochMilli(clock.wallTime()));
  }

  @Override
  protected <T> Gauge newGauge(Meter.Id id, @Nullable T obj, ToDoubleFunction<T> valueFunction) {
    return new DefaultGauge<>(id, obj, valueFunction);
  }

  @Override
  protected Counter newCounter(Meter.Id id) {
    startOf(id);
    return new CumulativeCounter(id);
  }

  @Override
  protected Timer newTimer(
      Meter.Id id,
      DistributionStatisticConfig distributionStatisticConfig,
      PauseDetector pauseDetector) {
    startOf(id);
    return new BucketTimer(
        id,
        clock,
        distributionStatisticConfig,
        pauseDetector,
        getBaseTimeUnit(),
        TimerBuckets.of(distributionStatisticConfig, TimerBuckets.DURATIONS));
  }

  @Override
  protected DistributionSummary newDistributionSummary(
      Meter.Id id, DistributionStatisticConfig distributionStatisticConfig, double scale) {
    startOf(id);
    return new BucketSummary(
        id,
        clock,
        distributionStatisticConfig,
        scale,
        TimerBuckets.of(distributionStatisticConfig, TimerBuckets.AMOUNTS));
  }

  @Override
  protected LongTaskTimer newLongTaskTimer(
      Meter.Id id, DistributionStatisticConfig distributionStatisticConfig) {
    return new DefaultLongTaskTimer(
        id, clock, getBaseTimeUnit(), distributionStatisticConfig, false);
  }

  @Override
  protected <T> FunctionTimer newFunctionTimer(
      Meter.Id id,
      T obj,
      ToLongFunction<T> countFunction,
      ToDoubleFunction<T> totalTimeFunction,
      TimeUnit totalTimeFunctionUnit) {
    startOf(id);
    return new CumulativeFunctionTimer<>(
        id, obj, countFunction, totalTimeFunction, totalTimeFunctionUnit, getBaseTimeUnit());
  }

  @Override
  protected <T> FunctionCounter newFunctionCounter(
      Meter.Id id, T obj, ToDoubleFunction<T> countFunction) {
    startOf(id);
    return new CumulativeFunctionCounter<>(id, obj, countFunction);
  }

  @Override
  protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
    startOf(id);
    return new DefaultMeter(id, type, measurements);
  }

  @Override
  protected TimeUnit getBaseTimeUnit() {
    return TimeUnit.SECONDS;
  }

  @Override
  protected DistributionStatisticConfig defaultHistogramConfig() {
    return DistributionStatisticConfig.builder()
        .expiry(config.step())
        .build()
        .merge(DistributionStatisticConfig.DEFAULT);
  }
}
