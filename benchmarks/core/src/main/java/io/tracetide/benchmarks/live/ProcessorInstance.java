package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Sample;
import io.tracetide.benchmarks.measurement.Trajectory;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.process.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A processor in its own JVM, which may be killed and restarted. */
public final class ProcessorInstance implements AutoCloseable {

  private final List<Trajectory> lives = new CopyOnWriteArrayList<>();
  private final ServerProcess server;

  private ProcessorInstance(JavaCommand command, Path log, int port) {
    this.server = ServerProcess.start(command, log, port, this::live);
  }

  /**
   * Starts it.
   *
   * @param port where the command makes it answer queries
   */
  public static ProcessorInstance start(JavaCommand command, Path log, int port) {
    return new ProcessorInstance(command, log, port);
  }

  private Consumer<String> live() {
    Trajectory life = new Trajectory();
    lives.add(life);
    return line -> Sample.parse(line, System.nanoTime()).ifPresent(life::add);
  }

  /** Kills it as a crash would, and starts it again. */
  public void crash() throws InterruptedException {
    server.crash();
  }

  /**
   * Ends it, does something while it is down, and starts it again.
   *
   * @param killed whether it is killed (-9) or stopped as an operator stops it
   */
  public void restart(boolean killed, Runnable whileDown) throws InterruptedException {
    server.restart(killed, whileDown);
  }

  /** Waits until it answers queries over all its partitions. */
  public void awaitReady(Duration patience) throws InterruptedException {
    server.awaitReady("/readyz", patience);
  }

  /** Throws when it has ended without a kill. */
  public void requireAlive() {
    server.requireAlive();
  }

  /**
   * The response to a request; empty while there is none.
   *
   * @throws IllegalStateException when the request was wrong
   */
  public Optional<String> get(String path) throws InterruptedException {
    return server.get(path);
  }

  public long pid() {
    return server.pid();
  }

  /** The operating system's values for the process; empty just after a crash. */
  public Optional<ProcessFigures> figures() {
    return server.figures();
  }

  /**
   * Cores that it uses on average in the given time from now on.
   *
   * @throws EnvironmentException if the system has no processor time of it
   */
  public double coresUsed(Duration time) throws InterruptedException {
    Duration before = cpu();
    long begun = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    Duration used = cpu().minus(before);
    return used.toNanos() / (double) (System.nanoTime() - begun);
  }

  private Duration cpu() {
    requireAlive();
    return figures()
        .map(ProcessFigures::cpu)
        .orElseThrow(
            () -> new EnvironmentException("the system has no processor time of the processor"));
  }

  /** Samples of each process since the start, the current one last. */
  public List<Trajectory> lives() {
    return List.copyOf(lives);
  }

  @Override
  public void close() {
    server.close();
  }
}
