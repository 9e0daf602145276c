package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.ingest.Gateways;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.live.Soak;
import io.tracetide.benchmarks.measurement.Slope;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures whether memory and state grow over time. */
@Command(
    name = "soak",
    description = {
      "Sends live traffic for minutes, half through the gateway and half as Avro records, and"
          + " every",
      "30 s collects the garbage of each process and samples its memory: the heap that is left,"
          + " and",
      "what is resident outside of the heap; of the processor also RocksDB's cache and the size of",
      "the state. Prints how they rise over the second half. Processed records are deleted."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class SoakCommand implements Callable<Integer> {

  private static final String ROLE_HEAP = "256m";

  @Spec private CommandSpec spec;
  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "duration in minutes (default: ${DEFAULT-VALUE})",
      defaultValue = "30")
  private int minutes;

  @Option(names = "--csv", paramLabel = "FILE", description = "file for all samples")
  private @Nullable Path csv;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (minutes < 1 || minutes > 24 * 60) {
      throw new ParameterException(spec.commandLine(), "--minutes must be from 1 to 1440");
    }
    if (live.rate() < 100) {
      throw new ParameterException(spec.commandLine(), "--rate must be at least 100");
    }
    Clock clock = Clock.systemUTC();
    live.half(clock, minutes * 60); // Checked before the start of the platform.
    try (Session session = run.open();
        ServerProcess gateway =
            new Gateways(session.platform(), ROLE_HEAP, List.of()).start("gateway");
        ServerProcess sink = FaultsCommand.sink(session.platform());
        LiveRun processors =
            LiveRun.start(
                session.platform(),
                run.launcher(),
                "soak",
                1,
                run.threads(),
                run.commitInterval(),
                List.of())) {
      Workload workload = live.half(clock, minutes * 60);
      Terminal.step("soaking for " + minutes + " min");
      Soak.Outcome outcome =
          new Soak(session.platform(), clock)
              .run(processors, gateway, sink, workload, live.rate() / 2, Terminal::step);
      write(outcome);
      publish(workload, outcome);
      return ExitCodes.OK;
    }
  }

  private void write(Soak.Outcome outcome) {
    if (csv == null) {
      return;
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv, StandardCharsets.UTF_8))) {
      out.println("seconds,process,heap_mib,rss_mib,outside_mib");
      for (Soak.Reading r : outcome.readings()) {
        out.printf(
            Locale.ROOT,
            "%.1f,%s,%.1f,%.1f,%.1f%n",
            r.seconds(),
            r.process(),
            r.heap(),
            r.rss(),
            r.outside());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the samples cannot be written: " + e.getMessage(), e);
    }
  }

  private void publish(Workload workload, Soak.Outcome outcome) {
    Table memory =
        new Table(
            "process",
            "heap after collection, MiB",
            "rise a minute",
            "outside of the heap, MiB",
            "rise a minute",
            "resident, MiB",
            "rise a minute");
    for (String process :
        outcome.readings().stream().map(Soak.Reading::process).distinct().toList()) {
      List<Soak.Reading> all =
          outcome.readings().stream().filter(r -> r.process().equals(process)).toList();
      Soak.Reading last = all.get(all.size() - 1);
      memory.row(
          process,
          Figures.whole(last.heap()),
          rise(all, Soak.Reading::seconds, Soak.Reading::heap),
          Figures.whole(last.outside()),
          rise(all, Soak.Reading::seconds, Soak.Reading::outside),
          Figures.whole(last.rss()),
          rise(all, Soak.Reading::seconds, Soak.Reading::rss));
    }
    List<Soak.Progress> progress = outcome.progress();
    Soak.Progress last = progress.get(progress.size() - 1);
    Table state = new Table("of the processor", "at the end", "rise a minute");
    state.row(
        "RocksDB's cache, MiB",
        Figures.whole(last.cacheMib()),
        rise(progress, Soak.Progress::seconds, Soak.Progress::cacheMib));
    state.row(
        "files of the state, MiB",
        Figures.whole(last.stateMib()),
        rise(progress, Soak.Progress::seconds, Soak.Progress::stateMib));
    state.row("records behind", Figures.whole((double) last.lag()), "-");
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(workload, Double.NaN));
    setting.add(
        "live for %d min, %d spans/s through the gateway and as many as Avro records; rises over the second half"
            .formatted(minutes, live.rate() / 2));
    setting.addAll(run.describe());
    report.publish(new PlainReport("Soak", setting).table("Memory", memory).table("State", state));
  }

  /** Increase of a value per minute over the second half of the samples. */
  private static <T> String rise(
      List<T> samples, ToDoubleFunction<T> seconds, ToDoubleFunction<T> value) {
    Slope slope = new Slope();
    for (T sample : samples.subList(samples.size() / 2, samples.size())) {
      slope.add(seconds.applyAsDouble(sample) / 60, value.applyAsDouble(sample));
    }
    return Figures.shortly(slope.perX());
  }
}
