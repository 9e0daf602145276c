package io.tracetide.processor.topology.incident;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.incident.CallReport;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;

/** What the partition of a tenant receives about the tenant. */
public sealed interface TenantReport {

  /** Anomalies that were found together, of one tenant. */
  record Anomalies(List<Anomaly> anomalies) implements TenantReport {
    public Anomalies {
      anomalies = List.copyOf(anomalies);
    }
  }

  /** The record of anomalies of a tenant. */
  static Record<byte[], TenantReport> record(String tenant, List<Anomaly> anomalies) {
    return new Record<>(
        tenant.getBytes(UTF_8),
        new Anomalies(anomalies),
        anomalies.get(0).getWindowEnd().toEpochMilli());
  }

  /** Calls between operations of the tenant. */
  record Calls(CallReport calls) implements TenantReport {}
}
