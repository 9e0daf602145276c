package io.tracetide.standalone.cli;

import io.tracetide.detection.evidence.EvidenceSettings;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.evaluate.Evaluation;
import io.tracetide.standalone.evaluate.WindowTable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the evidence detector over recorded windows. */
@Command(
    name = "evaluate",
    description = {
      "Runs the evidence detector over a CSV of windows, writes the episodes that it finds as CSV,",
      "and prints a summary in Markdown."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the windows, a CSV, gzipped or not")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "the file for the episodes, which is replaced")
  private Path out;

  @Override
  public Integer call() throws IOException {
    WindowTable table = WindowTable.read(file);
    Evaluation evaluation = Evaluation.run(table, EvidenceSettings.defaults(), System::nanoTime);
    try (Writer writer = Files.newBufferedWriter(out)) {
      evaluation.write(writer);
    }
    System.out.print(evaluation.summary());
    return ExitCodes.OK;
  }
}
