package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.config.StandalonePort;
import io.tracetide.standalone.demo.DemoSchedule;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.launch.Progress;
import io.tracetide.standalone.launch.Standalone;
import io.tracetide.standalone.launch.UntilSignal;
import io.tracetide.standalone.log.RotatedLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs everything on this machine. */
@Command(
    name = "standalone",
    description = {
      "Runs all of Tracetide on this machine, on loopback: Kafka, a schema registry, gateway,"
          + " processor and alert sink.",
      "Prints READY with every address when it is ready; Ctrl-C stops it. The contents of the data"
          + " directory survive restarts."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class StandaloneCommand implements Callable<Integer> {

  private static final long DEMO_SEED = 42;

  @Mixin private ConfigOption config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = InstanceOption.DEFAULT_DIRECTORY,
      description = "data directory (default: ${DEFAULT-VALUE})")
  private Path dataDirectory;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "added to every port: 9092 Kafka, 8081 registry, 4318 and 4317 gateway, 8080 dashboard,"
              + " 9093 alerts (default: ${DEFAULT-VALUE})")
  private int portOffset;

  @Option(
      names = "--demo",
      description = "also run a demonstration: a shop and an agent workflow with injected faults")
  private boolean demo;

  @Option(
      names = "--demo-token-env",
      paramLabel = "NAME",
      description =
          "the environment variable that holds the ingest token for the demonstration, where the"
              + " gateway has tokens")
  private @Nullable String demoTokenVariable;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Progress progress = new Progress(System.out);
    Secret demoToken = TokenOptions.token(spec, "--demo-token-env", demoTokenVariable, "", null);
    StandalonePort.problem(config.read(), portOffset)
        .ifPresent(
            problem -> {
              throw new ParameterException(spec.commandLine(), "--port-offset " + problem);
            });
    UntilSignal process = new UntilSignal();
    Closers closers = process.closers();
    AtomicBoolean ready = new AtomicBoolean();
    closers.add("stop message", () -> reportStopped(ready.get(), progress));
    try {
      DataDirectory data = closers.add("data-directory", DataDirectory.claim(dataDirectory));
      logTo(data.logs().resolve("standalone.log"));
      Standalone standalone =
          Standalone.start(
              new Standalone.Options(data, config.files(), portOffset, demo, Main.class),
              System.getenv(),
              Clock.systemUTC(),
              progress,
              closers);
      ready.set(true);
      closers.add("announcement", () -> progress.line("stopping"));
      progress.line(standalone.readyLine());
      if (demo) {
        standalone.startDemo(demoToken, DEMO_SEED, DemoSchedule.USUAL, Clock.systemUTC(), progress);
      }
      standalone.failed().await();
      standalone
          .failure()
          .ifPresent(
              cause -> {
                throw cause;
              });
      progress.line("alerting has failed for good, see " + data.logs().resolve("standalone.log"));
      return ExitCodes.FAILURE;
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  /** A start that failed has already reported its error. */
  private static void reportStopped(boolean wasReady, Progress progress) {
    if (wasReady) {
      progress.line("stopped");
    }
  }

  /** Redirects standard error to the log; errors of the start are still printed to the terminal. */
  private static void logTo(Path file) throws IOException {
    System.setErr(new PrintStream(new RotatedLog(file), true, StandardCharsets.UTF_8));
  }
}
