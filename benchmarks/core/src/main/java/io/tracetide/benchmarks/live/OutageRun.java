package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BrokerProcess;
import io.tracetide.client.EmitterStats;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * An application that runs short tasks at a constant rate and traces them, while Kafka is
 * available, is killed, is down, and is available again; compared with the same tasks without
 * tracing.
 */
public final class OutageRun {

  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration TO_DELIVER = Duration.ofSeconds(60);
  private static final int BLOCK = 256 << 10;

  private final TraceEmitter emitter;
  private final BrokerProcess broker;
  private final long pauseNanos;
  private final Consumer<String> progress;
  private final byte[] block = new byte[BLOCK];
  private final CRC32 checksum = new CRC32();

  /**
   * The durations of tasks in a phase.
   *
   * @param name of the phase
   * @param micros duration of each task, from its scheduled time or the end of the one before
   * @param tracingMicros share of it in calls of the emitter
   */
  public record Phase(String name, Percentiles micros, Percentiles tracingMicros) {}

  /**
   * The outcome.
   *
   * @param phases in their order
   * @param stats of the events, after all waiting ones were sent
   * @param delivered whether they were sent within the time limit
   */
  public record Outcome(List<Phase> phases, EmitterStats stats, boolean delivered) {}

  /**
   * Creates a run.
   *
   * @param rate tasks per second
   * @param progress receives the name of each phase
   */
  public OutageRun(
      TraceEmitter emitter, BrokerProcess broker, int rate, Consumer<String> progress) {
    this.emitter = emitter;
    this.broker = broker;
    this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    this.progress = progress;
  }

  /**
   * Runs all phases.
   *
   * @param each duration of a phase
   */
  public Outcome run(Duration each) throws InterruptedException {
    measure("warm-up", WARM_UP, true);
    List<Phase> phases = new ArrayList<>();
    phases.add(measure("no traces", each, false));
    phases.add(measure("Kafka there", each, true));
    broker.kill();
    phases.add(measure("Kafka away", each, true));
    broker.restart();
    phases.add(measure("Kafka back", each, true));
    phases.add(measure("no traces, again", each, false));
    boolean delivered = emitter.flush(TO_DELIVER);
    return new Outcome(phases, emitter.stats(), delivered);
  }

  private Phase measure(String name, Duration length, boolean traced) {
    progress.accept("%s, for %d s".formatted(name, length.toSeconds()));
    List<Double> micros = new ArrayList<>();
    List<Double> tracing = new ArrayList<>();
    long began = System.nanoTime();
    for (long due = began; due - began < length.toNanos(); due += pauseNanos) {
      long ready = due;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
        ready = System.nanoTime();
      }
      if (traced) {
        tracing.add(tracedWork() / 1e3);
      } else {
        work();
      }
      micros.add((System.nanoTime() - Math.max(due, ready)) / 1e3);
    }
    return new Phase(name, new Percentiles(micros), new Percentiles(tracing));
  }

  /** Runs a task; returns the nanoseconds in calls of the emitter. */
  private long tracedWork() {
    long began = System.nanoTime();
    try (ExecutionTrace trace = emitter.startExecutionTrace("piece of work")) {
      trace.tag("block", "256k");
      long started = System.nanoTime();
      work();
      long worked = System.nanoTime();
      trace.progress(100);
      trace.complete();
      return System.nanoTime() - worked + (started - began);
    }
  }

  private void work() {
    checksum.reset();
    for (int i = 0; i < 8; i++) {
      checksum.update(block);
    }
    block[0] = (byte) checksum.getValue();
  }
}
