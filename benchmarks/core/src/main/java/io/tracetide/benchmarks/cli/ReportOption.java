package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.session.Terminal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --report} of commands without a picture. */
final class ReportOption {

  @Option(
      names = "--report",
      paramLabel = "FILE.md",
      description = "file for a copy of the printed report")
  private @Nullable Path file;

  void publish(PlainReport report) {
    System.out.print(report.markdown());
    if (file != null) {
      report.write(file);
      Terminal.step("report: " + file);
    }
  }
}
