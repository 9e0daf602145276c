package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.live.LatencyRun;
import io.tracetide.benchmarks.live.LatencyRun.Latencies;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the time until an event is in query results. */
@Command(
    name = "latency",
    description = {
      "Sends live traffic at a constant rate and measures the time until an event is in a",
      "response of /monitoring/analytics, and until a window that ended is in window-aggregates."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LatencyCommand implements Callable<Integer> {

  private static final double BEYOND_COMMIT_MS = 500;
  private static final double BEYOND_GRACE_MS = 1_500;

  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--skew",
      paramLabel = "SHARE",
      description = "share of the events on one service (default: ${DEFAULT-VALUE}, all alike)",
      defaultValue = "0")
  private double skew;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "duration in seconds, the warm-up included (default: ${DEFAULT-VALUE})",
      defaultValue = "120")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "seconds at the start that are not counted (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int warmUp;

  @Option(
      names = "--probes",
      paramLabel = "N",
      description = "concurrent probes (default: ${DEFAULT-VALUE})",
      defaultValue = "2")
  private int probes;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    live.check();
    Clock clock = Clock.systemUTC();
    live.fromNow(clock, seconds, skew); // Checked before the start of the platform.
    try (Session session = run.open()) {
      Latencies latencies = measure(session, clock);
      List<LimitCheck> checks = checks(latencies);
      report.publish(
          new PlainReport("Time until an event is in query results", setting())
              .checks(checks)
              .table("Milliseconds", table(latencies)));
      return ExitCodes.OK;
    }
  }

  private Latencies measure(Session session, Clock clock) throws InterruptedException {
    try (LiveRun processors =
        LiveRun.start(
            session.platform(),
            run.launcher(),
            "latency",
            1,
            run.threads(),
            run.commitInterval(),
            List.of())) {
      Workload workload = live.fromNow(clock, seconds, skew);
      Terminal.step("measuring for " + seconds + " s");
      return new LatencyRun(session.platform(), clock, probes, Duration.ofSeconds(warmUp))
          .measure(processors, workload);
    }
  }

  private List<LimitCheck> checks(Latencies latencies) {
    double graceMs = WindowConfig.defaults().grace().toMillis();
    return List.of(
        new LimitCheck(
            "sent until in a response, p99, ms",
            latencies.visible().at(0.99),
            run.commitInterval().toMillis() + BEYOND_COMMIT_MS),
        new LimitCheck(
            "end of a window until in window-aggregates, p99, ms (by default grace)",
            latencies.published().at(0.99),
            graceMs + BEYOND_GRACE_MS));
  }

  private static Table table(Latencies latencies) {
    Table table = new Table("", "samples", "p50", "p90", "p99", "max");
    row(table, "sent until in a response", latencies.visible());
    row(table, "window's end until published", latencies.published());
    return table;
  }

  private static void row(Table table, String what, Percentiles values) {
    table.row(
        what,
        String.valueOf(values.count()),
        Figures.whole(values.at(0.5)),
        Figures.whole(values.at(0.9)),
        Figures.whole(values.at(0.99)),
        Figures.whole(values.max()));
  }

  private List<String> setting() {
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(
        String.format(
            Locale.ROOT,
            "%,d events/s over %,d series, skew %.2f, for %d s of which the first %d are not"
                + " counted, %d probes at a time",
            live.rate(),
            live.series(),
            skew,
            seconds,
            warmUp,
            probes));
    setting.addAll(run.describe());
    return setting;
  }
}
