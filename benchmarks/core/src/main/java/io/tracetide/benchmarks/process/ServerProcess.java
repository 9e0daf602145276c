package io.tracetide.benchmarks.process;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An HTTP server in its own JVM on loopback, which may be killed and restarted. */
public final class ServerProcess implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final long ASK_EVERY_MILLIS = 100;

  private final JavaCommand command;
  private final Path log;
  private final String url;
  private final Supplier<Consumer<String>> lives;
  private final HttpClient http = HttpClient.newHttpClient();
  private ChildJvm child;

  private ServerProcess(JavaCommand command, Path log, int port, Supplier<Consumer<String>> lives) {
    this.command = command;
    this.log = log;
    this.url = "http://127.0.0.1:" + port;
    this.lives = lives;
    this.child = ChildJvm.start(command, log, lives.get());
  }

  /**
   * Starts it.
   *
   * @param port where the command makes it listen
   * @param lives supplies, for each start, the consumer of the lines of its standard output
   */
  public static ServerProcess start(
      JavaCommand command, Path log, int port, Supplier<Consumer<String>> lives) {
    return new ServerProcess(command, log, port, lives);
  }

  /** Starts it and ignores its output. */
  public static ServerProcess start(JavaCommand command, Path log, int port) {
    return start(command, log, port, () -> line -> {});
  }

  public String url() {
    return url;
  }

  /** Kills it as a crash would, and starts it again. */
  public void crash() throws InterruptedException {
    restart(true, () -> {});
  }

  /**
   * Ends it, does something while it is down, and starts it again.
   *
   * @param killed whether it is killed (-9) or stopped as an operator stops it
   */
  public void restart(boolean killed, Runnable whileDown) throws InterruptedException {
    if (killed) {
      child.kill();
    } else {
      child.close();
    }
    whileDown.run();
    child = ChildJvm.start(command, log, lives.get());
  }

  /** Waits until it answers 200 there. */
  public void awaitReady(String path, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (get(path).isEmpty()) {
      requireAlive();
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "%s was not ready after %d s, see %s"
                .formatted(command.name(), patience.toSeconds(), log));
      }
      TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
    }
  }

  /** Throws when it has ended without a kill. */
  public void requireAlive() {
    if (!child.isAlive()) {
      throw child.death();
    }
  }

  /**
   * The response to a request; empty while there is none.
   *
   * @throws IllegalStateException when the request was wrong
   */
  public Optional<String> get(String path) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url + path)).timeout(REQUEST_TIMEOUT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 == 4) {
        throw new IllegalStateException(path + ": " + answer.body());
      }
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // Not up yet, or just killed.
    }
  }

  public long pid() {
    return child.pid();
  }

  /** The operating system's values for the process; empty just after a crash. */
  public Optional<ProcessFigures> figures() {
    return ProcessFigures.of(child.pid());
  }

  @Override
  public void close() {
    child.close();
  }
}
