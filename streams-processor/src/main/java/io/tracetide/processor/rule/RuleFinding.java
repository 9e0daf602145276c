package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.Change;

/**
 * Something to tell people about a rule.
 *
 * @param subject rule and series
 * @param change whether it opened, goes on, or is over
 * @param startMs start of the window that it speaks of
 * @param endMs end of that window
 * @param metric name of the metric, with its unit
 * @param observed its value in that window; NaN when the window had none
 * @param threshold the last value that is right; NaN when the rule is no more
 * @param summary one plain sentence
 */
public record RuleFinding(
    RuleSubject subject,
    Change.Reported change,
    long startMs,
    long endMs,
    String metric,
    double observed,
    double threshold,
    String summary) {}
