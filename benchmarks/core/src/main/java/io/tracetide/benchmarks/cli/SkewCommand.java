package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.live.LatencyRun;
import io.tracetide.benchmarks.live.LatencyRun.Latencies;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Comparing;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the cost of skewed traffic. */
@Command(
    name = "skew",
    description = {
      "Compares a workload with most of the traffic on one service (--skew, default 0.9) with",
      "the same amount spread evenly: cost, in interleaved rounds, and latency at a constant rate."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class SkewCommand implements Callable<Integer> {

  private static final String UNIFORM = "uniform";
  private static final String SKEWED = "skewed";
  private static final double USUAL_SKEW = 0.9;
  private static final double LIMIT = 1.3;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final int PROBES = 2;

  @Spec private CommandSpec spec;
  @Mixin private WorkloadOptions workload;
  @Mixin private RunOptions run;
  @Mixin private RoundOptions rounds;
  @Mixin private ReportOption report;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "events a second for latency (default: ${DEFAULT-VALUE})",
      defaultValue = "20000")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "seconds of each measurement of latency, 20 of them to warm up; 0 for none"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "120")
  private int seconds;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (seconds < 0 || rate < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be at least 0 and --rate at least 1");
    }
    int last = rounds.rounds();
    Clock clock = Clock.systemUTC();
    double share = workload.skew() > 0 ? workload.skew() : USUAL_SKEW;
    Truth uniform = Truth.of(workload.skewed(clock, 0));
    Truth skewed = Truth.of(workload.skewed(clock, share));
    Comparing comparing = new Comparing();
    List<LimitCheck> checks = new ArrayList<>();
    Table latencies = new Table("case", "probes", "visible p50 ms", "p99 ms", "max ms");
    try (Session session = run.open()) {
      for (int round = 1; round <= last; round++) {
        measure(session, comparing, UNIFORM, uniform, round);
        measure(session, comparing, SKEWED, skewed, round);
      }
      checks.add(
          new LimitCheck(
              "CPU of skewed, times that of uniform",
              comparing.cpuSecondsPerMillion(SKEWED) / comparing.cpuSecondsPerMillion(UNIFORM),
              LIMIT));
      if (seconds > 0) {
        double even = latency(session, clock, 0, UNIFORM, latencies);
        double hot = latency(session, clock, share, SKEWED, latencies);
        checks.add(
            new LimitCheck("p99 latency of skewed, times that of uniform", hot / even, LIMIT));
      }
    }
    report.publish(
        new PlainReport("One hot service", setting(skewed.workload()))
            .checks(checks)
            .table("Latency", latencies)
            .table("Every round", comparing.rounds()));
    return comparing.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private void measure(Session session, Comparing comparing, String name, Truth truth, int round)
      throws InterruptedException {
    session.rewrite(truth.workload());
    Bench bench =
        new Bench(
            name,
            session.platform(),
            truth,
            run.launcher(),
            run.threads(),
            run.commitInterval(),
            (variant, r, done) -> Terminal.progress(name, done, truth.workload().events()));
    comparing.add(name, bench.run(rounds.variant(), round));
  }

  /** 99th percentile of the time until an event is in a query result. */
  private double latency(Session session, Clock clock, double share, String name, Table latencies)
      throws InterruptedException {
    session.platform().topics().empty(Topics.TRACES);
    try (LiveRun processors =
        LiveRun.start(
            session.platform(),
            run.launcher(),
            "latency-" + name,
            1,
            run.threads(),
            run.commitInterval(),
            List.of())) {
      Terminal.step("measuring latency, " + name + ", for " + seconds + " s");
      Workload now = workload.live(clock, (long) rate * seconds, share, rate);
      Latencies measured =
          new LatencyRun(session.platform(), clock, PROBES, WARM_UP).measure(processors, now);
      latencies.row(
          name,
          String.valueOf(measured.visible().count()),
          Figures.whole(measured.visible().at(0.5)),
          Figures.whole(measured.visible().at(0.99)),
          Figures.whole(measured.visible().max()));
      return measured.visible().at(0.99);
    }
  }

  private List<String> setting(Workload events) {
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(events, Double.NaN));
    setting.addAll(run.describe());
    return setting;
  }
}
