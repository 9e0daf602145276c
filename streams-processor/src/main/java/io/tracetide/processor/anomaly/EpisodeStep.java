package io.tracetide.processor.anomaly;

/**
 * One move of an episode.
 *
 * @param next where the subject stands after the window
 * @param change what to tell
 */
public record EpisodeStep(Episode next, Change change) {}
