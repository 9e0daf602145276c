package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.live.PacedWriter;
import io.tracetide.benchmarks.live.QueryLoad;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.workload.EventWriter;
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
import picocli.CommandLine.Option;

/** Measures the time and the processor time of queries under live traffic. */
@Command(
    name = "queries",
    description = {
      "Sends live traffic at a constant rate over a day of history, and queries at a constant"
          + " rate:",
      "the time of each kind of query, and the processor time that they need beside the traffic."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class QueriesCommand implements Callable<Integer> {

  private static final int HISTORY_HOURS = 24;

  /** Detection has caught up when it has read all but these. */
  private static final int FEW_BATCHES = 100;

  private static final double DASHBOARD_MS = 25;
  private static final double DAY_MS = 50;
  private static final double MOST_SHARE = 0.2;

  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--queries",
      paramLabel = "N",
      description = "queries a second (default: ${DEFAULT-VALUE})",
      defaultValue = "200")
  private int queries;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "concurrent clients (default: ${DEFAULT-VALUE})",
      defaultValue = "16")
  private int clients;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "duration without queries, and again with them (default: ${DEFAULT-VALUE})",
      defaultValue = "60")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "seconds before each that are not counted (default: ${DEFAULT-VALUE})",
      defaultValue = "30")
  private int warmUp;

  @Option(
      names = "--history-rate",
      paramLabel = "N",
      description = "events a second of the history (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int historyRate;

  /** What was measured. */
  private record Outcome(double coresWithout, double coresWith, QueryLoad load) {
    /** Share of the machine's processors that the queries take, and that traffic cannot have. */
    double share() {
      return (coresWith - coresWithout) / Runtime.getRuntime().availableProcessors();
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    live.check();
    live.require(seconds >= 10 && seconds <= 3_600, "--seconds must be from 10 to 3600");
    live.require(warmUp >= 0 && warmUp <= 3_600, "--warm-up must be from 0 to 3600");
    live.require(queries >= 1 && queries <= 10_000, "--queries must be from 1 to 10000");
    live.require(clients >= 1 && clients <= 1_000, "--clients must be from 1 to 1000");
    live.require(historyRate >= 1 && historyRate <= 1_000, "--history-rate must be from 1 to 1000");
    try (Session session = run.open()) {
      Outcome outcome = measure(session, Clock.systemUTC());
      List<LimitCheck> checks = checks(outcome);
      report.publish(
          new PlainReport("Queries under live traffic", setting())
              .checks(checks)
              .table("Milliseconds", table(outcome.load()))
              .table("Cores", cores(outcome)));
      return checks.stream().allMatch(LimitCheck::holds) ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private Outcome measure(Session session, Clock clock) throws InterruptedException {
    session.write(history(clock), EventWriter.Key.TRACE);
    try (LiveRun processors =
        LiveRun.start(
            session.platform(),
            run.launcher(),
            "queries",
            1,
            run.threads(),
            run.commitInterval(),
            List.of())) {
      Terminal.step("counting and learning the history");
      while (processors.lag() > 0 || processors.samplesLag() > FEW_BATCHES) {
        processors.instance().requireAlive();
        TimeUnit.SECONDS.sleep(1);
      }
      Workload workload = live.fromNow(clock, 2 * (warmUp + seconds) + 60, 0);
      try (PacedWriter writer =
          PacedWriter.start(
              workload,
              session.platform().bootstrapServers(),
              session.platform().registry(),
              clock)) {
        Terminal.step("measuring without queries for %d s, after %d s".formatted(seconds, warmUp));
        TimeUnit.SECONDS.sleep(warmUp);
        Duration time = Duration.ofSeconds(seconds);
        double without = processors.instance().coresUsed(time);
        Terminal.step("measuring with queries for %d s, after %d s".formatted(seconds, warmUp));
        try (QueryLoad load = QueryLoad.start(processors.instance(), workload, queries, clients)) {
          TimeUnit.SECONDS.sleep(warmUp);
          load.forget();
          Outcome outcome = new Outcome(without, processors.instance().coresUsed(time), load);
          if (writer.isDone()) {
            writer.awaitDone();
          }
          return outcome;
        }
      }
    }
  }

  private Workload history(Clock clock) {
    long startMs = LiveOptions.nextWindow(clock) - Duration.ofHours(HISTORY_HOURS).toMillis();
    long events = historyRate * Duration.ofHours(HISTORY_HOURS).toSeconds();
    return live.seeded(events, 0, startMs, historyRate);
  }

  private static List<LimitCheck> checks(Outcome outcome) {
    return List.of(
        new LimitCheck(
            "dashboard, p99, ms",
            outcome.load().millis(QueryLoad.Kind.DASHBOARD).at(0.99),
            DASHBOARD_MS),
        new LimitCheck(
            "24 h by 5 min, p99, ms", outcome.load().millis(QueryLoad.Kind.DAY).at(0.99), DAY_MS),
        new LimitCheck("share of all processors for queries", outcome.share(), MOST_SHARE),
        new LimitCheck("queries without an answer", (double) outcome.load().unanswered(), 0));
  }

  private static Table table(QueryLoad load) {
    Table table = new Table("query", "answered", "p50", "p90", "p99", "max");
    for (QueryLoad.Kind kind : QueryLoad.Kind.values()) {
      Percentiles millis = load.millis(kind);
      table.row(
          kind.what(),
          String.valueOf(millis.count()),
          Figures.shortly(millis.at(0.5)),
          Figures.shortly(millis.at(0.9)),
          Figures.shortly(millis.at(0.99)),
          Figures.shortly(millis.max()));
    }
    return table;
  }

  private static Table cores(Outcome outcome) {
    Table table = new Table("processor", "cores used");
    table.row("without queries", Figures.shortly(outcome.coresWithout()));
    table.row("with queries", Figures.shortly(outcome.coresWith()));
    return table;
  }

  private List<String> setting() {
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(
        String.format(
            Locale.ROOT,
            "%,d events/s over %,d series, %d queries/s of %d clients, %d s each, after %d h of"
                + " history at %d events/s",
            live.rate(),
            live.series(),
            queries,
            clients,
            seconds,
            HISTORY_HOURS,
            historyRate));
    setting.addAll(run.describe());
    return setting;
  }
}
