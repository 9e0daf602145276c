package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.window.SeriesId;
import java.util.Map;

/**
 * Something to tell people about a series.
 *
 * @param series what it is about
 * @param change whether it opened, goes on, or is over
 * @param startMs start of the window that it speaks of
 * @param endMs end of that window
 * @param observed what was seen in that window, by feature
 * @param expected what was expected; {@code _low} and {@code _high} bound the usual
 * @param contributions share of each feature in the score, adding up to 1; empty when nothing
 *     deviates
 * @param summary one plain sentence
 */
public record Finding(
    SeriesId series,
    Change.Reported change,
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    String summary) {}
