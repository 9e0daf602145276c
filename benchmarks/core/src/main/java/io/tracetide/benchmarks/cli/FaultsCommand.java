package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.live.Faults;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.platform.RoleProcesses;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the recovery from kills, damaged stores and bad records. */
@Command(
    name = "faults",
    description = {
      "Under live traffic kills (-9) the processor, the alert sink and the broker, damages RocksDB",
      "stores, and sends oversized and malformed records. Every good event must be counted once,",
      "every bad record must have a dead letter, no process may exit, and queries must be answered",
      "completely within 15 s of each fault."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class FaultsCommand implements Callable<Integer> {

  private static final double ANSWERED_WITHIN_SECONDS = 15;
  private static final String SINK_HEAP = "256m";

  @Spec private CommandSpec spec;
  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "duration in minutes, over which the faults are spread (default: ${DEFAULT-VALUE})",
      defaultValue = "15")
  private int minutes;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "kills -9 (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int kills;

  @Option(
      names = "--damages",
      paramLabel = "N",
      description = "damaged stores (default: ${DEFAULT-VALUE})",
      defaultValue = "10")
  private int damages;

  @Option(
      names = "--oversized",
      paramLabel = "N",
      description = "records that are too large (default: ${DEFAULT-VALUE})",
      defaultValue = "100")
  private int oversized;

  @Option(
      names = "--malformed",
      paramLabel = "N",
      description = "records that cannot be decoded (default: ${DEFAULT-VALUE})",
      defaultValue = "1000")
  private int malformed;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (minutes < 1 || minutes > 24 * 60) {
      throw new ParameterException(spec.commandLine(), "--minutes must be from 1 to 1440");
    }
    if (kills < 0 || damages < 0 || oversized < 0 || malformed < 0) {
      throw new ParameterException(spec.commandLine(), "counts of faults must not be negative");
    }
    Clock clock = Clock.systemUTC();
    live.fromNow(clock, minutes * 60, 0); // Checked before the start of the platform.
    try (Session session = run.open();
        ServerProcess sink = sink(session.platform());
        LiveRun processors =
            LiveRun.start(
                session.platform(),
                run.launcher(),
                "faults",
                1,
                run.threads(),
                run.commitInterval(),
                List.of())) {
      Workload workload = live.fromNow(clock, minutes * 60, 0);
      Terminal.step("striking " + (kills + damages) + " times in " + minutes + " min");
      AtomicInteger struck = new AtomicInteger();
      Faults.Plan plan =
          new Faults.Plan(
              kills, damages, oversized, malformed, Duration.ofMinutes(minutes), live.seed());
      Faults.Outcome outcome =
          new Faults(session.platform(), clock, plan)
              .run(
                  processors,
                  sink,
                  sinkState(session.platform()),
                  Truth.of(workload),
                  recovery ->
                      Terminal.step(
                          "%d of %d: %s, recovered after %s s"
                              .formatted(
                                  struck.incrementAndGet(),
                                  kills + damages,
                                  recovery.fault(),
                                  Figures.shortly(recovery.seconds()))));
      return publish(workload, outcome) ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private static Path sinkState(BenchPlatform platform) {
    return platform.directory().resolve("sink-state");
  }

  static ServerProcess sink(BenchPlatform platform) throws InterruptedException {
    return new RoleProcesses(platform, SINK_HEAP, List.of())
        .start(
            "sink",
            "sink",
            port ->
                """
                sink:
                  listener: { port: %d }
                  stateDir: "%s"
                  instanceId: "faults"
                """
                    .formatted(port, sinkState(platform)));
  }

  private boolean publish(Workload workload, Faults.Outcome outcome) {
    Verdict verdict = outcome.answers().judge();
    Percentiles seconds =
        new Percentiles(outcome.recoveries().stream().map(Faults.Recovery::seconds).toList());
    long late =
        outcome.recoveries().stream()
            .filter(recovery -> recovery.seconds() > ANSWERED_WITHIN_SECONDS)
            .count();
    boolean holds = verdict.isRight() && outcome.withoutLetter().isEmpty() && late == 0;
    Table table = new Table("metric", "value");
    table.row("events", Figures.whole((double) workload.events()));
    table.row("counted", Figures.whole((double) verdict.counted()));
    table.row("results", verdict.describe());
    table.row("bad records", Figures.whole((double) outcome.bad()));
    table.row(
        "bad records without a dead letter",
        Figures.whole((double) outcome.withoutLetter().size())
            + (outcome.withoutLetter().isEmpty()
                ? ""
                : " " + outcome.withoutLetter().stream().limit(5).toList()));
    table.row("faults", Figures.whole((double) outcome.recoveries().size()));
    table.row("seconds until queries are answered, median", Figures.shortly(seconds.at(0.5)));
    table.row("seconds until queries are answered, longest", Figures.shortly(seconds.max()));
    table.row("faults after which it took more than 15 s", Figures.whole((double) late));
    table.row("passed", holds ? "yes" : "NO");
    Table each = new Table("fault", "seconds until queries are answered");
    outcome
        .recoveries()
        .forEach(recovery -> each.row(recovery.fault(), Figures.shortly(recovery.seconds())));
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(workload, Double.NaN));
    setting.add(
        "%d kills -9, %d damaged stores, %d oversized and %d malformed records in %d min"
            .formatted(kills, damages, oversized, malformed, minutes));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("Faults under load", setting)
            .table("Results", table)
            .table("Faults", each));
    return holds;
  }
}
