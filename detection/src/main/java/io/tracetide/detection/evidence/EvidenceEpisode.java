package io.tracetide.detection.evidence;

/**
 * Consecutive windows of a series with evidence above 1. It opens in the second such window of
 * three, and ends before the first of three windows without.
 *
 * @param startWindow window in which it opened
 * @param endWindow last window that belongs to it, so far
 * @param peak largest evidence so far
 * @param channel channel of the largest evidence
 * @param direction direction of the largest evidence
 * @param open whether later windows may still belong to it
 */
public record EvidenceEpisode(
    long startWindow,
    long endWindow,
    double peak,
    EvidenceChannel channel,
    Direction direction,
    boolean open) {}
