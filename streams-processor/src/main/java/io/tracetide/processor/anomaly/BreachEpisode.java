package io.tracetide.processor.anomaly;

import io.tracetide.processor.ledger.trace.TraceFinding;
import java.util.List;

/**
 * The saved state of an open anomaly of traces, without the traces in breach.
 *
 * @param open the episode as of the latest record about it
 * @param worst trace with the largest excess; empty when no breach has a limit
 * @param worstValue its excess
 * @param newest traces that broke the rule, newest first
 * @param latest the breach in the latest record
 */
public record BreachEpisode(
    Episode.Open open,
    String worst,
    double worstValue,
    List<Offender> newest,
    TraceFinding latest) {

  /** A trace that broke the rule, and the time of that. */
  public record Offender(String traceId, long atMs) {}

  public BreachEpisode {
    newest = List.copyOf(newest);
  }
}
