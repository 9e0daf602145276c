package io.tracetide.standalone.cli;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.incident.Call;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.evaluate.EvaluatedDetector;
import io.tracetide.standalone.evaluate.Evaluation;
import io.tracetide.standalone.evaluate.EvaluationRun;
import io.tracetide.standalone.evaluate.ExpectedBands;
import io.tracetide.standalone.evaluate.FaultTable;
import io.tracetide.standalone.evaluate.FiringReport;
import io.tracetide.standalone.evaluate.RecordedCalls;
import io.tracetide.standalone.evaluate.Reliability;
import io.tracetide.standalone.evaluate.RetainedWindows;
import io.tracetide.standalone.evaluate.WindowTable;
import io.tracetide.standalone.evaluate.nab.NabDetectors;
import io.tracetide.standalone.evaluate.nab.NabEvaluation;
import io.tracetide.standalone.evaluate.plot.PlotDirectory;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs detectors over recorded windows, or over the Numenta Anomaly Benchmark. */
@Command(
    name = "evaluate",
    description = {
      "Runs a detector over a CSV of windows, or over those that Kafka retains, writes the"
          + " episodes",
      "that it finds as CSV, and prints a summary in Markdown. With --nab, runs detectors over the"
          + " Numenta Anomaly Benchmark and",
      "prints a table of their scores in its standard profile."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "the windows, a CSV, gzipped or not")
  private @Nullable Path file;

  @Option(
      names = "--topic",
      description = {
        "evaluates the windows of the topic window-aggregates that Kafka retains, up to its end at"
            + " the",
        "start; changes nothing and uses no consumer group"
      })
  private boolean topic;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "with --topic, whose windows (default: those of the only tenant)")
  private @Nullable String tenant;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = {
        "with --topic, windows that were published since: 2h, 7d, or a time such as",
        "2026-03-01T12:00:00Z (default: all that are retained)"
      })
  private @Nullable String since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2000000",
      description = {
        "with --topic, maximum number of records to read, the newest of each partition (default:",
        "${DEFAULT-VALUE})"
      })
  private long limit;

  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = {
        "a new or empty directory for a picture (SVG) of each series: windows, expected range,",
        "episodes, and the faults of --faults"
      })
  private @Nullable Path plots;

  @Option(
      names = "--plot-limit",
      paramLabel = "N",
      defaultValue = "20",
      description = {
        "maximum number of pictures; series with the greatest deviations come first (default:",
        "${DEFAULT-VALUE})"
      })
  private int plotLimit;

  @Option(
      names = "--nab",
      paramLabel = "DIR",
      description = "directory of the benchmark, with data and labels/combined_windows.json")
  private @Nullable Path nab;

  @Option(
      names = "--detector",
      paramLabel = "NAME",
      split = ",",
      description = {
        "for windows one of evidence, isolation_forest, random_cut_forest, robust_z, or engines",
        "joined by + (default: processor.detection.engine, which is evidence by default);",
        "with --nab several of gauge, robust_z, abs_diff, random_cut_forest, isolation_forest,",
        "gauge_anomalies, or some joined by +, by default each of them"
      })
  private @Nullable List<String> detectors;

  @Option(
      names = "--calls",
      paramLabel = "CALLS",
      description = {
        "calls between operations, a CSV, gzipped or not, by which episodes are linked to"
            + " incidents;",
        "without it only those of one service are"
      })
  private @Nullable Path calls;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = {
        "the file for the episodes, which is replaced; with --nab a directory for the scores of"
            + " each",
        "value, by default none"
      })
  private @Nullable Path out;

  @Option(
      names = "--faults",
      paramLabel = "FAULTS",
      description = "known faults, a CSV; the episodes are compared with them")
  private @Nullable Path faults;

  @Option(
      names = "--reliability",
      paramLabel = "EPISODES",
      arity = "1..*",
      description = {
        "files of episodes that were written with --faults: prints how far their confidence is"
            + " from",
        "the share that is real"
      })
  private @Nullable List<Path> reliability;

  @Option(
      names = "--from",
      paramLabel = "WINDOW",
      description = "with --reliability, the first window of the episodes that count; by default 0")
  private long from;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    long given =
        Stream.of(file, nab, reliability, topic ? "topic" : null).filter(Objects::nonNull).count();
    if (given != 1) {
      throw wrong(
          "give a FILE of windows, or --topic, or --nab and a directory, or --reliability and"
              + " files");
    }
    if (reliability != null) {
      return reliability(reliability);
    }
    if (nab != null) {
      if (calls != null || plots != null) {
        throw wrong("--calls and --plots are for windows; values of --nab have no operations");
      }
      return benchmark(nab);
    }
    if (!topic && (tenant != null || since != null)) {
      throw wrong("--tenant and --since are for --topic");
    }
    return windows();
  }

  private int windows() throws IOException {
    Path episodes = out;
    if (episodes == null) {
      throw wrong("--out is required: the file for the episodes");
    }
    if (limit < 1 || plotLimit < 1) {
      throw wrong("--limit and --plot-limit must be at least 1");
    }
    FaultTable known = faults == null ? FaultTable.NONE : FaultTable.read(faults);
    TracetideConfig config =
        topic || cluster.isGiven() ? cluster.read() : TracetideConfig.defaults();
    DetectionConfig detection = detection(config.processor().detection());
    Optional<PlotDirectory> pictures = Optional.ofNullable(plots).map(PlotDirectory::open);
    ExpectedBands bands = new ExpectedBands();
    List<Call> edges = calls == null ? List.of() : RecordedCalls.read(calls);
    Evaluation evaluation =
        evaluate(table(config), detection, edges, pictures.map(directory -> bands));
    try (Writer writer = Files.newBufferedWriter(episodes)) {
      evaluation.write(writer, known);
    }
    System.out.print(evaluation.summary());
    System.out.print(FiringReport.byService(evaluation));
    System.out.print(topic ? FiringReport.byDay(evaluation) : "");
    if (pictures.isPresent()) {
      int written = pictures.get().write(evaluation, bands, known, plotLimit, topic);
      System.out.printf("%n%d plots in %s%n", written, plots);
    }
    return ExitCodes.OK;
  }

  private Evaluation evaluate(
      WindowTable table,
      DetectionConfig detection,
      List<Call> edges,
      Optional<ExpectedBands> bands) {
    try (ProgressBar bar = ProgressBar.onStandardError(table.length(), "windows")) {
      return new EvaluationRun(detection, edges, bands, bar::update, System::nanoTime).over(table);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private WindowTable table(TracetideConfig config) throws IOException {
    return file == null ? retained(config) : WindowTable.read(file);
  }

  private WindowTable retained(TracetideConfig config) {
    Instant now = Clock.systemUTC().instant();
    Optional<Instant> from =
        Optional.ofNullable(since).map(text -> PastTime.of("--since", text, now, spec));
    try (SchemaRegistry registry = RegistryClients.create(config.registry());
        RetainedWindows windows =
            RetainedWindows.open(config.kafka(), config.topics().timeout(), from, limit);
        ProgressBar bar = ProgressBar.onStandardError(windows.total(), "records")) {
      windows.read(registry, bar::update);
      WindowTable table = windows.of(tenant);
      System.out.printf(
          "windows of 10 s from %s to %s%s%s%n%n",
          RetainedWindows.start(table.firstWindow()),
          RetainedWindows.start(table.lastWindow() + 1),
          windows.isWholeRange() ? "" : ", the newest only: see --limit",
          windows.malformed() == 0
              ? ""
              : ", without %d records that cannot be read".formatted(windows.malformed()));
      return table;
    }
  }

  private DetectionConfig detection(DetectionConfig configured) {
    if (detectors == null) {
      return configured;
    }
    if (detectors.size() > 1) {
      throw wrong("only one --detector is evaluated on windows");
    }
    try {
      return EvaluatedDetector.settings(detectors.get(0), configured);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private int reliability(List<Path> files) throws IOException {
    Reliability all = new Reliability();
    for (Path episodes : files) {
      all.add(episodes, from);
    }
    System.out.print(all.summary());
    return ExitCodes.OK;
  }

  private int benchmark(Path directory) throws IOException {
    List<NabDetectors> selected;
    try {
      selected =
          detectors == null
              ? NabDetectors.all()
              : detectors.stream().map(NabDetectors::named).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    System.out.print(new NabEvaluation(directory, out, System::nanoTime).run(selected));
    return ExitCodes.OK;
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
