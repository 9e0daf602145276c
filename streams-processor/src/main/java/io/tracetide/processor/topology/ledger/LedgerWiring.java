package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceMeter;

/**
 * The settings of the ledger, and the parts of the process that it uses.
 *
 * @param judge finds the breaches of a trace
 * @param meter derives measurements from a trace
 * @param mask masks personal data before traces are stored
 * @param ledgers registers the ledger of each partition that this process follows
 * @param input progress of the input
 */
public record LedgerWiring(
    LedgerConfig config,
    TraceJudge judge,
    TraceMeter meter,
    TraceMask mask,
    OpenLedgers ledgers,
    InputProgress input) {}
