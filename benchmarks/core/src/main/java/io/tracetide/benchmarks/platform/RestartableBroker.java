package io.tracetide.benchmarks.platform;

import io.tracetide.benchmarks.process.ChildJvm;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A broker beside this process that can be killed, and comes back at the same address. */
public final class RestartableBroker implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> FLAGS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

  private final Path directory;
  private final Path log;
  private final int port = LoopbackPort.free();
  private @Nullable ChildJvm process;

  /**
   * A broker that is not started yet.
   *
   * @param directory where it keeps its data
   * @param log where its standard error goes
   */
  public RestartableBroker(Path directory, Path log) {
    this.directory = directory;
    this.log = log;
  }

  /** Starts it, and waits until it answers. */
  public void start() throws InterruptedException {
    CompletableFuture<String> ready = new CompletableFuture<>();
    ChildJvm child =
        ChildJvm.start(
            new JavaCommand(
                "broker",
                FLAGS,
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                List.of(directory.toString(), Integer.toString(port))),
            log,
            line -> {
              if (line.startsWith(BrokerMain.READY)) {
                ready.complete(line);
              }
            });
    process = child;
    try {
      ready.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      EnvironmentException death = child.death();
      death.addSuppressed(e);
      throw death;
    }
  }

  public String bootstrapServers() {
    return LoopbackPort.HOST + ":" + port;
  }

  /** Ends it without notice, as a crash would. */
  public void kill() throws InterruptedException {
    ChildJvm running = process;
    if (running != null) {
      running.kill();
    }
  }

  @Override
  public void close() {
    ChildJvm running = process;
    if (running != null) {
      running.close();
    }
  }
}
