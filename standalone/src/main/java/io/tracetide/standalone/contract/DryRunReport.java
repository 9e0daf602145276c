package io.tracetide.standalone.contract;

import java.util.List;

/**
 * What would have fired.
 *
 * @param events trace events that were read
 * @param refused events that the processor would set aside
 * @param traces traces that were judged
 * @param wholeRange whether all events of the asked range were read, not only the newest
 * @param contracts how many contracts were held against them
 * @param controls how many controls of the frameworks in force
 * @param findings by detector and rule, then by where
 */
public record DryRunReport(
    long events,
    long refused,
    long traces,
    boolean wholeRange,
    int contracts,
    int controls,
    List<Finding> findings) {

  /**
   * One anomaly.
   *
   * @param traces how many traces break it; 0 when it is of windows
   * @param windows how many windows break it, from when it opened until it was over; 0 when it is
   *     of traces
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
