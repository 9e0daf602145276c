package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.ingest.Overload;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the gateway under overload. */
@Command(
    name = "overload",
    description = {
      "Finds what a gateway with little memory sustains, then offers several times as much: it"
          + " must",
      "live, answer every request, keep its memory, and be quick with what it accepts."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class OverloadCommand implements Callable<Integer> {

  private static final String HEAP = "256m";
  private static final double MAX_ACCEPTED_P99_MS = 1_000;
  private static final double MAX_RSS_GROWTH = 1.5;

  @Mixin private ReceiverOptions receiver;
  @Mixin private ReportOption report;

  @Option(
      names = "--factor",
      paramLabel = "X",
      description = "offered rate as a multiple of the sustained one (default: ${DEFAULT-VALUE})",
      defaultValue = "4")
  private double factor;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "seconds of the overload (default: ${DEFAULT-VALUE})",
      defaultValue = "120")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "seconds before the measurement; the sustained rate is measured for the same time"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int warmUp;

  @Override
  public Integer call() throws InterruptedException {
    receiver.check();
    receiver.require(factor > 0 && factor <= 100, "--factor must be above 0 and at most 100");
    receiver.require(
        seconds >= 5 && seconds <= 3_600 && warmUp >= 1 && warmUp <= 600,
        "--seconds must be from 5 to 3600 and --warm-up from 1 to 600");
    try (Session session = receiver.open();
        ServerProcess gateway = receiver.gateways(session, HEAP).start("gateway")) {
      Terminal.step("about " + (2 * warmUp + seconds) + " s");
      Overload.Plan plan =
          new Overload.Plan(
              factor,
              Duration.ofSeconds(warmUp),
              Duration.ofSeconds(warmUp),
              Duration.ofSeconds(seconds));
      Overload.Outcome outcome =
          new Overload(session.platform(), Clock.systemUTC(), plan).run(gateway);
      return publish(outcome) ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private boolean publish(Overload.Outcome outcome) {
    List<LimitCheck> checks =
        List.of(
            new LimitCheck(
                "accepted requests, p99, ms", outcome.acceptedMs().at(0.99), MAX_ACCEPTED_P99_MS),
            new LimitCheck(
                "resident memory, last third over the second", outcome.rssGrowth(), MAX_RSS_GROWTH),
            new LimitCheck(
                "spans sent, and neither accepted nor refused", (double) outcome.unanswered(), 0),
            new LimitCheck(
                "spans accepted beyond those in the topic",
                (double) Math.max(0, outcome.accepted() - outcome.stored()),
                0));
    report.publish(
        new PlainReport("The gateway under overload", setting(outcome))
            .checks(checks)
            .table("Spans", spans(outcome))
            .table("Answers", answers(outcome))
            .table("Milliseconds", millis(outcome)));
    return checks.stream().allMatch(LimitCheck::holds);
  }

  private List<String> setting(Overload.Outcome outcome) {
    return List.of(
        Machine.describe(),
        "OTLP, Protobuf over HTTP, 512 spans a request; 8 clients to find what is sustained, then"
            + " 240 that never send again",
        "sustained: %s spans/s; offered for %d s: %s spans/s, %s; clients, broker and gateway share the machine"
            .formatted(
                Figures.whole(outcome.sustained()),
                seconds,
                Figures.whole(outcome.offered()),
                Figures.ratio(outcome.offered() / outcome.sustained())),
        receiver.describe(HEAP));
  }

  private static Table spans(Overload.Outcome outcome) {
    Table table = new Table("metric", "value");
    table.row(
        "accepted, a second",
        Figures.whole(
            outcome.offered()
                * outcome.accepted()
                / (outcome.accepted() + outcome.refused() + outcome.unanswered())));
    table.row("accepted", Figures.whole((double) outcome.accepted()));
    table.row("refused", Figures.whole((double) outcome.refused()));
    table.row("without a response", Figures.whole((double) outcome.unanswered()));
    table.row("records in the topic", Figures.whole((double) outcome.stored()));
    table.row(
        "resident memory at the end, MiB",
        Figures.whole(outcome.rssMib().get(outcome.rssMib().size() - 1)));
    return table;
  }

  private static Table answers(Overload.Outcome outcome) {
    Table table = new Table("answer", "requests");
    for (Map.Entry<String, Long> each : new TreeMap<>(outcome.outcomes()).entrySet()) {
      table.row(each.getKey(), Figures.whole(each.getValue().doubleValue()));
    }
    return table;
  }

  private static Table millis(Overload.Outcome outcome) {
    Table table = new Table("", "requests", "p50", "p90", "p99", "max");
    row(table, "accepted", outcome.acceptedMs());
    row(table, "refused", outcome.refusedMs());
    return table;
  }

  static void row(Table table, String what, Percentiles millis) {
    table.row(
        what,
        Figures.whole(millis.count()),
        Figures.shortly(millis.at(0.5)),
        Figures.shortly(millis.at(0.9)),
        Figures.shortly(millis.at(0.99)),
        Figures.shortly(millis.max()));
  }
}
