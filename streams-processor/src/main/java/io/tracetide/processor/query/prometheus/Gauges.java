package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.source.VectorSeries;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.schemas.Anomaly;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Gauges: traces in flight, of which only the current number is known, and open anomalies, whose
 * number follows for any time from when they opened and were resolved.
 */
final class Gauges {
  /** A current number is the value of the times since then; Grafana's are rounded down. */
  private static final Duration CURRENT = Duration.ofMinutes(1);

  private static final long MAX_VALUES = 2_000_000;

  private final Reader reader;

  Gauges(Reader reader) {
    this.reader = reader;
  }

  List<VectorSeries> read(
      QueryMetric metric,
      List<SeriesMatcher> matchers,
      Steps steps,
      long offsetMs,
      Consumer<String> warnings) {
    return metric.equals(SpanMetrics.ANOMALIES)
        ? anomalies(matchers, steps, offsetMs, warnings)
        : traces(metric, matchers, steps, offsetMs, warnings);
  }

  private List<VectorSeries> traces(
      QueryMetric metric,
      List<SeriesMatcher> matchers,
      Steps steps,
      long offsetMs,
      Consumer<String> warnings) {
    if (reader.ledger().isEmpty()) {
      warnings.accept(
          "%s is not known: processor.ledger.enabled is false".formatted(metric.name()));
      return List.of();
    }
    long sinceMs = reader.now().minus(CURRENT).toEpochMilli();
    List<Integer> current =
        IntStream.range(0, steps.count())
            .filter(step -> steps.timeMs(step) - offsetMs > sinceMs)
            .boxed()
            .toList();
    if (current.size() < steps.count()) {
      warnings.accept("%s has a value for the current time only".formatted(metric.name()));
    }
    Map<Labels, Double> counts = new TreeMap<>();
    if (!current.isEmpty()) {
      StoredTiers.warnMissing(
          reader
              .ledger()
              .get()
              .counts(
                  (tenant, service, inFlight, stuck) -> {
                    Labels labels = SpanMetrics.gauge(metric, tenant, service);
                    if (isWanted(tenant, matchers, labels)) {
                      double count = metric.equals(SpanMetrics.STUCK) ? stuck : inFlight;
                      counts.merge(labels, count, Double::sum);
                      checkSize(counts.size(), steps);
                    }
                  }),
          warnings);
    }
    return counts.entrySet().stream()
        .map(
            entry -> {
              StepValues samples = new StepValues(steps.count());
              current.forEach(step -> samples.set(step, entry.getValue()));
              return new VectorSeries(entry.getKey(), samples);
            })
        .toList();
  }

  private List<VectorSeries> anomalies(
      List<SeriesMatcher> matchers, Steps steps, long offsetMs, Consumer<String> warnings) {
    Map<Labels, double[]> open = new TreeMap<>();
    StoredTiers.warnMissing(
        reader
            .anomalies()
            .read(
                anomaly -> {
                  reader.check().run();
                  Labels labels = labels(anomaly);
                  if (isWanted(anomaly.getTenantId(), matchers, labels)) {
                    double[] counts =
                        open.computeIfAbsent(labels, key -> new double[steps.count()]);
                    checkSize(open.size(), steps);
                    for (int step = 0; step < counts.length; step++) {
                      counts[step] += isOpen(anomaly, steps.timeMs(step) - offsetMs) ? 1 : 0;
                    }
                  }
                }),
        warnings);
    return open.entrySet().stream()
        .map(
            entry -> {
              StepValues samples = new StepValues(steps.count());
              IntStream.range(0, steps.count())
                  .forEach(step -> samples.set(step, entry.getValue()[step]));
              return new VectorSeries(entry.getKey(), samples);
            })
        .toList();
  }

  private static void checkSize(int series, Steps steps) {
    if ((long) series * steps.count() > MAX_VALUES) {
      throw PromqlException.execution(
          "the gauge has more than %d values: select fewer services, or use a longer step"
              .formatted(MAX_VALUES));
    }
  }

  private boolean isWanted(String tenant, List<SeriesMatcher> matchers, Labels labels) {
    return reader.tenants().includes(tenant) && ReadScope.accepts(matchers, labels);
  }

  private static Labels labels(Anomaly anomaly) {
    return SpanMetrics.gauge(SpanMetrics.ANOMALIES, anomaly.getTenantId(), anomaly.getServiceName())
        .with(SpanMetrics.SEVERITY, anomaly.getSeverity().name().toLowerCase(Locale.ROOT));
  }

  private static boolean isOpen(Anomaly anomaly, long timeMs) {
    Instant resolvedAt = anomaly.getResolvedAt();
    return anomaly.getOpenedAt().toEpochMilli() <= timeMs
        && (resolvedAt == null || timeMs < resolvedAt.toEpochMilli());
  }
}
