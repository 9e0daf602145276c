package io.tracetide.standalone.check.alert;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An instance of the alert sink in a process of its own, which can be killed, frozen and started
 * again with the same state directory and port. It is not restarted by itself.
 */
final class SinkProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long END_SECONDS = 20;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final int port;
  private final JavaCommand command;
  private final Path log;
  private @Nullable Process process;
  private boolean closed;

  /**
   * An instance that is not started yet.
   *
   * @param config its configuration file
   * @param commandLine class whose main method runs the role named by its first argument
   * @param jvmFlags such as {@code -Xmx192m}
   * @param log for its output
   */
  SinkProcess(
      String name, int port, Path config, Class<?> commandLine, List<String> jvmFlags, Path log) {
    this.port = port;
    this.log = log;
    this.command =
        new JavaCommand(
            name,
            jvmFlags,
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            commandLine.getName(),
            List.of("sink", "--config", config.toString()));
  }

  /** Base URL of the API. */
  String url() {
    return "http://%s:%d".formatted(LoopbackPort.HOST, port);
  }

  /** Starts the process; it is ready later. */
  synchronized void start() {
    if (closed) {
      return;
    }
    try {
      process =
          new ProcessBuilder(command.commandLine())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process like a crash (SIGKILL) and returns when it has ended. */
  synchronized void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  long pid() {
    return running().pid();
  }

  private synchronized Process running() {
    if (process == null) {
      throw new IllegalStateException(command.name() + " was not started");
    }
    return process;
  }

  /**
   * Stops the process (SIGSTOP) for a time. It goes on by itself (SIGCONT), also when this JVM has
   * ended meanwhile.
   */
  void freeze(Duration time) throws InterruptedException {
    try {
      int exit =
          new ProcessBuilder(
                  "/bin/sh",
                  "-c",
                  "kill -STOP $1 && sleep $2; kill -CONT $1",
                  "sh",
                  Long.toString(pid()),
                  Long.toString(time.toSeconds()))
              .start()
              .waitFor();
      if (exit != 0) {
        throw new EnvironmentException(command.name() + " cannot be frozen: kill -STOP failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it responds that it is ready. */
  boolean isReady() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/readyz"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits until it is ready.
   *
   * @throws EnvironmentException if it ends, or is not ready in time
   */
  void awaitReady(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (!running().isAlive()) {
        throw new EnvironmentException("%s has ended: see %s".formatted(command.name(), log));
      }
      if (System.nanoTime() > end) {
        throw new EnvironmentException(
            "%s is not ready after %d s: see %s"
                .formatted(command.name(), patience.toSeconds(), log));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Ends the process; it is not started again. */
  @Override
  public synchronized void close() {
    closed = true;
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
