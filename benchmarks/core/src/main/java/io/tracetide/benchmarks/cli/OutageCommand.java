package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.live.OutageRun;
import io.tracetide.benchmarks.live.OutageRun.Outcome;
import io.tracetide.benchmarks.live.OutageRun.Phase;
import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BrokerProcess;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.client.EmitterStats;
import io.tracetide.client.TraceEmitter;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the effect of an outage of Kafka on a traced application. */
@Command(
    name = "outage",
    description = {
      "Runs an application with tracing while Kafka is available, is killed (-9) and down, and",
      "is available again, and the same tasks without tracing; prints the duration of the tasks and"
          + " the outcome",
      "of the events. Tracing must not take longer than 1 ms at the 99th percentile whatever Kafka",
      "does, and no event be unaccounted for. Other load of the machine affects the durations."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class OutageCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Limit of the time for tracing a task, whatever the state of Kafka is. */
  private static final double MOST_MICROS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private ReportOption report;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "seconds of each of the five phases (default: ${DEFAULT-VALUE})",
      defaultValue = "60")
  private int seconds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "tasks per second, of three events each (default: ${DEFAULT-VALUE})",
      defaultValue = "500")
  private int rate;

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (seconds < 1 || seconds > 3_600 || rate < 1 || rate > 10_000) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be from 1 to 3600 and --rate from 1 to 10000");
    }
    Closers closers = new Closers();
    // On Ctrl-C this JVM ends the children in order; they ignore the signal.
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close, "end-children"));
    try {
      Path directory = Files.createTempDirectory("tracetide-bench");
      closers.add("temporary", () -> Bench.delete(directory));
      return publish(run(directory, closers)) ? ExitCodes.OK : ExitCodes.FAILURE;
    } finally {
      closers.close();
    }
  }

  private Outcome run(Path directory, Closers closers) throws InterruptedException {
    Terminal.step("starting a broker and a registry");
    DataDirectory data = closers.add("data", DataDirectory.claim(directory));
    EmbeddedRegistry registry =
        closers.add(
            "registry", EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE));
    BrokerProcess broker = closers.add("broker", BrokerProcess.start(data, PATIENCE));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicCatalog.ensure(admin, 4, (short) 1, PATIENCE);
    }
    TraceEmitter emitter =
        closers.add(
            "emitter",
            TraceEmitter.builder()
                .bootstrapServers(broker.bootstrapServers())
                .schemaRegistry(registry.url())
                .serviceName("application")
                .build());
    return new OutageRun(emitter, broker, rate, Terminal::step).run(Duration.ofSeconds(seconds));
  }

  private boolean publish(Outcome outcome) {
    Table work =
        new Table(
            "phase",
            "pieces",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "max us",
            "tracing p50 us",
            "tracing p99 us");
    for (Phase phase : outcome.phases()) {
      Percentiles micros = phase.micros();
      work.row(
          phase.name(),
          Figures.whole(micros.count()),
          Figures.whole(micros.at(0.5)),
          Figures.whole(micros.at(0.99)),
          Figures.whole(micros.at(0.999)),
          Figures.whole(micros.max()),
          Figures.shortly(phase.tracingMicros().at(0.5)),
          Figures.shortly(phase.tracingMicros().at(0.99)));
    }
    EmitterStats stats = outcome.stats();
    boolean unnoticed =
        outcome.phases().stream()
            .map(Phase::tracingMicros)
            .noneMatch(micros -> micros.at(0.99) > MOST_MICROS);
    boolean accounted = outcome.delivered() && stats.pending() == 0;
    Table events = new Table("metric", "value");
    events.row("events emitted", Figures.whole((double) stats.emitted()));
    events.row("acknowledged by Kafka", Figures.whole((double) stats.acknowledged()));
    stats
        .droppedByReason()
        .forEach(
            (reason, count) -> events.row("dropped: " + reason, Figures.whole((double) count)));
    events.row("p99 of tracing below 1 ms in every phase", unnoticed ? "yes" : "NO");
    events.row("every event accounted for", accounted ? "yes" : "NO");
    List<String> setting =
        List.of(
            Machine.describe(),
            "%d tasks a second on one thread, three events each; %d s each phase"
                .formatted(rate, seconds));
    report.publish(
        new PlainReport("An application during an outage of Kafka", setting)
            .table("Its work", work)
            .table("Events", events));
    return unnoticed && accounted;
  }
}
