package io.tracetide.standalone.demo;

import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.OtlpSender;
import io.tracetide.standalone.replay.Tally;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The demonstration's workload, sent through a gateway over OTLP/HTTP as services would.
 *
 * <p>Its traffic begins in the past, so that there is a history to learn from. What lies in the
 * past is sent as fast as the gateway takes it; once the traffic has caught up with the clock it
 * goes on live at the same rate, and faults begin to strike.
 */
public final class DemoWorkload implements AutoCloseable {
  /** More than the 240 windows of 10 seconds that the detector warms up on. */
  static final Duration HISTORY = Duration.ofMinutes(44);

  private static final int BATCH = 1_000;
  private static final Duration EXPORT_INTERVAL = Duration.ofMillis(500);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
  private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final OtlpSender sender;
  private final Clock clock;
  private final Consumer<String> announce;
  private final FaultPlan faults;
  private final Traffic traffic;
  private final CompletableFuture<Void> backfilled = new CompletableFuture<>();
  private final Thread thread;
  private boolean refused; // Of the thread.

  private DemoWorkload(OtlpSender sender, long seed, Clock clock, Consumer<String> announce) {
    this.sender = sender;
    this.clock = clock;
    this.announce = announce;
    this.faults = new FaultPlan(seed);
    this.traffic = new Traffic(seed, clock.instant().minus(HISTORY), faults);
    this.thread = new Thread(this::run, "demo-workload");
    this.thread.setDaemon(true);
  }

  /**
   * Begins to send, from a thread of its own.
   *
   * @param otlpHttpUrl of the gateway, without a path
   * @param credentials with which the gateway lets it in
   * @param seed of everything that looks like chance
   * @param announce told, in one line each, which faults are injected and whether spans are refused
   */
  public static DemoWorkload start(
      String otlpHttpUrl,
      Credentials credentials,
      long seed,
      Clock clock,
      Consumer<String> announce) {
    URI endpoint = URI.create(otlpHttpUrl).resolve("/v1/traces");
    OtlpSender sender =
        new OtlpSender(OtlpSender.Settings.to(endpoint).withCredentials(credentials));
    DemoWorkload workload = new DemoWorkload(sender, seed, clock, announce);
    workload.thread.start();
    return workload;
  }

  /** Completes when the history is sent and the traffic is live; fails when it ends before. */
  public CompletionStage<Void> backfilled() {
    return backfilled.minimalCompletionStage();
  }

  private void run() {
    try {
      while (true) {
        Instant now = clock.instant();
        faults.toAnnounce(now).ifPresent(this::announce);
        List<FinishedSpan> ended = traffic.endedBy(now, BATCH);
        if (!ended.isEmpty()) {
          send(ended);
        }
        if (ended.size() < BATCH) {
          if (!backfilled.isDone()) {
            faults.begin(now);
            backfilled.complete(null);
          }
          TimeUnit.NANOSECONDS.sleep(EXPORT_INTERVAL.toNanos());
        }
      }
    } catch (InterruptedException e) {
      // close() wants the workload to end.
    } finally {
      backfilled.completeExceptionally(new CancellationException("the workload ended"));
    }
  }

  private void announce(Fault fault) {
    announce.accept(
        "injecting %s until %s"
            .formatted(fault.what(), TIME_OF_DAY.format(fault.until().atZone(clock.getZone()))));
  }

  private void send(List<FinishedSpan> spans) throws InterruptedException {
    Tally tally = sender.send(SpanBatch.of(spans));
    if (!tally.isComplete() && !refused) {
      announce.accept(
          "the gateway refuses spans of the demonstration: "
              + sender.lastProblem().orElse("no reason given"));
    }
    refused = !tally.isComplete();
  }

  /** Ends it; spans that were not sent yet are dropped. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
