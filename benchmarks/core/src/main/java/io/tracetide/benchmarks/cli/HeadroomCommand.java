package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.LiveOptions;
import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.live.PacedWriter;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the processor time that live traffic of many series leaves. */
@Command(
    name = "headroom",
    description = {
      "Live traffic at a constant rate over many series: the processor time that the processor"
          + " uses",
      "with detection and without, and what is left of its cores."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class HeadroomCommand implements Callable<Integer> {
  /** Share of the cores that must not be used. */
  private static final double LEAST_LEFT = 0.6;

  @Mixin private LiveOptions live;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "duration that is measured (default: ${DEFAULT-VALUE})",
      defaultValue = "120")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "seconds at the start that are not counted (default: ${DEFAULT-VALUE})",
      defaultValue = "240")
  private int warmUp;

  @Option(
      names = "--cores",
      paramLabel = "N",
      description = "cores that the processor is for (default: ${DEFAULT-VALUE})",
      defaultValue = "2")
  private int cores;

  /** What a processor used. */
  private record Usage(String name, double cores) {}

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    live.check();
    live.require(seconds >= 10 && seconds <= 3_600, "--seconds must be from 10 to 3600");
    live.require(warmUp >= 0 && warmUp <= 3_600, "--warm-up must be from 0 to 3600");
    live.require(cores >= 1 && cores <= 1_024, "--cores must be from 1 to 1024");
    Launcher launcher = run.launcher();
    try (Session session = run.open()) {
      Usage with = measure(session, launcher, "with detection");
      Usage without =
          measure(
              session,
              launcher.with(launcher.processor().with("processor.detection.maxSeries", "0")),
              "without detection");
      publish(List.of(with, without));
      return left(with) >= LEAST_LEFT ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private Usage measure(Session session, Launcher launcher, String name)
      throws InterruptedException {
    Clock clock = Clock.systemUTC();
    try (LiveRun processors =
            LiveRun.start(
                session.platform(),
                launcher,
                name.replace(' ', '-'),
                1,
                run.threads(),
                run.commitInterval(),
                List.of());
        PacedWriter writer =
            PacedWriter.start(
                live.fromNow(clock, warmUp + seconds + 60, 0),
                session.platform().bootstrapServers(),
                session.platform().registry(),
                clock)) {
      Terminal.step("measuring %s for %d s, after %d s".formatted(name, seconds, warmUp));
      TimeUnit.SECONDS.sleep(warmUp);
      double used = processors.instance().coresUsed(Duration.ofSeconds(seconds));
      if (writer.isDone()) {
        writer.awaitDone();
      }
      return new Usage(name, used);
    }
  }

  private double left(Usage usage) {
    return 1 - usage.cores() / cores;
  }

  private void publish(List<Usage> usages) {
    Table table = new Table("processor", "cores used", "left of " + cores);
    for (Usage usage : usages) {
      table.row(
          usage.name(),
          Figures.shortly(usage.cores()),
          String.format(Locale.ROOT, "%.0f %%", 100 * left(usage)));
    }
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(
        String.format(
            Locale.ROOT,
            "%,d events/s over %,d series, %d s after %d s",
            live.rate(),
            live.series(),
            seconds,
            warmUp));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("Processor time under live traffic", setting)
            .checks(
                List.of(
                    new LimitCheck(
                        "used of the cores, with detection",
                        1 - left(usages.get(0)),
                        1 - LEAST_LEFT)))
            .table("Cores", table));
  }
}
