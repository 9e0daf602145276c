package io.tracetide.processor.anomaly;

import io.tracetide.schemas.Exemplars;
import java.util.List;
import java.util.Map;

/**
 * A record to be published about an anomaly of traces.
 *
 * @param endMs time of the latest breach, or of the latest end of one
 * @param observed values of the latest breach, and the number of traces in breach
 * @param expected limits of the latest breach; none when the anomaly is resolved
 * @param summary one sentence
 * @param traceIds traces that broke the rule, newest first
 */
public record BreachReport(
    BreachSubject subject,
    Change.Reported change,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    String summary,
    Exemplars exemplars,
    List<String> traceIds) {}
