package io.tracetide.standalone.cli;

import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.evaluate.EvaluatedDetector;
import io.tracetide.standalone.evaluate.Evaluation;
import io.tracetide.standalone.evaluate.FaultTable;
import io.tracetide.standalone.evaluate.RecordedCalls;
import io.tracetide.standalone.evaluate.Reliability;
import io.tracetide.standalone.evaluate.WindowTable;
import io.tracetide.standalone.evaluate.nab.NabDetector;
import io.tracetide.standalone.evaluate.nab.NabEvaluation;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs detectors over recorded windows, or over the Numenta Anomaly Benchmark. */
@Command(
    name = "evaluate",
    description = {
      "Runs a detector over a CSV of windows, writes the episodes that it finds as CSV, and prints",
      "a summary in Markdown. With --nab, runs detectors over the Numenta Anomaly Benchmark and",
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
      names = "--nab",
      paramLabel = "DIR",
      description = "directory of the benchmark, with data and labels/combined_windows.json")
  private @Nullable Path nab;

  @Option(
      names = "--detector",
      paramLabel = "NAME",
      split = ",",
      description = {
        "for windows one of evidence (the default), isolation_forest, random_cut_forest, robust_z;",
        "with --nab several of gauge, robust_z, abs_diff, random_cut_forest, isolation_forest, by",
        "default all"
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
    long given = Stream.of(file, nab, reliability).filter(Objects::nonNull).count();
    if (given != 1) {
      throw wrong("give a FILE of windows, or --nab and a directory, or --reliability and files");
    }
    if (reliability != null) {
      return reliability(reliability);
    }
    if (calls != null && nab != null) {
      throw wrong("--calls is for windows; values of --nab have no operations");
    }
    return file == null ? benchmark(Objects.requireNonNull(nab)) : windows(file);
  }

  private int windows(Path windows) throws IOException {
    Path episodes = out;
    if (episodes == null) {
      throw wrong("--out is required: the file for the episodes");
    }
    List<EvaluatedDetector> selected =
        selected(EvaluatedDetector::named, List.of(EvaluatedDetector.EVIDENCE));
    if (selected.size() > 1) {
      throw wrong("only one --detector is evaluated on windows");
    }
    FaultTable known = faults == null ? FaultTable.NONE : FaultTable.read(faults);
    Evaluation evaluation =
        selected
            .get(0)
            .run(
                WindowTable.read(windows),
                calls == null ? List.of() : RecordedCalls.read(calls),
                System::nanoTime);
    try (Writer writer = Files.newBufferedWriter(episodes)) {
      evaluation.write(writer, known);
    }
    System.out.print(evaluation.summary());
    return ExitCodes.OK;
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
    List<NabDetector> selected = selected(NabDetector::named, List.of(NabDetector.values()));
    System.out.print(new NabEvaluation(directory, out, System::nanoTime).run(selected));
    return ExitCodes.OK;
  }

  private <T> List<T> selected(Function<String, T> named, List<T> byDefault) {
    if (detectors == null) {
      return byDefault;
    }
    try {
      return detectors.stream().map(named).toList();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
