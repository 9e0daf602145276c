package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.workload.Workload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What following traces costs. */
@Command(
    name = "ledger",
    description = {
      "Compares following traces with counting work as it comes, in interleaved rounds, over work",
      "that tells of its start, too: nearly all traces start and end between two commits."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LedgerCommand implements Callable<Integer> {

  private static final TwoSettings.Promise PROMISE =
      new TwoSettings.Promise(
          "What following traces costs",
          "CPU of following traces, times that of counting as it comes",
          1.5);

  @Mixin private TwoSettings settings;

  @Override
  public Integer call() throws InterruptedException {
    return settings.compare(
        PROMISE,
        Workload::withLifecycle,
        ledger("followed", true),
        ledger("counted-as-it-comes", false));
  }

  private static TwoSettings.Case ledger(String name, boolean enabled) {
    return new TwoSettings.Case(
        name, settings -> settings.with("processor.ledger.enabled", String.valueOf(enabled)));
  }
}
