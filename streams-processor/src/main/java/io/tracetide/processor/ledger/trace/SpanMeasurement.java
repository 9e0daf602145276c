package io.tracetide.processor.ledger.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One value of a metric, derived from events of a trace.
 *
 * @param service service that reported the event
 * @param workflow operation of the root span; empty when it is not known
 * @param metric name with the unit
 * @param atMicros time of the event, microseconds since the epoch
 * @param about distinguishes it from other values of the metric in the same trace
 */
public record SpanMeasurement(
    String service, String workflow, String metric, double value, long atMicros, String about) {

  private record Identity(String metric, String about) {}

  private Identity identity() {
    return new Identity(metric, about);
  }

  /** The measurements whose metric and subject are new, each once. */
  public static List<SpanMeasurement> added(
      List<SpanMeasurement> before, List<SpanMeasurement> now) {
    Set<Identity> known = new HashSet<>();
    before.forEach(each -> known.add(each.identity()));
    return now.stream().filter(each -> known.add(each.identity())).toList();
  }
}
