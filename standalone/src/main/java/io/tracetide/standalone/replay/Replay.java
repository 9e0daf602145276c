package io.tracetide.standalone.replay;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends a recording through a gateway.
 *
 * <p>Batches are sent in the order of the ends of their spans; with several connections, batches
 * may overtake one another, as with several exporters.
 */
public final class Replay {
  /** Shifts are multiples of a minute, so that windows of up to a minute stay aligned. */
  private static final long SHIFT_UNIT_MS = 60_000;

  private static final Batch END = new Batch(0, 0, "", () -> new byte[0]);

  /**
   * Settings of a replay.
   *
   * @param shiftMs added to every time
   * @param salt mixed into every id
   * @param batchSize approximate number of spans in a request
   * @param connections number of concurrent requests
   */
  public record Settings(
      long shiftMs, IdSalt salt, int batchSize, int connections, OtlpSender.Settings sender) {}

  private final Recording recording;
  private final Settings settings;
  private final ReplayPace pace;
  private final Consumer<ReplayTally> progress;
  private final List<OtlpSender> senders = new ArrayList<>();
  private ReplayTally total = ReplayTally.NONE; // Guarded by this.

  /**
   * Creates a replay.
   *
   * @param progress receives the totals after every batch, on any thread
   */
  public Replay(
      Recording recording, Settings settings, ReplayPace pace, Consumer<ReplayTally> progress) {
    this.recording = recording;
    this.settings = settings;
    this.pace = pace;
    this.progress = progress;
    for (int i = 0; i < settings.connections(); i++) {
      senders.add(new OtlpSender(settings.sender()));
    }
  }

  /**
   * The shift by which the recording ends just before now: whole minutes, so that each minute has
   * the same spans as in the recording.
   */
  public static long shiftToNow(long lastEndMs, long nowMs) {
    return Math.floorDiv(nowMs - lastEndMs, SHIFT_UNIT_MS) * SHIFT_UNIT_MS;
  }

  /** Description of the last failure of any connection. */
  public Optional<String> lastProblem() {
    return senders.stream().flatMap(s -> s.lastProblem().stream()).findFirst();
  }

  /** Why batches are currently sent again. */
  public Optional<String> trouble() {
    return senders.stream().flatMap(s -> s.trouble().stream()).findFirst();
  }

  /**
   * Sends the recording; returns when the outcome of every span is known.
   *
   * @throws EnvironmentException when no retry can succeed, as with a certificate that is not
   *     trusted
   */
  public ReplayTally run() throws IOException, InterruptedException {
    BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(settings.connections() * 2);
    ExecutorService threads = Executors.newFixedThreadPool(settings.connections());
    try {
      List<Future<?>> work = new ArrayList<>();
      senders.forEach(sender -> work.add(threads.submit(() -> drain(queue, sender))));
      recording.forEachBatch(
          settings.shiftMs(),
          settings.salt(),
          settings.batchSize(),
          batch -> {
            pace.await(batch.lastEndMs());
            put(queue, batch, work);
          });
      put(queue, END, work);
      for (Future<?> each : work) {
        each.get();
      }
      return add(ReplayTally.NONE);
    } catch (ExecutionException e) {
      throw failed(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static RuntimeException failed(ExecutionException e) {
    return e.getCause() instanceof EnvironmentException known
        ? known
        : new IllegalStateException("a connection's thread failed", e.getCause());
  }

  /** Queues a batch; throws if a sending thread has failed. */
  private static void put(BlockingQueue<Batch> queue, Batch batch, List<Future<?>> work)
      throws InterruptedException {
    do {
      for (Future<?> each : work) {
        requireNotFailed(each);
      }
    } while (!queue.offer(batch, 1, TimeUnit.SECONDS));
  }

  /** A sending thread that has ended early has failed. */
  private static void requireNotFailed(Future<?> thread) throws InterruptedException {
    if (thread.isDone()) {
      try {
        thread.get();
      } catch (ExecutionException e) {
        throw failed(e);
      }
    }
  }

  private ReplayTally drain(BlockingQueue<Batch> queue, OtlpSender sender)
      throws InterruptedException {
    while (true) {
      Batch batch = queue.take();
      if (batch.spans() == 0) {
        queue.put(END); // Puts the end marker back for the next thread.
        return add(ReplayTally.NONE);
      }
      ReplayTally outcome = sender.send(batch);
      progress.accept(add(outcome));
    }
  }

  private synchronized ReplayTally add(ReplayTally outcome) {
    total = total.plus(outcome);
    return total;
  }
}
