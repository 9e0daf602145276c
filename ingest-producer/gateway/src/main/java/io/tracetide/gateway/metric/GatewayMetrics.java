package io.tracetide.gateway.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tracetide.gateway.intake.Adjustment;
import io.tracetide.gateway.intake.Adjustments;
import io.tracetide.gateway.intake.InFlight;
import io.tracetide.gateway.intake.Refusal;
import io.tracetide.gateway.intake.RequestRefusal;
import io.tracetide.runtime.privacy.Findings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Meters of the gateway. {@code received = accepted + refused}, per endpoint, whenever no request
 * is under way.
 *
 * <table>
 * <caption>Meters; names as a registry with dots has them</caption>
 * <tr><th>name</th><th>unit</th><th>tags</th><th>meaning</th></tr>
 * <tr><td>tracetide.gateway.requests</td><td>requests</td><td>endpoint, status</td><td>answers sent</td></tr>
 * <tr><td>tracetide.gateway.records.received</td><td>records</td><td>endpoint</td><td>spans and events found in
 *     bodies</td></tr>
 * <tr><td>tracetide.gateway.records.accepted</td><td>records</td><td>endpoint</td><td>acknowledged by Kafka</td></tr>
 * <tr><td>tracetide.gateway.records.refused</td><td>records</td><td>endpoint, reason</td><td>the sender was told;
 *     alert on reasons kafka_unavailable, registry_unavailable and overloaded, which are ours, and on a rise of the
 *     others, which are a sender's</td></tr>
 * <tr><td>tracetide.gateway.records.adjusted</td><td>adjustments</td><td>kind</td><td>what was cut or replaced in
 *     accepted records; alert on kind conflicting_writers, which is two processes that report under one name</td></tr>
 * <tr><td>tracetide.gateway.values.masked</td><td>values</td><td>class</td><td>personal data that was masked; alert on
 *     a rise, which is a service that began to send it</td></tr>
 * <tr><td>tracetide.gateway.bytes.received</td><td>bytes</td><td>endpoint</td><td>bodies as they came over the
 *     wire</td></tr>
 * <tr><td>tracetide.gateway.acknowledge</td><td>seconds</td><td></td><td>from handing a request's records to Kafka to
 *     the last acknowledgement</td></tr>
 * <tr><td>tracetide.gateway.inflight</td><td>bytes</td><td></td><td>held for requests under way; alert when it stays
 *     near the limit</td></tr>
 * <tr><td>tracetide.gateway.inflight.limit</td><td>bytes</td><td></td><td>what may be held</td></tr>
 * </table>
 */
public final class GatewayMetrics {

  private static final String PREFIX = "tracetide.gateway.";

  private final MeterRegistry meters;
  private final Map<Adjustment, Counter> adjusted = new EnumMap<>(Adjustment.class);
  private final List<Counter> masked;
  private final Timer acknowledge;

  /**
   * Registers the meters.
   *
   * @param classes of personal data, in the order in which they are counted
   */
  public GatewayMetrics(MeterRegistry meters, InFlight inFlight, List<String> classes) {
    this.meters = meters;
    this.masked =
        classes.stream()
            .map(name -> meters.counter(PREFIX + "values.masked", "class", name))
            .toList();
    for (Adjustment kind : Adjustment.values()) {
      adjusted.put(
          kind,
          Counter.builder(PREFIX + "records.adjusted")
              .description("What was changed in accepted records, by kind.")
              .tag("kind", kind.label())
              .register(meters));
    }
    this.acknowledge = meters.timer(PREFIX + "acknowledge");
    Gauge.builder(PREFIX + "inflight", inFlight, held -> (double) held.heldBytes())
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder(PREFIX + "inflight.limit", inFlight, held -> (double) held.limitBytes())
        .baseUnit("bytes")
        .register(meters);
  }

  public void answered(String endpoint, int status) {
    meters
        .counter(PREFIX + "requests", "endpoint", endpoint, "status", Integer.toString(status))
        .increment();
  }

  public void bytesReceived(String endpoint, long bytes) {
    Counter.builder(PREFIX + "bytes.received")
        .baseUnit("bytes")
        .tag("endpoint", endpoint)
        .register(meters)
        .increment((double) bytes);
  }

  public void received(String endpoint, int records) {
    meters.counter(PREFIX + "records.received", "endpoint", endpoint).increment(records);
  }

  public void accepted(String endpoint, int records) {
    meters.counter(PREFIX + "records.accepted", "endpoint", endpoint).increment(records);
  }

  /** Records that were refused one by one. */
  public void refused(String endpoint, List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      refused(endpoint, refusal.reason().label(), 1);
    }
  }

  /** Records that were refused together, because their request was. */
  public void refused(String endpoint, RequestRefusal refusal, int records) {
    refused(endpoint, refusal.label(), records);
  }

  private void refused(String endpoint, String reason, int records) {
    Counter.builder(PREFIX + "records.refused")
        .description("Records that were refused, by reason; the sender was told.")
        .tag("endpoint", endpoint)
        .tag("reason", reason)
        .register(meters)
        .increment(records);
  }

  public void adjusted(Adjustments adjustments) {
    adjusted.forEach((kind, counter) -> counter.increment((double) adjustments.of(kind)));
  }

  /** What was masked in the texts of a request. */
  public void masked(Findings findings) {
    for (int i = 0; i < masked.size(); i++) {
      if (findings.count(i) > 0) {
        masked.get(i).increment(findings.count(i));
      }
    }
  }

  public void acknowledged(Duration took) {
    acknowledge.record(took);
  }
}
