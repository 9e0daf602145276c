package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.ingest.GatewayChaos;
import io.tracetide.benchmarks.ingest.SpanAccount;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks that kills lose no span that was accepted with 200. */
@Command(
    name = "gateway-chaos",
    description = {
      "Kills the gateway and the broker (-9) at random times while exporters send spans by OTLP"
          + " and",
      "send again as it says. Every span that was answered 200 must be in the topic in the end."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class GatewayChaosCommand implements Callable<Integer> {

  private static final String HEAP = "256m";
  private static final Duration EARLIEST = Duration.ofSeconds(1);
  private static final Duration LATEST = Duration.ofSeconds(9);

  @Mixin private ReceiverOptions receiver;
  @Mixin private ReportOption report;

  @Option(
      names = "--gateway-kills",
      paramLabel = "N",
      description = "(default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int gatewayKills;

  @Option(
      names = "--broker-kills",
      paramLabel = "N",
      description = "(default: ${DEFAULT-VALUE}); each kill takes about 8 s",
      defaultValue = "20")
  private int brokerKills;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "spans a second (default: ${DEFAULT-VALUE})",
      defaultValue = "2000")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the times of the kills (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  @Override
  public Integer call() throws InterruptedException {
    receiver.check();
    receiver.require(
        gatewayKills >= 0 && gatewayKills <= 500 && brokerKills >= 0 && brokerKills <= 500,
        "--gateway-kills and --broker-kills must be from 0 to 500");
    receiver.require(rate >= 50 && rate <= 100_000, "--rate must be from 50 to 100000");
    AtomicInteger kill = new AtomicInteger();
    int kills = gatewayKills + brokerKills;
    try (Session session = receiver.open();
        ServerProcess gateway = receiver.gateways(session, HEAP).start("gateway")) {
      Terminal.step("killing " + kills + " times");
      GatewayChaos.Plan plan =
          new GatewayChaos.Plan(gatewayKills, brokerKills, rate, EARLIEST, LATEST, seed);
      GatewayChaos.Outcome outcome =
          new GatewayChaos(session.platform(), Clock.systemUTC(), plan)
              .run(
                  gateway,
                  what -> Terminal.step(what + ", " + kill.incrementAndGet() + " of " + kills));
      publish(outcome);
      return outcome.holds() ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private void publish(GatewayChaos.Outcome outcome) {
    SpanAccount.Balance balance = outcome.balance();
    Table table = new Table("metric", "value");
    table.row("spans sent", Figures.whole((double) balance.sent()));
    table.row("spans accepted with 200", Figures.whole((double) balance.acknowledged()));
    table.row("accepted with 200 and not in the topic", Figures.whole((double) balance.missing()));
    table.row("records beyond the first of their span", Figures.whole((double) balance.copies()));
    table.row("in the topic without a 200", Figures.whole((double) balance.unacknowledged()));
    table.row("requests sent again", Figures.whole((double) outcome.retries()));
    table.row("passed", outcome.holds() ? "yes" : "NO");
    report.publish(
        new PlainReport(
                "Kills of the gateway and the broker",
                List.of(
                    Machine.describe(),
                    "%d kills -9 of the gateway and %d of the broker, %d to %d s from a restart to the next kill, seed %d"
                        .formatted(
                            gatewayKills,
                            brokerKills,
                            EARLIEST.toSeconds(),
                            LATEST.toSeconds(),
                            seed),
                    "%,d spans/s by OTLP, Protobuf over HTTP, in requests of 50; 40 exporters that wait 10 s for an answer and send again"
                        .formatted(rate),
                    receiver.describe(HEAP)))
            .table("Spans", table));
  }
}
