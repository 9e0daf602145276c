package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.live.Flood;
import io.tracetide.benchmarks.live.FloodTally;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.live.PacedWriter;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the effect of a service with a new operation name for every span. */
@Command(
    name = "cardinality",
    description = {
      "One service sends a new operation name with every span, beside usual traffic: how many"
          + " operations are",
      "kept of it, how much the processor's memory grows, and whether all totals stay exact."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class NameFloodCommand implements Callable<Integer> {

  private static final double MAX_GROWTH_MIB = 64;
  private static final int SETTLING_SECONDS = 30;

  @Spec private CommandSpec spec;
  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--names",
      paramLabel = "N",
      description = "distinct operation names (default: ${DEFAULT-VALUE})",
      defaultValue = "200000")
  private int names;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "seconds in which they are sent (default: ${DEFAULT-VALUE})",
      defaultValue = "60")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "seconds of usual traffic before the first reading of the memory; the heap takes minutes"
              + " to reach its size (default: ${DEFAULT-VALUE})",
      defaultValue = "240")
  private int warmUp;

  @Option(
      names = "--cap",
      paramLabel = "N",
      description =
          "operations that may be kept of one service, __other__ included"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "200")
  private int cap;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (names < 1 || names > 60_000_000 || seconds < 1 || warmUp < 0 || cap < 1) {
      throw new ParameterException(
          spec.commandLine(), "--names, --seconds and --cap must be at least 1");
    }
    Clock clock = Clock.systemUTC();
    int total = warmUp + seconds + SETTLING_SECONDS;
    live.fromNow(clock, total, 0); // Checked before the start of the platform.
    try (Session session = run.open();
        LiveRun processors =
            LiveRun.start(
                session.platform(),
                run.launcher(),
                "cardinality",
                1,
                run.threads(),
                run.commitInterval(),
                List.of())) {
      Workload workload = live.fromNow(clock, total, 0);
      Growth growth = flood(session.platform(), processors, workload, clock);
      processors.awaitDrained(workload, clock);
      return publish(processors, workload, growth) ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private record Growth(double beforeMib, double afterMib) {}

  private Growth flood(BenchPlatform platform, LiveRun processors, Workload workload, Clock clock)
      throws InterruptedException {
    try (PacedWriter writer =
        PacedWriter.start(workload, platform.bootstrapServers(), platform.registry(), clock)) {
      awaitMillis(clock, workload.startMs() + warmUp * 1_000L);
      double before = rssMib(processors);
      Terminal.step("flooding with " + names + " names in " + seconds + " s");
      Workload later = live.fromNow(clock, seconds, 0);
      try (Flood flood = Flood.start(platform, later, names, Duration.ofSeconds(seconds), clock)) {
        flood.awaitDone();
      }
      writer.awaitDone();
      double after = rssMib(processors);
      return new Growth(before, after);
    }
  }

  private static void awaitMillis(Clock clock, long untilMs) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.max(0, untilMs - clock.millis()));
  }

  private static double rssMib(LiveRun processors) {
    return processors
        .instance()
        .figures()
        .map(ProcessFigures::rssBytes)
        .filter(rss -> rss.isPresent())
        .map(rss -> (double) rss.getAsLong() / (1 << 20))
        .orElse(Double.NaN);
  }

  private boolean publish(LiveRun processors, Workload workload, Growth growth) {
    Answers others = new Answers(Truth.of(workload));
    FloodTally flood = new FloodTally();
    processors.forEachAnswer(answer -> flood.put(answer, others));
    Verdict verdict = others.judge();
    List<LimitCheck> checks =
        List.of(
            new LimitCheck("operations kept of the flooding service", flood.operations(), cap),
            new LimitCheck(
                "growth of resident memory, MiB",
                growth.afterMib() - growth.beforeMib(),
                MAX_GROWTH_MIB),
            new LimitCheck(
                "events of the flooding service that were not counted once",
                Math.abs(names - flood.counted()),
                0));
    Table table = new Table("metric", "value");
    table.row("names sent", Figures.whole(names));
    table.row("events of the flooding service counted", Figures.whole((double) flood.counted()));
    table.row("operations it was counted under", Figures.whole(flood.operations()));
    table.row("resident before, MiB", Figures.whole(growth.beforeMib()));
    table.row("resident after, MiB", Figures.whole(growth.afterMib()));
    table.row("results of the other services", verdict.describe());
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(workload, Double.NaN));
    setting.add(
        String.format(
            Locale.ROOT,
            "%,d distinct operation names of one service in %d s, after %d s without",
            names,
            seconds,
            warmUp));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("A flood of operation names", setting)
            .checks(checks)
            .table("Results", table));
    return verdict.isRight() && checks.stream().allMatch(LimitCheck::holds);
  }
}
