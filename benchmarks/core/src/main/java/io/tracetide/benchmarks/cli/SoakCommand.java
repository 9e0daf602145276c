package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.live.PacedWriter;
import io.tracetide.benchmarks.live.StateSize;
import io.tracetide.benchmarks.measurement.Slope;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether memory and state stay flat. */
@Command(
    name = "soak",
    description = {
      "Sends live work for minutes and samples the processor's memory and the size of its state",
      "every ten seconds; prints how they rise over the second half. What has been processed is",
      "deleted from the topic meanwhile."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class SoakCommand implements Callable<Integer> {

  private static final long SAMPLE_SECONDS = 10;
  private static final double MIB = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "how long (default: ${DEFAULT-VALUE})",
      defaultValue = "20")
  private int minutes;

  @Option(names = "--csv", paramLabel = "FILE", description = "writes every sample there")
  private @Nullable Path csv;

  private record Reading(
      double seconds, double rssMib, double stateMib, double cpuSeconds, long sent, long lag) {}

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (minutes < 1 || minutes > 24 * 60) {
      throw new ParameterException(spec.commandLine(), "--minutes must be from 1 to 1440");
    }
    Clock clock = Clock.systemUTC();
    live.fromNow(clock, minutes * 60, 0); // Refused now rather than after the start.
    try (Session session = Session.open(run);
        LiveRun processors =
            LiveRun.start(
                session.platform(),
                run.launcher(),
                "soak",
                1,
                run.threads(),
                run.commitInterval(),
                List.of())) {
      Workload workload = live.fromNow(clock, minutes * 60, 0);
      Terminal.step("soaking for " + minutes + " min");
      List<Reading> readings = soak(session.platform(), processors, workload, clock);
      write(readings);
      publish(workload, readings);
      return ExitCodes.OK;
    }
  }

  private static List<Reading> soak(
      BenchPlatform platform, LiveRun processors, Workload workload, Clock clock)
      throws InterruptedException {
    List<Reading> readings = new ArrayList<>();
    long started = System.nanoTime();
    try (PacedWriter writer =
        PacedWriter.start(workload, platform.bootstrapServers(), platform.registry(), clock)) {
      while (!writer.isDone()) {
        TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
        processors.instance().requireAlive();
        Reading reading = read(processors, (System.nanoTime() - started) / 1e9, writer.sent());
        readings.add(reading);
        forgetProcessed(platform, processors);
        Terminal.step(
            String.format(
                Locale.ROOT,
                "%s MiB resident, %s MiB of state, %,d sent, %,d behind",
                Figures.whole(reading.rssMib()),
                Figures.whole(reading.stateMib()),
                reading.sent(),
                reading.lag()));
      }
      writer.awaitDone();
    }
    return readings;
  }

  private static Reading read(LiveRun processors, double seconds, long sent) {
    double cpu =
        processors.instance().figures().map(f -> f.cpu().toMillis() / 1e3).orElse(Double.NaN);
    double rss =
        processors
            .instance()
            .figures()
            .map(ProcessFigures::rssBytes)
            .filter(bytes -> bytes.isPresent())
            .map(bytes -> bytes.getAsLong() / MIB)
            .orElse(Double.NaN);
    return new Reading(
        seconds, rss, StateSize.of(processors.directory()) / MIB, cpu, sent, processors.lag());
  }

  private static void forgetProcessed(BenchPlatform platform, LiveRun processors) {
    Map<TopicPartition, Long> processed = new HashMap<>(processors.committed());
    processed.keySet().removeIf(partition -> !partition.topic().equals(Topics.TRACES));
    if (!processed.isEmpty()) {
      platform.topics().deleteBefore(processed);
    }
  }

  private void write(List<Reading> readings) {
    if (csv == null) {
      return;
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv, StandardCharsets.UTF_8))) {
      out.println("seconds,rss_mib,state_mib,cpu_seconds,sent,lag");
      for (Reading r : readings) {
        out.printf(
            Locale.ROOT,
            "%.1f,%.1f,%.1f,%.2f,%d,%d%n",
            r.seconds(),
            r.rssMib(),
            r.stateMib(),
            r.cpuSeconds(),
            r.sent(),
            r.lag());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the samples cannot be written: " + e.getMessage(), e);
    }
  }

  private void publish(Workload workload, List<Reading> readings) {
    Slope rss = new Slope();
    Slope state = new Slope();
    List<Reading> half = readings.subList(readings.size() / 2, readings.size());
    for (Reading r : half) {
      rss.add(r.seconds() / 60, r.rssMib());
      state.add(r.seconds() / 60, r.stateMib());
    }
    Reading last = readings.get(readings.size() - 1);
    Table table = new Table("figure", "at the end", "rise a minute, second half");
    table.row("resident, MiB", Figures.whole(last.rssMib()), Figures.shortly(rss.perX()));
    table.row("state, MiB", Figures.whole(last.stateMib()), Figures.shortly(state.perX()));
    table.row("records behind", Figures.whole((double) last.lag()), "-");
    table.row(
        "CPU s per million events", Figures.shortly(last.cpuSeconds() / last.sent() * 1e6), "-");
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(workload, Double.NaN));
    setting.add("live for " + minutes + " min");
    setting.addAll(run.describe());
    report.publish(new PlainReport("Soak", setting).table("Figures", table));
  }
}
