package io.tracetide.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.standalone.cardinality.CensusReport;
import io.tracetide.standalone.cardinality.NameCensus;
import io.tracetide.standalone.cardinality.RetainedTraces;
import io.tracetide.standalone.config.TracetideConfig;
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

/** Says what templating and limits would make of the names that are in Kafka. */
@Command(
    name = "cardinality",
    description = {
      "Reads the trace events that Kafka still has and reports, by tenant and service, how many"
          + " operations there are: as named, after templating, and after the limits of"
          + " processor.cardinality.",
      "Changes nothing, and is seen by no consumer group.",
      "Exits 0 when the limits fold nothing, 1 when they do, 3 when Kafka or the registry are away."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CardinalityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ConfigOption config;

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
      defaultValue = "1000000",
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
    CensusReport report = report(config.read(), oldest, now);
    if (json) {
      System.out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      print(report, System.out);
    }
    return report.isFolding() ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private CensusReport report(TracetideConfig c, Optional<Instant> oldest, Instant now) {
    ProcessorConfig processor = c.processor();
    TraceEventCheck check =
        new TraceEventCheck(processor.windows().maxAhead(), processor.windows().retention1h());
    try (SchemaRegistry registry = HttpSchemaRegistry.create(TopicsCommand.settings(c.registry()));
        RetainedTraces traces =
            RetainedTraces.open(c.kafka(), c.topics().timeout(), oldest, limit);
        ProgressBar bar = ProgressBar.onStandardError(traces.total(), "records")) {
      NameCensus census = new NameCensus(processor.cardinality(), traces.partitions());
      traces.read(registry, check, now, census, bar::update);
      return census.report(traces.isWholeRange());
    }
  }

  private static void print(CensusReport report, PrintStream out) {
    out.printf(
        "%d events (%d unfinished and %d refused left out)%s%n",
        report.events(),
        report.unfinished(),
        report.refused(),
        report.wholeRange() ? "" : ", the newest only: see --limit");
    for (CensusReport.Tenant tenant : report.tenants()) {
      out.printf(
          "%ntenant %s: %d services, %d beyond the limit, %d with names that change%n",
          tenant.tenant(), tenant.services(), tenant.servicesFolded(), tenant.affected().size());
      tenant.affected().forEach(service -> print(service, out));
    }
    out.printf("%nlimits fold %s%n", report.isFolding() ? "names: see above" : "nothing");
  }

  private static void print(CensusReport.Service service, PrintStream out) {
    out.printf(
        "  %s: %d events; operations %d as named, %d after templating, %d after limits%n",
        service.service(),
        service.events(),
        service.operations(),
        service.templates(),
        service.counted());
    service
        .largest()
        .forEach(
            template ->
                out.printf(
                    "    %s -> %s (%d events)%n",
                    template.example(), template.template(), template.events()));
    if (service.eventsFolded() > 0) {
      out.printf(
          "    __other__: %d events, such as %s%n",
          service.eventsFolded(), String.join(", ", service.folded()));
    }
  }
}
