package io.tracetide.standalone.demo;

import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.Batch;
import io.tracetide.standalone.replay.OtlpSender;
import io.tracetide.standalone.replay.ReplayTally;
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
 * <p>The traffic begins in the past, so that there is a history for the training of detectors. The
 * history is sent as fast as the gateway accepts it. After it the traffic is live at the same rate,
 * faults are injected, running workflows send lifecycle events, and some of them have incidents.
 */
public final class DemoWorkload implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final Duration EXPORT_INTERVAL = Duration.ofMillis(500);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
  private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final OtlpSender sender;
  private final OtlpSender reporter;
  private final Clock clock;
  private final Consumer<String> announce;
  private final FaultPlan faults;
  private final Traffic traffic;
  private final CompletableFuture<Void> backfilled = new CompletableFuture<>();
  private final Thread thread;
  private boolean refused; // Used by the thread only.

  private DemoWorkload(
      OtlpSender sender,
      OtlpSender reporter,
      long seed,
      DemoSchedule schedule,
      Clock clock,
      Consumer<String> announce) {
    this.sender = sender;
    this.reporter = reporter;
    this.clock = clock;
    this.announce = announce;
    this.faults = new FaultPlan(seed);
    this.traffic = new Traffic(seed, clock.instant().minus(schedule.history()), faults, schedule);
    this.thread = new Thread(this::run, "demo-workload");
    this.thread.setDaemon(true);
  }

  /**
   * Starts a thread that sends.
   *
   * @param otlpHttpUrl of the gateway, without a path
   * @param credentials for the gateway
   * @param seed of all random values
   * @param schedule of the incidents
   * @param announce receives one line for each injected fault, each incident and refused spans
   */
  public static DemoWorkload start(
      String otlpHttpUrl,
      Credentials credentials,
      long seed,
      DemoSchedule schedule,
      Clock clock,
      Consumer<String> announce) {
    DemoWorkload workload =
        new DemoWorkload(
            sender(otlpHttpUrl, "/v1/traces", credentials),
            sender(otlpHttpUrl, "/v1/trace-events", credentials),
            seed,
            schedule,
            clock,
            announce);
    workload.thread.start();
    return workload;
  }

  private static OtlpSender sender(String url, String path, Credentials credentials) {
    return new OtlpSender(
        OtlpSender.Settings.to(URI.create(url).resolve(path)).withCredentials(credentials));
  }

  /**
   * Completes when the history is sent and the traffic is live; fails when the workload ends
   * before.
   */
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
          send(sender, SpanBatch.of(ended));
        }
        traffic.goneWrongBy(now).forEach(this::announce);
        List<DemoReport> said = traffic.saidBy(now, BATCH);
        if (!said.isEmpty()) {
          send(reporter, DemoReport.batch(said));
        }
        if (ended.size() < BATCH) {
          if (!backfilled.isDone()) {
            faults.begin(now);
            traffic.goLive(now);
            backfilled.complete(null);
          }
          TimeUnit.NANOSECONDS.sleep(EXPORT_INTERVAL.toNanos());
        }
      }
    } catch (InterruptedException e) {
      // Interrupted by close().
    } finally {
      backfilled.completeExceptionally(new CancellationException("the workload ended"));
    }
  }

  private void announce(Fault fault) {
    announce.accept("injecting %s until %s".formatted(fault.what(), timeOfDay(fault.until())));
  }

  private void announce(String traceId, IncidentPlan.Planned planned) {
    announce.accept(
        "workflow %s %s, from about %s for %d s"
            .formatted(
                traceId,
                planned.incident().kind().what(),
                timeOfDay(planned.from()),
                planned.incident().length().toSeconds()));
  }

  private String timeOfDay(Instant time) {
    return TIME_OF_DAY.format(time.atZone(clock.getZone()));
  }

  private void send(OtlpSender to, Batch batch) throws InterruptedException {
    ReplayTally tally = to.send(batch);
    if (!tally.isComplete() && !refused) {
      announce.accept(
          "the gateway refuses spans of the demonstration: "
              + to.lastProblem().orElse("no reason given"));
    }
    refused = !tally.isComplete();
  }

  /** Ends the workload; spans that were not sent yet are dropped. */
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
