package io.tracetide.processor.topology;

import io.tracetide.processor.contract.WorkflowMetrics;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.LedgerConfig;
import io.tracetide.processor.ledger.TraceJudge;
import io.tracetide.processor.ledger.TraceMask;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;

/** Ledgers for drivers of the topology. */
final class Ledgers {

  private Ledgers() {}

  static LedgerWiring following() {
    return following(LedgerConfig.defaults(), TraceJudge.LENIENT, new OpenLedgers());
  }

  static LedgerWiring following(LedgerConfig config, TraceJudge judge, OpenLedgers open) {
    return new LedgerWiring(
        config,
        judge,
        WorkflowMetrics::of,
        new TraceMask(Masker.of(PrivacyConfig.defaults())),
        open,
        InputProgress.atHand());
  }
}
