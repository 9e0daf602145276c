package io.tracetide.standalone.evaluate;

import io.tracetide.standalone.evaluate.WindowTable.Series;

/**
 * An episode that a detector found.
 *
 * @param startWindow window in which it opened
 * @param endWindow last window that belongs to it
 * @param peak greatest evidence or score
 * @param channel latency, throughput or errors
 * @param direction up or down; empty when the detector has none
 */
record FoundEpisode(
    Series series,
    long startWindow,
    long endWindow,
    double peak,
    String channel,
    String direction) {}
