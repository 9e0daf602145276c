package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tracetide.processor.exposition.remote.RemoteWriteMetrics.Loss;
import io.tracetide.processor.exposition.remote.WriteClient.Outcome;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the metrics of the partitions that this process holds to a receiver of remote write, at
 * regular times. Each series is sent by the one process that holds its partition. No failure of the
 * receiver concerns anything else in the process.
 */
public final class RemoteWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RemoteWriter.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
  private static final Duration END = Duration.ofSeconds(2);

  private final RemoteWriteConfig config;
  private final Supplier<MetricSnapshots> metrics;
  private final RemoteWriteMetrics meters;
  private final Clock clock;
  private final WriteClient client;
  private final BlockingDeque<WriteRequest> waiting = new LinkedBlockingDeque<>();
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(task -> thread("remote-write-sampler", task));
  private final Thread sender = thread("remote-write-sender", this::send);
  private long warnedMs = Long.MIN_VALUE;

  private RemoteWriter(
      RemoteWriteConfig config,
      Supplier<MetricSnapshots> metrics,
      RemoteWriteMetrics meters,
      Clock clock) {
    this.config = config;
    this.metrics = metrics;
    this.meters = meters;
    this.clock = clock;
    client = new WriteClient(config);
    meters.queue(waiting);
  }

  /**
   * Starts to send. Samples are taken at multiples of the interval, the same for all instances.
   *
   * @param metrics the current metrics; throws {@link StoresUnavailableException} when this process
   *     has none to send
   */
  public static RemoteWriter start(
      RemoteWriteConfig config,
      Supplier<MetricSnapshots> metrics,
      RemoteWriteMetrics meters,
      Clock clock) {
    RemoteWriter writer = new RemoteWriter(config, metrics, meters, clock);
    long interval = config.interval().toMillis();
    long delay = interval - Math.floorMod(clock.millis(), interval);
    var unused =
        writer.sampler.scheduleAtFixedRate(writer::sample, delay, interval, TimeUnit.MILLISECONDS);
    writer.sender.start();
    log.info("remote write started url={} protocol={}", config.url(), config.protocol());
    return writer;
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void sample() {
    try {
      long interval = config.interval().toMillis();
      // The timer may be a little early or late.
      long timeMs = Math.floorDiv(clock.millis() + interval / 2, interval) * interval;
      offer(
          WriteRequest.of(SeriesList.of(metrics.get(), config.nativeHistograms()), timeMs, config));
    } catch (StoresUnavailableException e) {
      log.debug("no samples for remote write: {}", e.getMessage());
    } catch (RuntimeException e) {
      // The timer would end with the first exception.
      log.error("cannot take samples for remote write", e);
    }
  }

  private void offer(List<WriteRequest> requests) {
    for (WriteRequest request : requests) {
      while (waiting.size() >= config.maxQueued()) {
        @Nullable WriteRequest oldest = waiting.pollFirst();
        if (oldest != null) {
          meters.lost(Loss.OVERFLOW, oldest.samples());
        }
      }
      waiting.addLast(request);
    }
  }

  private void send() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        deliver(waiting.takeFirst());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void deliver(WriteRequest request) throws InterruptedException {
    Duration wait = FIRST_WAIT;
    while (true) {
      Outcome outcome = client.send(request);
      if (outcome instanceof Outcome.Accepted) {
        meters.sent(request.samples());
        return;
      }
      if (outcome instanceof Outcome.Rejected rejected) {
        lost(Loss.REJECTED, request, rejected.reason());
        return;
      }
      Outcome.Retry retry = (Outcome.Retry) outcome;
      if (clock.millis() - request.timeMs() > config.giveUpAfter().toMillis()) {
        lost(Loss.EXPIRED, request, retry.reason());
        return;
      }
      warn("remote write fails, and is repeated", retry.reason());
      meters.retried();
      Thread.sleep(retry.after().orElse(wait).toMillis());
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
    }
  }

  private void lost(Loss loss, WriteRequest request, String reason) {
    meters.lost(loss, request.samples());
    warn("samples of remote write are lost", reason);
  }

  private void warn(String what, String reason) {
    long now = clock.millis();
    if (warnedMs == Long.MIN_VALUE || now - warnedMs >= BETWEEN_WARNINGS.toMillis()) {
      warnedMs = now;
      log.warn("{} url={} reason={}", what, config.url(), reason);
    }
  }

  /** Ends; samples that wait are dropped. */
  @Override
  public void close() {
    sampler.shutdownNow();
    sender.interrupt();
    try {
      sender.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
