package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.workload.EventSequence;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes a workload with future event times, each event at its time, on its own thread. Late events
 * are sent without pauses.
 */
public final class PacedWriter implements AutoCloseable {

  private static final long NAP_MILLIS = 1;

  private final Workload workload;
  private final Clock clock;
  private final EventWriter writer;
  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final Thread thread;

  private PacedWriter(
      Workload workload, String bootstrapServers, SchemaRegistry registry, Clock clock) {
    this.workload = workload;
    this.clock = clock;
    this.writer = new EventWriter(workload, bootstrapServers, registry);
    this.thread = new Thread(this::run, "paced-writer");
    thread.setDaemon(true);
  }

  /** Starts to write. */
  public static PacedWriter start(
      Workload workload, String bootstrapServers, SchemaRegistry registry, Clock clock) {
    PacedWriter writer = new PacedWriter(workload, bootstrapServers, registry, clock);
    writer.thread.start();
    return writer;
  }

  private void run() {
    try {
      EventSequence events = workload.sequence();
      while (events.next()) {
        while (clock.millis() * 1_000 < events.timestampMicros()) {
          TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
        }
        writer.send(Topics.TRACES, EventWriter.Key.TRACE, events);
      }
      writer.flush();
    } catch (InterruptedException e) {
      // Closed early.
    } catch (RuntimeException e) {
      failure.set(e);
    } finally {
      done.countDown();
    }
  }

  public boolean isDone() {
    return done.getCount() == 0;
  }

  /** Waits until every event is acknowledged, and fails if one was not. */
  public void awaitDone() throws InterruptedException {
    done.await();
    RuntimeException cause = failure.get();
    if (cause != null) {
      throw cause;
    }
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
