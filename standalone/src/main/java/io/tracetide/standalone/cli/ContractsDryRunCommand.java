package io.tracetide.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.standalone.cardinality.RetainedTraces;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.contract.DryRun;
import io.tracetide.standalone.contract.DryRunReport;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what contracts and controls would have fired on. */
@Command(
    name = "dry-run",
    description = {
      "Reads the trace events that Kafka still has and prints what processor.contracts and"
          + " processor.compliance would have fired on: every contract and control that is broken,"
          + " where, and by which traces.",
      "Changes nothing, and is seen by no consumer group. Whether a trace is stuck is for the"
          + " running ledger to say.",
      "Exits 0 when nothing is broken, 1 when something is, 3 when Kafka or the registry are away."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ContractsDryRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigOption config;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "where Kafka is (default: kafka.bootstrapServers of the configuration)")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "how far back: 2h, 7d, or a time such as 2026-03-01T12:00:00Z (default: all that is"
              + " retained)")
  private @Nullable String from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "500000",
      description =
          "records to read at most, the newest of each partition (default: ${DEFAULT-VALUE})")
  private long limit;

  @Option(names = "--json", description = "print the report as one JSON object")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Instant now = Clock.systemUTC().instant();
    Optional<Instant> oldest = Optional.ofNullable(from).map(text -> PastTime.of(text, now, spec));
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, got " + limit);
    }
    DryRunReport report = report(config.read(), oldest, now);
    if (json) {
      System.out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      print(report, System.out);
    }
    return report.findings().isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private DryRunReport report(TracetideConfig c, Optional<Instant> oldest, Instant now) {
    TraceEventCheck check =
        new TraceEventCheck(
            c.processor().windows().maxAhead(), c.processor().windows().retention1h());
    String servers = bootstrapServers;
    KafkaConfig kafka =
        servers == null ? c.kafka() : new KafkaConfig(servers, c.kafka().properties());
    try (SchemaRegistry registry = HttpSchemaRegistry.create(TopicsCommand.settings(c.registry()));
        RetainedTraces traces = RetainedTraces.open(kafka, c.topics().timeout(), oldest, limit);
        ProgressBar bar = ProgressBar.onStandardError(traces.total(), "records")) {
      AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
      DryRun dryRun = new DryRun(c.processor(), decoder::decode);
      traces.read(registry, check, now, dryRun, bar::update);
      return dryRun.report(now, traces.isWholeRange());
    }
  }

  private static void print(DryRunReport report, PrintStream out) {
    out.printf(
        "%d events (%d refused left out) of %d traces%s%n",
        report.events(),
        report.refused(),
        report.traces(),
        report.wholeRange() ? "" : ", the newest only: see --limit");
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
    if (report.findings().isEmpty()) {
      out.println("nothing would have fired");
    }
  }
}
