package io.tracetide.processor.topology;

import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.LedgerConfig;
import io.tracetide.processor.ledger.TraceJudge;

/** Ledgers for drivers of the topology. */
final class Ledgers {

  private Ledgers() {}

  static LedgerWiring following() {
    return following(LedgerConfig.defaults(), TraceJudge.LENIENT, new OpenLedgers());
  }

  static LedgerWiring following(LedgerConfig config, TraceJudge judge, OpenLedgers open) {
    return new LedgerWiring(config, judge, open, InputProgress.atHand());
  }
}
