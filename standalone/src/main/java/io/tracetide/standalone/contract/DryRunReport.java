package io.tracetide.standalone.contract;

import java.util.List;
import java.util.Map;

/**
 * The result of a dry run.
 *
 * @param events number of trace events that were read
 * @param refused events that the processor would send to the dead-letter topic
 * @param undecoded events that are in no trace because their record cannot be decoded, by reason
 * @param traces number of evaluated traces
 * @param wholeRange whether all events of the requested range were read, not only the newest
 * @param contracts number of contracts
 * @param controls number of controls of the enabled frameworks
 * @param findings by detector and rule, then by service
 */
public record DryRunReport(
    long events,
    long refused,
    Map<String, Long> undecoded,
    long traces,
    boolean wholeRange,
    int contracts,
    int controls,
    List<Finding> findings) {

  /**
   * One anomaly.
   *
   * @param traces number of violating traces; 0 for an anomaly of windows
   * @param windows number of violating windows, from the opening to the end; 0 for an anomaly of
   *     traces
   * @param traceIds some of those traces
   * @param summary of one of them
   */
  public record Finding(
      String detector,
      String kind,
      String rule,
      String severity,
      String tenant,
      String service,
      String operation,
      long traces,
      long windows,
      List<String> traceIds,
      String summary) {}
}
