package io.tracetide.processor.query.audit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** Meters of the verification of the audit trail. */
public final class AuditMetrics {
  private static final String BROKEN = "tracetide.processor.audit.chains.broken";
  private static final String VERIFIED = "tracetide.processor.audit.records.verified";

  /** Descriptions of the meters. */
  public static final Map<String, String> HELP =
      Map.of(
          BROKEN, "Partitions of the audit trail with an invalid record",
          VERIFIED, "Records of the audit trail that this instance has verified since its start");

  private AuditMetrics() {}

  /** Registers the meters of a trail. */
  public static void bind(AuditView view, MeterRegistry meters) {
    Gauge.builder(BROKEN, view, audit -> audit.verification().broken()).register(meters);
    Gauge.builder(VERIFIED, view, audit -> audit.verification().records()).register(meters);
  }
}
