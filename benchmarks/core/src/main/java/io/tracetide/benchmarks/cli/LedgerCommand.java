package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.report.Finding;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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

  private static final String ENABLED = "processor.ledger.enabled";
  private static final String FOLLOWED = "followed";
  private static final String COUNTED = "counted-as-it-comes";
  private static final double LIMIT = 1.5;

  @Mixin private WorkloadOptions workload;
  @Mixin private RunOptions run;
  @Mixin private RoundOptions rounds;
  @Mixin private ReportOption report;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    int last = rounds.rounds();
    Workload events = workload.workload(Clock.systemUTC(), Long.MAX_VALUE).withLifecycle();
    Truth truth = Truth.of(events);
    Comparing comparing = new Comparing();
    try (Session session = Session.open(run)) {
      double bytes = session.write(events, EventWriter.Key.TRACE);
      for (int round = 1; round <= last; round++) {
        comparing.add(COUNTED, bench(session, truth, COUNTED).run(rounds.variant(), round));
        comparing.add(FOLLOWED, bench(session, truth, FOLLOWED).run(rounds.variant(), round));
      }
      publish(events, bytes, comparing);
    }
    return comparing.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private Bench bench(Session session, Truth truth, String name) {
    Launcher launcher = run.launcher();
    boolean enabled = name.equals(FOLLOWED);
    return new Bench(
        name,
        session.platform(),
        truth,
        launcher.with(launcher.processor().with(ENABLED, String.valueOf(enabled))),
        run.threads(),
        run.commitInterval(),
        (variant, round, done) -> Terminal.progress(name, done, truth.workload().records()));
  }

  private void publish(Workload events, double bytes, Comparing comparing) {
    double ratio =
        comparing.cpuSecondsPerMillion(FOLLOWED) / comparing.cpuSecondsPerMillion(COUNTED);
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(events, bytes));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("What following traces costs", setting)
            .findings(
                List.of(
                    new Finding(
                        "CPU of following traces, times that of counting as it comes",
                        ratio,
                        LIMIT)))
            .table("Every round", comparing.rounds()));
  }
}
