package io.tracetide.processor.exposition;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tracetide.processor.query.prometheus.SpanMetrics;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.total.PartitionTotals;
import io.tracetide.processor.total.SeriesTotal;
import io.tracetide.processor.total.TotalExemplar;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.access.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the partitions that this process holds, as Prometheus' client library has them.
 *
 * <p>A series of spans is in one partition, so one instance exposes it. Series that have parts in
 * several partitions, gauges and those of the service {@code __other__}, have the label {@code
 * partition}: their sum over all instances is the total.
 */
public final class ServiceMetrics {
  private static final String PARTITION = "partition";
  private static final String TOTAL_SUFFIX = "_total";
  private static final String UNIT_SUFFIX = "_seconds";
  private static final double MICROS_PER_SECOND = 1_000_000;
  private static final double MILLIS_PER_SECOND = 1_000;

  /** Prometheus takes exemplars of up to 128 characters, names of labels included. */
  private static final int LONGEST_TRACE_ID = 120;

  private static final MetricMetadata CLOSED =
      new MetricMetadata(
          "tracetide_windows_closed_timestamp_seconds",
          "Event time up to which spans are counted, of each partition.",
          Unit.SECONDS);
  private static final MetricMetadata LAG =
      new MetricMetadata(
          "tracetide_input_lag_records", "Records of each partition that are not read yet.");

  private final LocalTotals totals;
  private final Supplier<LocalGauges> gauges;
  private final int maxSeries;
  private final Runnable onDropped;

  /**
   * Exposes these numbers.
   *
   * @param maxSeries maximum of series of each gauge
   * @param onDropped called for each gauge beyond it
   */
  public ServiceMetrics(
      LocalTotals totals, Supplier<LocalGauges> gauges, int maxSeries, Runnable onDropped) {
    this.totals = totals;
    this.gauges = gauges;
    this.maxSeries = maxSeries;
    this.onDropped = onDropped;
  }

  /**
   * The metrics of some tenants; those of the process only for all tenants.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException see {@link
   *     LocalGauges#checkServing}
   */
  public MetricSnapshots collect(Tenants tenants) {
    LocalGauges local = gauges.get();
    local.checkServing();
    List<MetricSnapshot> found = new ArrayList<>();
    spans(tenants, found);
    traces(tenants, local, found);
    Gauge anomalies = new Gauge();
    local.anomalies(
        (partition, tenant, service, severity) -> {
          if (tenants.includes(tenant)) {
            anomalies.add(
                Labels.of(
                    SpanMetrics.TENANT,
                    tenant,
                    SpanMetrics.SERVICE,
                    service,
                    SpanMetrics.SEVERITY,
                    severity,
                    PARTITION,
                    Integer.toString(partition)),
                1);
          }
        });
    found.add(anomalies.snapshot(metadata(SpanMetrics.ANOMALIES)));
    if (tenants.isAll()) {
      process(local, found);
    }
    return new MetricSnapshots(found);
  }

  private void spans(Tenants tenants, List<MetricSnapshot> found) {
    List<CounterDataPointSnapshot> calls = new ArrayList<>();
    List<HistogramDataPointSnapshot> durations = new ArrayList<>();
    for (PartitionTotals partition : totals.partitions()) {
      partition.each(
          (key, total) -> {
            SeriesId series = SeriesCodec.decode(key);
            if (tenants.includes(series.tenant())) {
              Labels labels = labels(series, partition.partition());
              calls.add(calls(total, labels, SpanMetrics.STATUS_UNSET));
              calls.add(calls(total, labels, SpanMetrics.STATUS_ERROR));
              durations.add(HistogramForms.of(total, labels, slowest(total)));
            }
          });
    }
    found.add(new CounterSnapshot(metadata(SpanMetrics.CALLS), calls));
    found.add(new HistogramSnapshot(metadata(SpanMetrics.BUCKET), durations));
  }

