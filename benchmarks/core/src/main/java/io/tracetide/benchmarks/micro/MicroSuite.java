package io.tracetide.benchmarks.micro;

import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks of this package and tabulates them. */
public final class MicroSuite {

  private static final List<String> BENCHMARKS =
      List.of(
          "SketchBenchmark.update",
          "SketchBenchmark.merge",
          "SketchBenchmark.serialize",
          "SketchBenchmark.deserializeAndMerge",
          "EventBenchmark.decodeNeeded",
          "EventBenchmark.decodeSpecificRecord",
          "EventBenchmark.decodeBounded",
          "EventBenchmark.combine",
          "EventBenchmark.encode",
          "LedgerBenchmark.read",
          "LedgerBenchmark.span",
          "LedgerBenchmark.briefTrace",
          "EmitterBenchmark.enqueue",
          "EmitterBenchmark.enqueueByTwo",
          "EmitterBenchmark.trace",
          "EmitterBenchmark.traceUnsampled",
          "FilterBenchmark.without",
          "FilterBenchmark.withFilter");

  /** Bytes that one operation allocates, as JMH calls them. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final boolean quick;
  private final Consumer<String> progress;

  /**
   * A suite.
   *
   * @param quick whether only to check that everything runs
   * @param progress receives the name of each benchmark
   */
  public MicroSuite(boolean quick, Consumer<String> progress) {
    this.quick = quick;
    this.progress = progress;
  }

  /** Runs those benchmarks whose name contains a text. */
  public Table run(String only) throws RunnerException {
    Table table = new Table("benchmark", "parameters", "ns/op", "+/- 99.9 %", "B/op");
    for (String benchmark : BENCHMARKS) {
      if (benchmark.toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT))) {
        progress.accept("running " + benchmark);
        for (RunResult result : run(benchmark, quick)) {
          Result<?> score = result.getPrimaryResult();
          table.row(
              benchmark,
              parameters(result.getParams()),
              Figures.shortly(score.getScore()),
              Figures.shortly(score.getScoreError()),
              Figures.whole(allocated(result)));
        }
      }
    }
    return table;
  }

  /** Sizes and worst errors of the sketches. */
  public Table sketchErrors() {
    return SketchErrors.measure();
  }

  private static double allocated(RunResult result) {
    for (String name : result.getSecondaryResults().keySet()) {
      if (name.endsWith(ALLOCATED)) {
        return result.getSecondaryResults().get(name).getScore();
      }
    }
    return Double.NaN;
  }

  private static String parameters(BenchmarkParams params) {
    return params.getParamsKeys().stream()
        .sorted()
        .map(key -> key + "=" + params.getParam(key).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  private static Collection<RunResult> run(String benchmark, boolean quick) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + benchmark.replace(".", "\\.") + "$")
            .forks(1)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .jvmArgsAppend(
                "-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    if (quick) {
      options
          .warmupIterations(1)
          .warmupTime(TimeValue.milliseconds(300))
          .measurementIterations(2)
          .measurementTime(TimeValue.milliseconds(200));
    } else {
      options
          .warmupIterations(3)
          .warmupTime(TimeValue.seconds(1))
          .measurementIterations(5)
          .measurementTime(TimeValue.seconds(1));
    }
    return new ArrayList<>(new Runner(options.build()).run());
  }
}
