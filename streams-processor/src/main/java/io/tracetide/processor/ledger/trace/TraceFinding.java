package io.tracetide.processor.ledger.trace;

/**
 * The begin or the end of a breach of one trace. It is sent to the partition of its service, where
 * the breaches of all traces of an operation become one anomaly.
 *
 * @param operation template of the operation, as in windows
 * @param open whether the breach begins
 * @param atMs time, milliseconds since the epoch
 */
public record TraceFinding(
    String tenant,
    String service,
    String operation,
    String traceId,
    Breach breach,
    boolean open,
    long atMs) {}
