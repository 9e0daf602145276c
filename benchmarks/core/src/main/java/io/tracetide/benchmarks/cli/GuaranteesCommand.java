package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.report.Finding;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.processor.ProcessorConfig.Guarantee;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What counting exactly once costs. */
@Command(
    name = "guarantees",
    description =
        "Compares exactly_once_v2 with at_least_once over the same events, in interleaved rounds.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class GuaranteesCommand implements Callable<Integer> {

  private static final double LIMIT = 1.15;

  @Mixin private WorkloadOptions workload;
  @Mixin private RunOptions run;
  @Mixin private RoundOptions rounds;
  @Mixin private ReportOption report;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    int last = rounds.rounds();
    Workload events = workload.workload(Clock.systemUTC(), Long.MAX_VALUE);
    Truth truth = Truth.of(events);
    Comparing comparing = new Comparing();
    try (Session session = Session.open(run)) {
      double bytes = session.write(events, EventWriter.Key.TRACE);
      for (int round = 1; round <= last; round++) {
        for (Guarantee guarantee : Guarantee.values()) {
          Bench bench = bench(session, truth, guarantee);
          comparing.add(label(guarantee), bench.run(rounds.variant(), round));
        }
      }
      publish(events, bytes, comparing);
    }
    return comparing.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private Bench bench(Session session, Truth truth, Guarantee guarantee) {
    Launcher launcher = run.launcher();
    return new Bench(
        label(guarantee).replace('_', '-'),
        session.platform(),
        truth,
        launcher.with(launcher.processor().with(guarantee)),
        run.threads(),
        run.commitInterval(),
        (variant, round, done) ->
            Terminal.progress(label(guarantee), done, truth.workload().events()));
  }

  private static String label(Guarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT);
  }

  private void publish(Workload events, double bytes, Comparing comparing) {
    double ratio =
        comparing.cpuSecondsPerMillion(label(Guarantee.EXACTLY_ONCE_V2))
            / comparing.cpuSecondsPerMillion(label(Guarantee.AT_LEAST_ONCE));
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(events, bytes));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("What exactly once costs", setting)
            .findings(
                List.of(
                    new Finding(
                        "CPU of exactly_once_v2, times that of at_least_once", ratio, LIMIT)))
            .table("Every round", comparing.rounds()));
  }
}
