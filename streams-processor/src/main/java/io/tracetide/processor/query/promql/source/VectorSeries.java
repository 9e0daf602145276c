package io.tracetide.processor.query.promql.source;

/** A series of a result, with its values by step. */
public record VectorSeries(Labels labels, StepValues samples) {}
