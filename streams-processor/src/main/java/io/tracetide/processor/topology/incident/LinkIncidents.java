package io.tracetide.processor.topology.incident;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.Call;
import io.tracetide.processor.incident.CallGraph;
import io.tracetide.processor.incident.CallReport;
import io.tracetide.processor.incident.Incidents;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds their incidents to the anomalies of the tenants of a partition, and publishes them. */
public final class LinkIncidents implements Processor<byte[], TenantReport, String, Anomaly> {

  private static final Duration BETWEEN_EXPIRIES = Duration.ofMinutes(1);
  private static final Duration BETWEEN_REVIEWS = Duration.ofSeconds(1);

  private final IncidentsConfig config;
  private final AnomaliesConfig retention;
  private final FeedbackRules feedback;
  private final ProcessorMetrics metrics;
  private final Map<String, Incidents> tenants = new TreeMap<>();
  private ProcessorContext<String, Anomaly> context;
  private PublishedAnomalies published;
  private SuppressedAnomalies suppressed;
  private CallTable calls;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public LinkIncidents(
      IncidentsConfig config,
      AnomaliesConfig retention,
      FeedbackRules feedback,
      ProcessorMetrics metrics) {
    this.config = config;
    this.retention = retention;
    this.feedback = feedback;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    tenants.clear();
    KeyValueStore<Bytes, byte[]> callStore = context.getStateStore(IncidentStores.CALLS);
    ChangelogStart.ensure(callStore, Bytes.wrap(new byte[0]));
    calls = new CallTable(callStore);
    calls.read((tenant, call, savedMs) -> incidents(tenant).calls().add(call, savedMs));
    KeyValueStore<String, Anomaly> store = context.getStateStore(IncidentStores.ANOMALIES);
    ChangelogStart.ensure(store, "");
    published =
        new PublishedAnomalies(
            store, retention, anomaly -> incidents(anomaly.getTenantId()).restore(anomaly));
    tenants.values().forEach(Incidents::dropOld);
    KeyValueStore<String, Anomaly> withheld = context.getStateStore(IncidentStores.SUPPRESSED);
    ChangelogStart.ensure(withheld, "");
    suppressed =
        new SuppressedAnomalies(
            withheld, published, feedback, metrics.anomaliesSuppressed::increment);
    context.schedule(BETWEEN_EXPIRIES, PunctuationType.WALL_CLOCK_TIME, nowMs -> expire());
    context.schedule(BETWEEN_REVIEWS, PunctuationType.WALL_CLOCK_TIME, this::review);
  }

  @Override
  public void process(Record<byte[], TenantReport> record) {
    if (record.value() instanceof TenantReport.Calls report) {
      add(report.calls(), record.timestamp());
    } else if (record.value() instanceof TenantReport.Anomalies found) {
      link(suppressed.toPublish(found.anomalies(), now()));
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private void review(long nowMs) {
    Map<String, List<Anomaly>> byTenant =
        suppressed.review(now()).stream()
            .collect(
                Collectors.groupingBy(Anomaly::getTenantId, TreeMap::new, Collectors.toList()));
    byTenant.values().forEach(this::link);
  }

  private void add(CallReport report, long seenMs) {
    Incidents incidents = incidents(report.tenant());
    for (Call call : report.calls()) {
      CallGraph.Added added = incidents.calls().add(call, seenMs);
      if (added == CallGraph.Added.IGNORED) {
        metrics.callsIgnored.increment();
      } else {
        calls.put(report.tenant(), call, seenMs);
      }
      if (added == CallGraph.Added.NEW) {
        metrics.callsFound.increment();
      }
    }
  }

  private void link(List<Anomaly> found) {
    if (found.isEmpty()) {
      return;
    }
    for (Anomaly anomaly : incidents(found.get(0).getTenantId()).link(found)) {
      published.put(anomaly);
      context.forward(
          new Record<>(anomaly.getFingerprint(), anomaly, anomaly.getWindowEnd().toEpochMilli()));
    }
  }

  private void expire() {
    long nowMs = context.currentStreamTimeMs();
    published.expire(nowMs);
    long limitMs = nowMs - config.keepCalls().toMillis();
    tenants.forEach(
        (tenant, incidents) ->
            incidents.calls().dropBefore(limitMs).forEach(call -> calls.delete(tenant, call)));
    tenants.values().removeIf(Incidents::isEmpty);
  }

  private Incidents incidents(String tenant) {
    return tenants.computeIfAbsent(tenant, unknown -> new Incidents(config));
  }
}
