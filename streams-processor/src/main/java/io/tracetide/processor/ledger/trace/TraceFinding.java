package io.tracetide.processor.ledger.trace;

/**
 * A breach of one trace begins, or is over. It travels to the partition of its service, where the
 * breaches of all traces of an operation become one anomaly.
 *
 * @param operation templated, as windows name it
 * @param open whether the breach begins
 * @param atMs when, milliseconds since the epoch
 */
public record TraceFinding(
    String tenant,
    String service,
    String operation,
    String traceId,
    Breach breach,
    boolean open,
    long atMs) {}