  private static Labels labels(SeriesId series, int partition) {
    Labels labels =
        Labels.of(
            SpanMetrics.TENANT, series.tenant(),
            SpanMetrics.SERVICE, series.service(),
            SpanMetrics.SPAN, series.operation());
    boolean otherService = series.service().equals(SeriesId.OTHER);
    if (otherService || series.operation().equals(SeriesId.OTHER)) {
      labels = labels.add(SpanMetrics.OVERFLOW, "true");
    }
    return otherService ? labels.add(PARTITION, Integer.toString(partition)) : labels;
  }

  private static CounterDataPointSnapshot calls(SeriesTotal total, Labels labels, String status) {
    boolean failed = status.equals(SpanMetrics.STATUS_ERROR);
    return new CounterDataPointSnapshot(
        failed ? total.errors() : total.unset(),
        labels.add(SpanMetrics.STATUS, status),
        exemplar(failed ? total.error() : total.typical(), 1),
        total.createdMs());
  }

  private static Exemplars slowest(SeriesTotal total) {
    TotalExemplar slowest = total.slowest();
    Exemplar exemplar =
        exemplar(slowest, slowest == null ? 0 : slowest.micros() / MICROS_PER_SECOND);
    return exemplar == null ? Exemplars.EMPTY : Exemplars.of(exemplar);
  }

  private static @Nullable Exemplar exemplar(@Nullable TotalExemplar of, double value) {
    return of == null || of.traceId().length() > LONGEST_TRACE_ID || Double.isNaN(value)
        ? null
        : new Exemplar(value, Labels.of(Exemplar.TRACE_ID, of.traceId()), of.timeMs());
  }

  private void traces(Tenants tenants, LocalGauges local, List<MetricSnapshot> found) {
    Gauge open = new Gauge();
    Gauge waiting = new Gauge();
    local.traces(
        (partition, tenant, service, inFlight, stuck) -> {
          if (tenants.includes(tenant)) {
            Labels labels =
                Labels.of(
                    SpanMetrics.TENANT,
                    tenant,
                    SpanMetrics.SERVICE,
                    service,
                    PARTITION,
                    Integer.toString(partition));
            open.add(labels, (double) inFlight);
            waiting.add(labels, (double) stuck);
          }
        });
    found.add(open.snapshot(metadata(SpanMetrics.IN_FLIGHT)));
    found.add(waiting.snapshot(metadata(SpanMetrics.STUCK)));
  }

  private void process(LocalGauges local, List<MetricSnapshot> found) {
    Gauge closed = new Gauge();
    for (PartitionTotals partition : totals.partitions()) {
      if (partition.closedUpToMs() != Long.MIN_VALUE) {
        closed.add(
            Labels.of(PARTITION, Integer.toString(partition.partition())),
            (double) partition.closedUpToMs() / MILLIS_PER_SECOND);
      }
    }
    found.add(closed.snapshot(CLOSED));
    Gauge lag = new Gauge();
    local.lag(
        (topic, partition, records) ->
            lag.add(Labels.of("topic", topic, PARTITION, Integer.toString(partition)), records));
    found.add(lag.snapshot(LAG));
  }

  /** The name without the suffix of counters, which the formats add. */
  private static MetricMetadata metadata(QueryMetric metric) {
    String name =
        metric.family().endsWith(TOTAL_SUFFIX)
            ? metric.family().substring(0, metric.family().length() - TOTAL_SUFFIX.length())
            : metric.family();
    return name.endsWith(UNIT_SUFFIX)
        ? new MetricMetadata(name, metric.help(), Unit.SECONDS)
        : new MetricMetadata(name, metric.help());
  }

  /** The series of one gauge; the values of equal labels are added. */
  private final class Gauge {
    private final Map<Labels, Double> values = new TreeMap<>();

    void add(Labels labels, double value) {
      if (values.size() < maxSeries || values.containsKey(labels)) {
        values.merge(labels, value, Double::sum);
      } else {
        onDropped.run();
      }
    }

    GaugeSnapshot snapshot(MetricMetadata metadata) {
      return new GaugeSnapshot(
          metadata,
          values.entrySet().stream()
              .map(entry -> new GaugeDataPointSnapshot(entry.getValue(), entry.getKey(), null))
              .toList());
    }
  }
}
