package io.tracetide.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.contract.DryRun;
import io.tracetide.standalone.contract.DryRunReport;
import io.tracetide.standalone.retained.RetainedEvents;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Evaluates contracts and controls on the traces that Kafka retains. */
@Command(
    name = "dry-run",
    description = {
      "Reads the trace events that Kafka retains and evaluates processor.contracts and"
          + " processor.compliance on all of their traces, at the current time. Prints every"
          + " contract and control that is violated, where, and by which traces.",
      "A running processor with the same configuration can have reported fewer violations. It"
          + " judges only traces that it follows, at most ledger.maxOpen at once, and finished"
          + " spans that can break a clause. Personal data in records that services write to Kafka"
          + " themselves is found by it only in traces that it follows or judges for another"
          + " reason. It no longer judges an unfinished trace that it has abandoned.",
      "Stuck and abandoned traces are reported by the running processor only.",
      "Changes nothing and uses no consumer group.",
      "Exits 0 without violations, 1 with some, 3 when Kafka or the registry are unavailable."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ContractsDryRunCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster;

  @Mixin private final RetainedOptions retained = new RetainedOptions(500_000);

  @Override
  public Integer call() throws JsonProcessingException {
    Instant now = Clock.systemUTC().instant();
    DryRunReport report = report(cluster.read(), retained.range(now), now);
    if (retained.json()) {
      System.out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      print(report, System.out);
    }
    return report.findings().isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private DryRunReport report(TracetideConfig c, RetainedOptions.Range range, Instant now) {
    TraceEventCheck check =
        new TraceEventCheck(
            c.processor().windows().maxAhead(), c.processor().windows().retention1h());
    try (SchemaRegistry registry = RegistryClients.create(c.registry());
        RetainedEvents traces = retained.open(c, range);
        ProgressBar bar = ProgressBar.onStandardError(traces.total(), "records")) {
      AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
      DryRun dryRun = new DryRun(c.processor(), decoder::decode);
      traces.read(registry, check, now, dryRun, bar::update);
      return dryRun.report(now, traces.isWholeRange());
    }
  }

  static void print(DryRunReport report, PrintStream out) {
    out.printf(
        "%d events (%d refused left out) of %d traces%s%n",
        report.events(),
        report.refused(),
        report.traces(),
        report.wholeRange() ? "" : ", the newest only: see --limit");
    report
        .undecoded()
        .forEach(
            (reason, events) ->
                out.printf(
                    "%d of them in no trace, because their record cannot be decoded: %s%n",
                    events, reason));
    boolean none = report.contracts() == 0 && report.controls() == 0;
    out.println(
        none
            ? "no contracts and no controls are configured"
            : "contracts: %d, controls: %d".formatted(report.contracts(), report.controls()));
    for (DryRunReport.Finding finding : report.findings()) {
      out.printf(
          "%n%s %s %s%s: tenant %s, %s %s%n",
          finding.severity(),
          finding.detector(),
          finding.kind(),
          finding.rule().isEmpty() ? "" : " " + finding.rule(),
          finding.tenant(),
          finding.service(),
          finding.operation());
      out.printf("  %s%n", finding.summary());
      if (finding.windows() > 0) {
        out.printf("  in %d windows of 10 s%n", finding.windows());
      } else {
        out.printf(
            "  %d trace%s: %s%s%n",
            finding.traces(),
            finding.traces() == 1 ? "" : "s",
            String.join(", ", finding.traceIds()),
            finding.traces() > finding.traceIds().size() ? ", ..." : "");
      }
    }
    if (report.findings().isEmpty() && !none) {
      out.println("no violations");
    }
  }
}
