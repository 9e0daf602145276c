package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.workload.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the cost of following traces. */
@Command(
    name = "ledger",
    description = {
      "Compares following traces with counting finished spans only, in interleaved rounds, over",
      "spans with a start event: nearly all traces start and end between two commits."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LedgerCommand implements Callable<Integer> {

  private static final TwoSettings.Target TARGET =
      new TwoSettings.Target(
          "Cost of following traces",
          "CPU of following traces, times that of counting finished spans only",
          1.5);

  @Mixin private TwoSettings settings;

  @Override
  public Integer call() throws InterruptedException {
    return settings.compare(
        TARGET,
        Workload::withLifecycle,
        ledger("followed", true),
        ledger("counted-as-it-comes", false));
  }

  private static TwoSettings.Case ledger(String name, boolean enabled) {
    return new TwoSettings.Case(
        name, settings -> settings.with("processor.ledger.enabled", String.valueOf(enabled)));
  }
}
