package io.tracetide.benchmarks.cli;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code bench}: measures Tracetide beside its peers. */
public final class BenchMain {

  private BenchMain() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(BenchMain::explainUsage)
        .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command));
  }

  private static int explainUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message = String.valueOf(e.getMessage());
    command
        .getErr()
        .printf(
            "%s: %s; see 'scripts/bench --help'%n",
            command.getCommandSpec().qualifiedName(), message.lines().findFirst().orElse(message));
    return ExitCodes.CONFIGURATION;
  }

  /** Known causes are one line; only an internal error shows its stack trace. */
  private static int explain(Exception e, CommandLine command) {
    PrintWriter err = command.getErr();
    if (e instanceof EnvironmentException) {
      err.println("bench: " + e.getMessage());
      return ExitCodes.ENVIRONMENT;
    }
    err.println("bench: unexpected: " + e);
    e.printStackTrace(err);
    return ExitCodes.FAILURE;
  }
}
