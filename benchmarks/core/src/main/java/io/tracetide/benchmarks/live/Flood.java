package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Spans of one service with a new operation name each, at a constant rate, on a separate thread.
 * The names contain ids that no template recognises.
 */
public final class Flood implements Runnable, AutoCloseable {

  /** Name of that service. */
  public static final String SERVICE = "flood";

  private static final String LETTERS = "ghijklmnopqrstuvwxyz";
  private static final int NAME_LETTERS = 6;
  private static final long NAP_MILLIS = 1;

  private final EventWriter writer;
  private final Clock clock;
  private final long startMs;
  private final int names;
  private final long durationMs;
  private final Thread thread = new Thread(this, "flood");

  private Flood(
      BenchPlatform platform, Workload beside, int names, Duration duration, Clock clock) {
    this.writer = new EventWriter(beside, platform.bootstrapServers(), platform.registry());
    this.clock = clock;
    this.startMs = beside.startMs();
    this.names = names;
    this.durationMs = duration.toMillis();
    thread.setDaemon(true);
  }

  /** Starts to send so many names, from the start of the workload beside it on. */
  public static Flood start(
      BenchPlatform platform, Workload beside, int names, Duration duration, Clock clock) {
    Flood flood = new Flood(platform, beside, names, duration, clock);
    flood.thread.start();
    return flood;
  }

  @Override
  public void run() {
    try {
      for (int i = 0; i < names; i++) {
        long dueMs = startMs + i * durationMs / names;
        while (clock.millis() < dueMs) {
          TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
        }
        writer.sendOther(Topics.TRACES, SERVICE, name(i), dueMs);
      }
    } catch (InterruptedException e) {
      // Closed early.
    }
  }

  /** A distinct name for each number, without a digit or anything that looks like an id. */
  static String name(int number) {
    StringBuilder name = new StringBuilder("GET /wish/");
    int rest = number;
    for (int i = 0; i < NAME_LETTERS; i++) {
      name.append(LETTERS.charAt(rest % LETTERS.length()));
      rest /= LETTERS.length();
    }
    return name.toString();
  }

  /** Waits until all of it is acknowledged. */
  public void awaitDone() throws InterruptedException {
    thread.join();
    writer.flush();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
