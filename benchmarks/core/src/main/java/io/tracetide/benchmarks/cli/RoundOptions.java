package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.variant.Variant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The variant of Tracetide and the number of rounds, for commands that compare Tracetide with
 * itself.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RoundOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "interleaved rounds (default: ${DEFAULT-VALUE})",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "ours or ours-core (default: ${DEFAULT-VALUE})",
      defaultValue = "ours-core")
  private String variant;

  int rounds() {
    if (rounds < 1 || rounds > 100) {
      throw new ParameterException(spec.commandLine(), "--rounds must be from 1 to 100");
    }
    return rounds;
  }

  Variant variant() {
    return Variant.of(variant)
        .filter(Variant::isTracetide)
        .orElseThrow(
            () ->
                new ParameterException(spec.commandLine(), "--variant must be ours or ours-core"));
  }
}
