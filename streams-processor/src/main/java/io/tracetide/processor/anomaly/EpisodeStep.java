package io.tracetide.processor.anomaly;

/**
 * The result of processing one window.
 *
 * @param next state of the subject after the window
 * @param change change to report
 */
public record EpisodeStep(Episode next, Change change) {}
