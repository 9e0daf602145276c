package io.tracetide.benchmarks.session;

import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.platform.BenchTopics;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.Closers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The platform of one command, which is stopped at the end of the command or of this JVM. */
public final class Session implements AutoCloseable {

  private final Closers closers;
  private final BenchPlatform platform;

  private Session(Closers closers, BenchPlatform platform) {
    this.closers = closers;
    this.platform = platform;
  }

  /**
   * Opens a session.
   *
   * @param directory for data and logs; null for a temporary one
   * @param partitions of each topic
   */
  public static Session open(@Nullable Path directory, int partitions) {
    Closers closers = new Closers();
    // On Ctrl-C this JVM ends the children in order; they ignore the signal.
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close, "end-children"));
    try {
      Terminal.step("starting a broker and a registry");
      return new Session(
          closers, BenchPlatform.start(directory(directory, closers), partitions, closers));
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static Path directory(@Nullable Path wanted, Closers closers) {
    if (wanted != null) {
      return wanted;
    }
    try {
      Path temporary = Files.createTempDirectory("tracetide-bench");
      closers.add("temporary", () -> Bench.delete(temporary));
      return temporary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public BenchPlatform platform() {
    return platform;
  }

  /** Replaces the records of the topic of traces. */
  public double rewrite(Workload workload) {
    platform.topics().empty(BenchTopics.input(EventWriter.Key.TRACE));
    return write(workload, EventWriter.Key.TRACE);
  }

  /** Writes a workload to the topic with that kind of key; returns the mean size of a value. */
  public double write(Workload workload, EventWriter.Key key) {
    String topic = BenchTopics.input(key);
    try (EventWriter writer =
        new EventWriter(workload, platform.bootstrapServers(), platform.registry())) {
      long bytes =
          writer.write(
              topic, key, sent -> Terminal.progress("writing " + topic, sent, workload.events()));
      return (double) bytes / workload.records();
    }
  }

  @Override
  public void close() {
    closers.close();
  }
}
