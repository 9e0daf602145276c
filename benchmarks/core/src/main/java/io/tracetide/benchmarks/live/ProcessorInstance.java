package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Sample;
import io.tracetide.benchmarks.measurement.Trajectory;
import io.tracetide.benchmarks.process.ChildJvm;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One processor in a JVM of its own, which may be killed and started again. */
public final class ProcessorInstance implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private final JavaCommand command;
  private final Path log;
  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Trajectory> lives = new ArrayList<>();
  private ChildJvm child;

  private ProcessorInstance(JavaCommand command, Path log, String url) {
    this.command = command;
    this.log = log;
    this.url = url;
    this.child = launch();
  }

  /**
   * Starts it.
   *
   * @param port where the command makes it answer queries
   */
  public static ProcessorInstance start(JavaCommand command, Path log, int port) {
    return new ProcessorInstance(command, log, "http://127.0.0.1:" + port);
  }

  private ChildJvm launch() {
    Trajectory life = new Trajectory();
    lives.add(life);
    return ChildJvm.start(
        command, log, line -> Sample.parse(line, System.nanoTime()).ifPresent(life::add));
  }

  /** Kills it as a crash would, and starts it again. */
  public void crash() throws InterruptedException {
    child.kill();
    child = launch();
  }

  /** Waits until it answers queries over all its partitions. */
  public void awaitReady(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (!child.isAlive()) {
        throw child.death();
      }
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "the processor was not ready after %d s, see %s".formatted(patience.toSeconds(), log));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean isReady() throws InterruptedException {
    return get("/readyz").isPresent();
  }

  /** Fails when it has ended although nobody killed it. */
  public void requireAlive() {
    if (!child.isAlive()) {
      throw child.death();
    }
  }

  /**
   * Its answer to a request; none while it cannot give one.
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

  /** What the operating system says about it; none just after a crash. */
  public Optional<ProcessFigures> figures() {
    return ProcessFigures.of(child.pid());
  }

  /** Samples of each of its lives, the present one last. */
  public List<Trajectory> lives() {
    return List.copyOf(lives);
  }

  @Override
  public void close() {
    child.close();
  }
}
