package io.tracetide.processor.topology;

import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.LedgerConfig;
import io.tracetide.processor.ledger.TraceJudge;

/**
 * What the ledger needs of the process around it.
 *
 * @param judge says what is wrong with a trace
 * @param ledgers told which partitions are followed here
 * @param input says how far the input has been read
 */
public record LedgerWiring(
    LedgerConfig config, TraceJudge judge, OpenLedgers ledgers, InputProgress input) {}
