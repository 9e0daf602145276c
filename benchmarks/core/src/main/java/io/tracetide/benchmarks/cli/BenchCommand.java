package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.measurement.Measurement;
import io.tracetide.benchmarks.report.ComparisonReport;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.ReportFile;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.variant.Variant;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares whole pipelines over the same topics; runs without a subcommand. */
@Command(
    name = "bench",
    description = {
      "Runs Tracetide's processor and its peers over the same topics of one broker, interleaved,",
      "each in its own JVM, checks that all give the exact results, and prints their cost."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[COMMAND]",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and all results were correct",
      "1:a result was wrong, or a defect of Tracetide",
      "2:the command line is invalid",
      "3:the environment is not ready"
    },
    subcommands = {
      MicroCommand.class,
      GuaranteesCommand.class,
      GrowthCommand.class,
      SkewCommand.class,
      LedgerCommand.class,
      LatencyCommand.class,
      ChaosCommand.class,
      AnomaliesCommand.class,
      HeadroomCommand.class,
      QueriesCommand.class,
      FaultsCommand.class,
      NameFloodCommand.class,
      SoakCommand.class,
      OutageCommand.class,
      IngestCommand.class,
      OverloadCommand.class,
      GatewayChaosCommand.class,
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class BenchCommand implements Callable<Integer> {

  private static final long QUICK_EVENTS = 300_000;

  @Spec private CommandSpec spec;

  @Mixin private WorkloadOptions workload;

  @Mixin private RunOptions run;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds; each runs every variant once (default: ${DEFAULT-VALUE})",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--variants",
      paramLabel = "NAME,...",
      split = ",",
      description =
          "variants to run, in this order (default: all except ours-core and ours-core-batches)")
  private List<String> variants = new ArrayList<>();

  @Option(
      names = "--quick",
      description =
          "one round of at most 300,000 events: checks that everything runs; measures nothing")
  private boolean quick;

  @Option(
      names = "--report",
      paramLabel = "FILE.md",
      description = "file for a Markdown report, with its picture beside it")
  private @Nullable Path report;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (rounds < 1 || rounds > 100) {
      throw new ParameterException(spec.commandLine(), "--rounds must be from 1 to 100");
    }
    List<Variant> chosen = chosen();
    Workload events = workload.workload(Clock.systemUTC(), quick ? QUICK_EVENTS : Long.MAX_VALUE);
    Terminal.step("computing the exact results");
    Truth truth = Truth.of(events);
    try (Session session = run.open()) {
      double bytes = session.write(events, EventWriter.Key.TRACE);
      if (chosen.stream().anyMatch(v -> v.key() == EventWriter.Key.SERIES)) {
        session.write(events, EventWriter.Key.SERIES);
      }
      if (chosen.stream().anyMatch(v -> v.key() == EventWriter.Key.BATCH)) {
        session.write(events, EventWriter.Key.BATCH);
      }
      List<Measurement> measurements = measure(session, truth, chosen);
      ComparisonReport comparison =
          new ComparisonReport(setting(events, bytes, chosen), measurements);
      print(comparison);
      return comparison.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private List<Variant> chosen() {
    if (variants.isEmpty()) {
      return Arrays.stream(Variant.values())
          .filter(v -> v != Variant.OURS_CORE && v != Variant.OURS_CORE_BATCHES)
          .toList();
    }
    List<Variant> chosen = new ArrayList<>();
    for (String label : variants) {
      chosen.add(
          Variant.of(label)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "no variant '%s'; there are %s".formatted(label, labels()))));
    }
    return chosen;
  }

  static String labels() {
    return Arrays.stream(Variant.values()).map(Variant::label).collect(Collectors.joining(", "));
  }

  private List<Measurement> measure(Session session, Truth truth, List<Variant> chosen)
      throws InterruptedException {
    long events = truth.workload().events();
    int last = quick ? 1 : rounds;
    Bench bench =
        new Bench(
            "bench",
            session.platform(),
            truth,
            run.launcher(),
            run.threads(),
            run.commitInterval(),
            (variant, round, done) ->
                Terminal.progress(
                    "round %d of %d, %s".formatted(round, last, variant.label()), done, events));
    List<Measurement> measurements = new ArrayList<>();
    for (int round = 1; round <= last; round++) {
      for (Variant variant : chosen) {
        Measurement m = bench.run(variant, round);
        measurements.add(m);
        Terminal.step(
            String.format(
                Locale.ROOT,
                "round %d of %d, %s: %s CPU s per million, %s events/s, %s",
                round,
                last,
                variant.label(),
                Figures.shortly(m.steady().cpuSecondsPerMillion()),
                Figures.whole(m.steady().eventsPerSecond()),
                m.verdict().describe()));
      }
    }
    return measurements;
  }

  private List<String> setting(Workload events, double bytes, List<Variant> chosen) {
    List<String> lines = new ArrayList<>();
    lines.add(Machine.describe());
    lines.add(WorkloadOptions.describe(events, bytes));
    lines.addAll(run.describe());
    if (chosen.stream().anyMatch(Variant::isFlink)) {
      lines.add(run.describeFlink());
    }
    lines.add(
        "CPU s per million: user and system seconds of the variant's process over the last 75 %"
            + " of the events, until its last result was published");
    if (quick) {
      lines.add("quick: too short to be warm, the values show only that everything runs");
    }
    return lines;
  }

  private void print(ComparisonReport comparison) {
    comparison.setting().forEach(System.out::println);
    System.out.println();
    System.out.print(comparison.summary());
    if (report != null) {
      ReportFile file = new ReportFile(report);
      file.write(comparison.markdown(file.pictureName()), comparison.chart());
      Terminal.step("report: " + report);
    }
  }
}
