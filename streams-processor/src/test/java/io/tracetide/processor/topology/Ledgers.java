package io.tracetide.processor.topology;

import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.ledger.OpenLedgers;
import io.tracetide.processor.workflow.WorkflowMetrics;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;

/** Ledgers for drivers of the topology. */
public final class Ledgers {

  private Ledgers() {}

  public static LedgerWiring following() {
    return following(LedgerConfig.defaults(), TraceJudge.LENIENT, new OpenLedgers());
  }

  public static LedgerWiring following(LedgerConfig config, TraceJudge judge, OpenLedgers open) {
    return new LedgerWiring(
        config,
        judge,
        WorkflowMetrics::of,
        new TraceMask(Masker.of(PrivacyConfig.defaults())),
        open,
        InputProgress.atHand());
  }
}
