package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.session.Comparing;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.variant.ProcessorSettings;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;

/** Compares two settings of Tracetide over the same events in interleaved rounds. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TwoSettings {

  @Mixin private WorkloadOptions workload;
  @Mixin private RunOptions run;
  @Mixin private RoundOptions rounds;
  @Mixin private ReportOption report;

  /**
   * One of the settings.
   *
   * @param name in the report
   */
  record Case(String name, UnaryOperator<ProcessorSettings> settings) {}

  /** The limit of the cost of the first setting relative to the second. */
  record Target(String title, String figure, double limit) {}

  /**
   * Runs both.
   *
   * @param kind adapts the workload of the options
   * @return exit status
   */
  int compare(Target target, UnaryOperator<Workload> kind, Case first, Case second)
      throws InterruptedException {
    run.check();
    int last = rounds.rounds();
    Workload events = kind.apply(workload.workload(Clock.systemUTC(), Long.MAX_VALUE));
    Truth truth = Truth.of(events);
    Comparing comparing = new Comparing();
    try (Session session = run.open()) {
      double bytes = session.write(events, EventWriter.Key.TRACE);
      for (int round = 1; round <= last; round++) {
        for (Case each : List.of(first, second)) {
          comparing.add(each.name(), bench(session, truth, each).run(rounds.variant(), round));
        }
      }
      double ratio =
          comparing.cpuSecondsPerMillion(first.name())
              / comparing.cpuSecondsPerMillion(second.name());
      List<String> setting = new ArrayList<>();
      setting.add(Machine.describe());
      setting.add(WorkloadOptions.describe(events, bytes));
      setting.addAll(run.describe());
      report.publish(
          new PlainReport(target.title(), setting)
              .checks(List.of(new LimitCheck(target.figure(), ratio, target.limit())))
              .table("Every round", comparing.rounds()));
    }
    return comparing.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private Bench bench(Session session, Truth truth, Case each) {
    Launcher launcher = run.launcher();
    return new Bench(
        each.name().replace('_', '-'),
        session.platform(),
        truth,
        launcher.with(each.settings().apply(launcher.processor())),
        run.threads(),
        run.commitInterval(),
        (variant, round, done) -> Terminal.progress(each.name(), done, truth.workload().records()));
  }
}
