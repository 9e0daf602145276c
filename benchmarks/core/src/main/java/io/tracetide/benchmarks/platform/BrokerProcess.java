package io.tracetide.benchmarks.platform;

import io.tracetide.benchmarks.process.ChildJvm;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Kafka broker in a child process with a fixed port, which may be killed and restarted with its
 * data.
 */
public final class BrokerProcess implements AutoCloseable {

  private static final List<String> FLAGS =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

  private final JavaCommand command;
  private final Path log;
  private final int port;
  private final Duration patience;
  private ChildJvm child;

  private BrokerProcess(DataDirectory data, int port, Duration patience) {
    this.command =
        new JavaCommand(
            "broker",
            FLAGS,
            System.getProperty("java.class.path"),
            BrokerMain.class.getName(),
            List.of(data.directory("kafka").toString(), Integer.toString(port)));
    this.log = data.logs().resolve("broker.log");
    this.port = port;
    this.patience = patience;
    this.child = launch();
  }

  /** Starts one, and waits until it serves clients. */
  public static BrokerProcess start(DataDirectory data, Duration patience) {
    return new BrokerProcess(data, LoopbackPort.free(), patience);
  }

  private ChildJvm launch() {
    CompletableFuture<String> ready = new CompletableFuture<>();
    ChildJvm launched =
        ChildJvm.start(
            command,
            log,
            line -> {
              if (line.startsWith(BrokerMain.READY)) {
                ready.complete(line);
              }
            });
    try {
      ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return launched;
    } catch (TimeoutException | ExecutionException e) {
      launched.close();
      throw launched.death();
    } catch (InterruptedException e) {
      launched.close();
      Thread.currentThread().interrupt();
      throw new EnvironmentException("the start of the broker was interrupted", e);
    }
  }

  public String bootstrapServers() {
    return LoopbackPort.HOST + ":" + port;
  }

  /** Ends it without notice, as a crash would. */
  public void kill() throws InterruptedException {
    child.kill();
  }

  /** Starts it again after it was killed, and waits until it serves clients. */
  public void restart() {
    child = launch();
  }

  /** Kills it, and starts it again. */
  public void crash() throws InterruptedException {
    kill();
    restart();
  }

  public long pid() {
    return child.pid();
  }

  /** The operating system's values for the process. */
  public Optional<ProcessFigures> figures() {
    return ProcessFigures.of(child.pid());
  }

  @Override
  public void close() {
    child.close();
  }
}
