package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.micro.MicroSuite;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.runtime.life.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the JMH benchmarks of the hot path. */
@Command(
    name = "micro",
    description = {
      "JMH benchmarks of sketches (beside DDSketch, KLL, REQ and t-digest), of decoding, counting",
      "and encoding one event, and of following traces; and how large and how far off each sketch",
      "is."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class MicroCommand implements Callable<Integer> {

  @Option(
      names = "--quick",
      description = "shortest settings: checks that everything runs; measures nothing")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "benchmarks whose name contains it, such as sketch, merge or combine",
      defaultValue = "")
  private String only;

  @Option(names = "--report", paramLabel = "FILE.md", description = "file for the tables")
  private @Nullable Path report;

  @Override
  public Integer call() throws RunnerException, IOException {
    MicroSuite suite = new MicroSuite(quick, Terminal::step);
    Table errors = suite.sketchErrors();
    Table costs = suite.run(only);
    String text =
        "# Parts of the hot path%n%n- %s%n%n## Cost%n%n%s%n## Sketches: size and error of values%n%n%s"
            .formatted(Machine.describe(), costs.markdown(), errors.markdown());
    System.out.print(text);
    if (report != null) {
      Files.writeString(report, text);
    }
    return ExitCodes.OK;
  }
}
