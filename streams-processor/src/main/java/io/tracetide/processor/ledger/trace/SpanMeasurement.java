package io.tracetide.processor.ledger.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One value of a metric of a service, of something that happened in a trace.
 *
 * @param service that told of it
 * @param workflow operation of the root span; empty when it is not known
 * @param metric its unit is in the name
 * @param atMicros when it happened, microseconds since the epoch
 * @param about tells it from other values of the metric in the same trace
 */
public record SpanMeasurement(
    String service, String workflow, String metric, double value, long atMicros, String about) {

  private record Identity(String metric, String about) {}

  private Identity identity() {
    return new Identity(metric, about);
  }

  /** Those that are about something of which nothing was measured before, each once. */
  public static List<SpanMeasurement> added(
      List<SpanMeasurement> before, List<SpanMeasurement> now) {
    Set<Identity> known = new HashSet<>();
    before.forEach(each -> known.add(each.identity()));
    return now.stream().filter(each -> known.add(each.identity())).toList();
  }
}
