package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.live.Chaos;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Balance;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.variant.Launcher;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the effect of kills on counts. */
@Command(
    name = "chaos",
    description = {
      "Kills the processor (-9) at random times under live traffic and compares its counts",
      "with the exact results. Under exactly_once_v2 they must be equal; under at_least_once never",
      "lower, and higher by at most the events of one commit interval for each kill."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ChaosCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "number of kills (default: ${DEFAULT-VALUE}); each takes about 8 s",
      defaultValue = "30")
  private int kills;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = "number of processors (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private int instances;

  @Option(
      names = "--guarantee",
      paramLabel = "NAME",
      description = "exactly_once_v2 or at_least_once (default: ${DEFAULT-VALUE})",
      defaultValue = "exactly_once_v2")
  private Guarantee guarantee;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (kills < 1 || kills > 1_000 || instances < 1 || instances > 8) {
      throw new ParameterException(
          spec.commandLine(), "--kills must be from 1 to 1000 and --instances from 1 to 8");
    }
    Clock clock = Clock.systemUTC();
    int seconds = Math.toIntExact(Chaos.duration(kills).toSeconds());
    live.fromNow(clock, seconds, 0); // Checked before the start of the platform.
    Launcher launcher = run.launcher();
    try (Session session = run.open();
        LiveRun processors =
            LiveRun.start(
                session.platform(),
                launcher.with(launcher.processor().with(guarantee)),
                "chaos",
                instances,
                run.threads(),
                run.commitInterval(),
                List.of())) {
      Workload workload = live.fromNow(clock, seconds, 0);
      Terminal.step("killing " + kills + " times in about " + seconds + " s");
      Truth truth = Truth.of(workload);
      Chaos.Outcome outcome =
          new Chaos(session.platform(), clock, live.seed())
              .run(
                  processors,
                  truth,
                  kills,
                  run.commitInterval(),
                  kill -> Terminal.step("killed " + kill + " of " + kills));
      return publish(workload, outcome) ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private boolean publish(Workload workload, Chaos.Outcome outcome) {
    Verdict verdict = outcome.answers().judge();
    Balance balance = outcome.answers().balance();
    long explained = kills * outcome.mostInACommit();
    boolean holds =
        guarantee == Guarantee.EXACTLY_ONCE_V2
            ? verdict.isRight()
            : balance.below() == 0 && balance.above() <= explained;
    Table table = new Table("metric", "value");
    table.row("events", Figures.whole((double) workload.events()));
    table.row("counted", Figures.whole((double) verdict.counted()));
    table.row("counted too few, over all windows", Figures.whole((double) balance.below()));
    table.row("counted more than once, over all windows", Figures.whole((double) balance.above()));
    table.row(
        "kills x most events read within one commit interval", Figures.whole((double) explained));
    if (guarantee == Guarantee.EXACTLY_ONCE_V2) {
      table.row("results", verdict.describe());
    }
    table.row("passed", holds ? "yes" : "NO");
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(workload, Double.NaN));
    setting.add(
        "%d kills -9, %d instances, %s"
            .formatted(kills, instances, guarantee.name().toLowerCase(Locale.ROOT)));
    setting.addAll(run.describe());
    report.publish(new PlainReport("Kills under load", setting).table("Counts", table));
    return holds;
  }
}
