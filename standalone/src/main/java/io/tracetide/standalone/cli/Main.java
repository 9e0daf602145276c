package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.topic.TopicSetupException;
import io.tracetide.standalone.cli.route.RoutesCommand;
import io.tracetide.standalone.log.LogProvider;
import io.tracetide.standalone.replay.MalformedRecordingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code tracetide}: every role and tool as a subcommand. */
@Command(
    name = "tracetide",
    description = "Real-time trace analytics and alerting on Apache Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:an internal error, or a check that found a difference",
      "2:the command line or the configuration is wrong",
      "3:the machine or a peer is not as it must be: port taken, disk full, Kafka away"
    },
    subcommands = {
      StandaloneCommand.class,
      GatewayCommand.class,
      ProcessorCommand.class,
      SinkCommand.class,
      TopCommand.class,
      CheckConfigCommand.class,
      TopicsCommand.class,
      CardinalityCommand.class,
      ContractsCommand.class,
      RoutesCommand.class,
      AuditCommand.class,
      NotificationsCommand.class,
      TokensCommand.class,
      ReplayCommand.class,
      CheckReplayCommand.class,
      CheckAlertsCommand.class,
      EvaluateCommand.class,
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Instantiated by picocli. */
  Main() {}

  public static void main(String[] args) {
    LogProvider.use();
    int exit = commandLine().execute(args);
    if (exit != ExitCodes.OK) {
      System.exit(exit);
    }
  }

  static CommandLine commandLine() {
    // Taken now: a command may turn standard error into its log.
    PrintWriter terminal = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new CommandLine(new Main())
        .setErr(terminal)
        .setExecutionExceptionHandler(Main::explain)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExitCodeExceptionMapper(Main::exitCode)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int explainUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .printf(
            "%s: %s; see '%s --help'%n",
            command.getCommandSpec().qualifiedName(),
            problem(e, command),
            command.getCommandSpec().qualifiedName());
    return ExitCodes.CONFIGURATION;
  }

  private static String problem(ParameterException e, CommandLine command) {
    if (e instanceof UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      return "unknown command %s; there are %s"
          .formatted(
              unmatched.getUnmatched().get(0),
              String.join(", ", command.getSubcommands().keySet()));
    }
    return firstLine(String.valueOf(e.getMessage()));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }

  /** Known causes are one line; only an internal error shows its stack trace. */
  private static int explain(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    int code = exitCode(e);
    if (code == ExitCodes.FAILURE) {
      err.println("tracetide: unexpected: " + e);
      e.printStackTrace(err);
    } else {
      err.println("tracetide: " + message(e));
    }
    err.flush();
    return code;
  }

  private static String message(Exception e) {
    return e instanceof NoSuchFileException missing
        ? "no file " + missing.getFile()
        : String.valueOf(e.getMessage());
  }

  private static int exitCode(Throwable e) {
    if (e instanceof ConfigException
        || e instanceof InvalidConfig
        || e instanceof MalformedRecordingException
        || e instanceof NoSuchFileException) {
      return ExitCodes.CONFIGURATION;
    }
    if (e instanceof EnvironmentException
        || e instanceof TopicSetupException
        || e instanceof IncompatibleSchemaException
        || e instanceof RegistryUnavailableException) {
      return ExitCodes.ENVIRONMENT;
    }
    return ExitCodes.of(e);
  }

  /** The version that the build wrote down. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tracetide " + BuildVersion.text()};
    }
  }
}
