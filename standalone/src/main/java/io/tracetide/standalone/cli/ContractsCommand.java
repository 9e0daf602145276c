package io.tracetide.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands for workflow contracts. */
@Command(
    name = "contracts",
    description = "Workflow contracts and compliance controls.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ContractsDryRunCommand.class)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ContractsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
