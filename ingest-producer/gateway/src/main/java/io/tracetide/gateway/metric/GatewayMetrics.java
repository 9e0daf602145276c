package io.tracetide.gateway.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.gateway.record.Truncations;
import io.tracetide.runtime.privacy.Findings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Meters of the gateway. {@code received = accepted + refused}, per endpoint, whenever no request
 * is in flight.
 *
 * <p>{@link #HELP} describes each; the README has alert conditions.
 */
public final class GatewayMetrics {

  private static final String PREFIX = "tracetide.gateway.";

  /** Description of each meter, by name. */
  public static final Map<String, String> HELP =
      Map.ofEntries(
          Map.entry(PREFIX + "requests", "Responses, by endpoint and status"),
          Map.entry(
              PREFIX + "records.received",
              "Spans, events and samples found in bodies, by endpoint"),
          Map.entry(PREFIX + "records.accepted", "Records acknowledged by Kafka, by endpoint"),
          Map.entry(
              PREFIX + "records.refused",
              "Records refused, with the reason in the response, by endpoint and reason"),
          Map.entry(
              PREFIX + "records.adjusted",
              "Changes to accepted records, such as cut texts, by kind"),
          Map.entry(PREFIX + "values.masked", "Personal data that was masked, by class"),
          Map.entry(PREFIX + "bytes.received", "Size of bodies as received, by endpoint"),
          Map.entry(
              PREFIX + "acknowledge",
              "Time from handing a request's records to Kafka to the last acknowledgement"),
          Map.entry(PREFIX + "inflight", "Bytes held by requests in progress"),
          Map.entry(PREFIX + "inflight.limit", "Limit of bytes held by requests in progress"));

  private final MeterRegistry meters;
  private final Map<Truncation, Counter> truncated = new EnumMap<>(Truncation.class);
  private final List<Counter> masked;
  private final Timer acknowledge;

  /**
   * Registers the meters.
   *
   * @param classes of personal data, in the order of {@link Findings}
   */
  public GatewayMetrics(MeterRegistry meters, InFlight inFlight, List<String> classes) {
    this.meters = meters;
    this.masked =
        classes.stream()
            .map(name -> meters.counter(PREFIX + "values.masked", "class", name))
            .toList();
    for (Truncation kind : Truncation.values()) {
      truncated.put(kind, meters.counter(PREFIX + "records.adjusted", "kind", kind.label()));
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

  /** Counts records that were refused one by one. */
  public void refused(String endpoint, List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      refused(endpoint, refusal.reason().label(), 1);
    }
  }

  /** Counts the records of a request that was refused as a whole. */
  public void refused(String endpoint, RequestRefusal refusal, int records) {
    refused(endpoint, refusal.label(), records);
  }

  private void refused(String endpoint, String reason, int records) {
    meters
        .counter(PREFIX + "records.refused", "endpoint", endpoint, "reason", reason)
        .increment(records);
  }

  public void truncated(Truncations truncations) {
    truncated.forEach((kind, counter) -> counter.increment((double) truncations.of(kind)));
  }

  /** Counts the values that were masked in a request. */
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
