package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceMeter;

/**
 * What the ledger needs of the process around it.
 *
 * @param judge says what is wrong with a trace
 * @param meter says what happened in it as figures
 * @param mask hides personal data before it is kept
 * @param ledgers told which partitions are followed here
 * @param input says how far the input has been read
 */
public record LedgerWiring(
    LedgerConfig config,
    TraceJudge judge,
    TraceMeter meter,
    TraceMask mask,
    OpenLedgers ledgers,
    InputProgress input) {}
