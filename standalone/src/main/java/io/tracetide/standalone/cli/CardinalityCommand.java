package io.tracetide.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.standalone.cardinality.CensusReport;
import io.tracetide.standalone.cardinality.NameCensus;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.retained.RetainedEvents;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reports the effect of templating and limits on the names in Kafka. */
@Command(
    name = "cardinality",
    description = {
      "Reads the trace events that Kafka still has and reports, by tenant and service, how many"
          + " operations there are: as named, after templating, and after the limits of"
          + " processor.cardinality.",
      "Changes nothing and uses no consumer group.",
      "Exits 0 when all names are within the limits, 1 when some are not, 3 when Kafka or the"
          + " registry are unavailable."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CardinalityCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster;

  @Mixin private final RetainedOptions retained = new RetainedOptions(1_000_000);

  @Override
  public Integer call() throws JsonProcessingException {
    Instant now = Clock.systemUTC().instant();
    CensusReport report = report(cluster.read(), retained.range(now), now);
    if (retained.json()) {
      System.out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      print(report, System.out);
    }
    return report.isFolding() ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private CensusReport report(TracetideConfig c, RetainedOptions.Range range, Instant now) {
    ProcessorConfig processor = c.processor();
    TraceEventCheck check =
        new TraceEventCheck(processor.windows().maxAhead(), processor.windows().retention1h());
    try (SchemaRegistry registry = RegistryClients.create(c.registry());
        RetainedEvents traces = retained.open(c, range);
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
