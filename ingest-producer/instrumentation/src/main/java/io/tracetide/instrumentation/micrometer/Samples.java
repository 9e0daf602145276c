package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import io.tracetide.client.TraceEmitter;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Converts the meters to the samples of one publication. */
final class Samples {

  private static final String SECONDS = "seconds";

  private final TraceEmitter emitter;
  private final NamingConvention convention;
  private final Instant at;

  Samples(TraceEmitter emitter, NamingConvention convention, Instant at) {
    this.emitter = emitter;
    this.convention = convention;
    this.at = at;
  }

  void gauge(Gauge gauge) {
    value(gauge.getId(), name(gauge), unit(gauge), gauge.value());
  }

  void timeGauge(TimeGauge gauge) {
    String name = convention.name(gauge.getId().getName(), Meter.Type.GAUGE, SECONDS);
    value(gauge.getId(), name, SECONDS, gauge.value(TimeUnit.SECONDS));
  }

  void counter(Counter counter, Instant start) {
    total(counter.getId(), name(counter), unit(counter), counter.count(), start);
  }

  void functionCounter(FunctionCounter counter, Instant start) {
    total(counter.getId(), name(counter), unit(counter), counter.count(), start);
  }

  void timer(Timer timer, Instant start) {
    if (timer instanceof BucketTimer ours) {
      distribution(timer.getId(), name(timer), SECONDS, ours.seconds(), start);
    }
  }

  void summary(DistributionSummary summary, Instant start) {
    if (summary instanceof BucketSummary ours) {
      distribution(summary.getId(), name(summary), unit(summary), ours.data(), start);
    }
  }

  /** A function timer has count and sum only, and so no quantiles. */
  void functionTimer(FunctionTimer timer, Instant start) {
    double sum = timer.totalTime(TimeUnit.SECONDS);
    if (Double.isFinite(sum) && timer.count() >= 0) {
      HistogramData data =
          HistogramData.newBuilder().setCounts(List.of((long) timer.count())).setSum(sum).build();
      distribution(timer.getId(), name(timer), SECONDS, data, start);
    }
  }

  void longTaskTimer(LongTaskTimer timer) {
    Meter.Id id = timer.getId();
    value(id, gaugeName(id, "active", null), null, timer.activeTasks());
    value(id, gaugeName(id, "longest", SECONDS), SECONDS, timer.max(TimeUnit.SECONDS));
    value(id, gaugeName(id, "sum", SECONDS), SECONDS, timer.duration(TimeUnit.SECONDS));
  }

  void other(Meter meter, Instant start) {
    Meter.Id id = meter.getId();
    for (Measurement each : meter.measure()) {
      String word = each.getStatistic().name().toLowerCase(Locale.ROOT);
      switch (each.getStatistic()) {
        case COUNT, TOTAL, TOTAL_TIME ->
            total(id, suffixed(id, word, null), null, each.getValue(), start);
        case VALUE -> value(id, name(meter), unit(meter), each.getValue());
        default -> value(id, gaugeName(id, word, null), null, each.getValue());
      }
    }
  }

  private String name(Meter meter) {
    return convention.name(
        meter.getId().getName(), meter.getId().getType(), meter.getId().getBaseUnit());
  }

  private String suffixed(Meter.Id id, String word, @Nullable String unit) {
    return convention.name(id.getName() + '.' + word, Meter.Type.COUNTER, unit);
  }

  private String gaugeName(Meter.Id id, String word, @Nullable String unit) {
    return convention.name(id.getName() + '.' + word, Meter.Type.GAUGE, unit);
  }

  private static @Nullable String unit(Meter meter) {
    return meter.getId().getBaseUnit();
  }

  /** A gauge without a finite value has no sample. */
  private void value(Meter.Id id, String name, @Nullable String unit, double value) {
    if (Double.isFinite(value)) {
      emit(id, name, MetricType.GAUGE, unit, value, null, null);
    }
  }

  private void total(Meter.Id id, String name, @Nullable String unit, double total, Instant start) {
    if (Double.isFinite(total) && total >= 0) {
      emit(id, name, MetricType.COUNTER, unit, total, start, null);
    }
  }

  private void distribution(
      Meter.Id id, String name, @Nullable String unit, HistogramData data, Instant start) {
    emit(id, name, MetricType.HISTOGRAM, unit, 0, start, data);
  }

  private void emit(
      Meter.Id id,
      String name,
      MetricType type,
      @Nullable String unit,
      double value,
      @Nullable Instant start,
      @Nullable HistogramData histogram) {
    emitter.emit(
        new MetricSample(
            emitter.settings().tenant(),
            emitter.settings().serviceName(),
            name,
            type,
            at,
            MetricNames.ucum(unit),
            value,
            began(start),
            histogram,
            emitter.settings().instance(),
            tags(id),
            start == null ? Temporality.UNSPECIFIED : Temporality.CUMULATIVE));
  }

  /** Before the time of the sample, because an equal start means an unknown one. */
  private @Nullable Instant began(@Nullable Instant start) {
    return start == null || start.isBefore(at) ? start : at.minusMillis(1);
  }

  private Map<String, String> tags(Meter.Id id) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (Tag tag : id.getConventionTags(convention)) {
      tags.put(tag.getKey(), tag.getValue());
    }
    return tags;
  }
}
