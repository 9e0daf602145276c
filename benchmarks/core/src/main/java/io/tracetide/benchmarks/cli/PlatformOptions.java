package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.session.Session;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The broker of a command, and where its data is. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
abstract class PlatformOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "of each topic (default: ${DEFAULT-VALUE})",
      defaultValue = "4")
  private int partitions;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "keeps the broker's data and all logs there (default: a temporary directory, deleted at"
              + " the end)")
  private @Nullable Path dataDirectory;

  int partitions() {
    return partitions;
  }

  Session open() {
    return Session.open(dataDirectory, partitions);
  }

  /** Refuses what cannot be meant. */
  void check() {
    require(partitions >= 1 && partitions <= 256, "--partitions must be from 1 to 256");
  }

  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
