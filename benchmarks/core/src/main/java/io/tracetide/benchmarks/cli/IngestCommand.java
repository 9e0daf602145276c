package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.ingest.IngestBench;
import io.tracetide.benchmarks.ingest.IngestBench.Result;
import io.tracetide.benchmarks.ingest.SpanServer;
import io.tracetide.benchmarks.measurement.Medians;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the cost of receiving a span with Zipkin's server. */
@Command(
    name = "ingest",
    description = {
      "Sends the same spans to Zipkin's server (storage in memory) and to the gateway (until Kafka"
          + " has",
      "acknowledged them), in Zipkin's JSON and in OTLP, interleaved, each in its own JVM;"
          + " prints",
      "spans per processor second of the receiver's process."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class IngestCommand implements Callable<Integer> {

  private static final String HEAP = "4g";

  @Mixin private ReceiverOptions receiver;
  @Mixin private ReportOption report;

  @Option(
      names = "--spans",
      paramLabel = "N",
      description = "measured spans (default: ${DEFAULT-VALUE})",
      defaultValue = "1000000")
  private long spans;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "spans before, the first half of them in requests a tenth as large (default:"
              + " ${DEFAULT-VALUE})",
      defaultValue = "3000000")
  private long warmUp;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "spans per request (default: ${DEFAULT-VALUE})",
      defaultValue = "100")
  private int batch;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "concurrent clients (default: ${DEFAULT-VALUE})",
      defaultValue = "32")
  private int clients;

  @Option(
      names = "--zipkin-keeps",
      paramLabel = "N",
      description =
          "spans that zipkin-server keeps in memory; its own default is 500000, of which it mostly"
              + " collects garbage (default: ${DEFAULT-VALUE})",
      defaultValue = "50000")
  private int kept;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds; each runs every receiver once (default: ${DEFAULT-VALUE})",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--receivers",
      paramLabel = "NAME,...",
      split = ",",
      description = "receivers to run, in this order (default: all): ${COMPLETION-CANDIDATES}")
  private List<SpanServer> receivers = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    receiver.check();
    receiver.require(
        batch >= 1 && batch <= 10_000 && spans >= batch && warmUp >= 0,
        "--batch must be from 1 to 10000 and --spans at least as many");
    receiver.require(
        clients >= 1 && clients <= 200 && rounds >= 1 && rounds <= 100,
        "--clients must be from 1 to 200 and --rounds from 1 to 100");
    receiver.require(
        kept >= 100 && kept <= 10_000_000, "--zipkin-keeps must be from 100 to 10000000");
    List<SpanServer> chosen = receivers.isEmpty() ? List.of(SpanServer.values()) : receivers;
    List<Result> results = new ArrayList<>();
    try (Session session = receiver.open()) {
      IngestBench bench =
          new IngestBench(
              session.platform(),
              receiver.gateways(session, HEAP),
              Clock.systemUTC(),
              new IngestBench.Plan(warmUp, spans, batch, clients, kept));
      for (int round = 1; round <= rounds; round++) {
        for (SpanServer each : chosen) {
          Result result = bench.run(each, round);
          results.add(result);
          Terminal.step(
              "round %d of %d, %s: %s spans per CPU s%s"
                  .formatted(
                      round,
                      rounds,
                      each.label(),
                      Figures.whole(result.spansPerCpuSecond()),
                      result.isComplete() ? "" : ", INCOMPLETE " + result.answers()));
        }
      }
    }
    publish(chosen, results);
    return results.stream().allMatch(Result::isComplete) ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private void publish(List<SpanServer> chosen, List<Result> results) {
    report.publish(
        new PlainReport("Receivers of spans", setting())
            .table("Medians", medians(chosen, results))
            .table("Every round", rounds(results)));
  }

  private List<String> setting() {
    return List.of(
        Machine.describe(),
        "%,d spans after %,d to warm up, %d to a request, %d clients, each as fast as it is answered"
            .formatted(spans, warmUp, batch, clients),
        receiver.describe(HEAP),
        "zipkin-server keeps %,d spans in memory; the gateway answers when Kafka has acknowledged"
            .formatted(kept),
        "spans per CPU s: by user and system seconds of the receiver's process; the broker's are"
            + " apart");
  }

  private static Table medians(List<SpanServer> chosen, List<Result> results) {
    Table table =
        new Table(
            "receiver",
            "spans per CPU s",
            "vs zipkin-server",
            "spans/s",
            "broker's CPU s per million",
            "p99 ms",
            "peak RSS MiB");
    double peer = median(SpanServer.ZIPKIN, results, Result::spansPerCpuSecond);
    for (SpanServer each : chosen) {
      double perCpuSecond = median(each, results, Result::spansPerCpuSecond);
      table.row(
          each.label(),
          Figures.whole(perCpuSecond),
          Figures.ratio(perCpuSecond / peer),
          Figures.whole(median(each, results, r -> r.spans() / r.seconds())),
          each.isTracetide()
              ? Figures.shortly(median(each, results, r -> r.brokerCpuSeconds() / r.spans() * 1e6))
              : "-",
          Figures.shortly(median(each, results, r -> r.millis().at(0.99))),
          Figures.whole(median(each, results, Result::peakRssMib)));
    }
    return table;
  }

  private static double median(
      SpanServer receiver, List<Result> results, ToDoubleFunction<Result> figure) {
    return Medians.median(
        results.stream()
            .filter(result -> result.receiver() == receiver)
            .mapToDouble(figure)
            .toArray());
  }

  private static Table rounds(List<Result> results) {
    Table table =
        new Table("receiver", "spans per CPU s", "CPU s", "broker's CPU s", "seconds", "complete");
    for (Result each : results) {
      table.row(
          each.receiver().label(),
          Figures.whole(each.spansPerCpuSecond()),
          Figures.shortly(each.cpuSeconds()),
          Figures.shortly(each.brokerCpuSeconds()),
          Figures.shortly(each.seconds()),
          each.isComplete() ? "yes" : "NO");
    }
    return table;
  }
}
