package io.tracetide.standalone.cli.route;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands for routes of alerts. */
@Command(
    name = "routes",
    description = "Routes of alerts to receivers.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RoutesShowCommand.class, RoutesTestCommand.class})
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class RoutesCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Instantiated by picocli. */
  RoutesCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
