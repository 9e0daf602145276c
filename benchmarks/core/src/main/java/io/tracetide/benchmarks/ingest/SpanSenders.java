package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.span.SampleSpan;
import io.tracetide.benchmarks.span.SpanEncoding;
import io.tracetide.benchmarks.span.SpanSequence;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.Batch;
import io.tracetide.standalone.replay.OtlpSender;
import io.tracetide.standalone.replay.ReplayTally;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several exporters that together send batches of spans at a constant rate, with retries as OTLP
 * specifies. Batches that an outage has delayed are sent without pauses.
 */
public final class SpanSenders implements AutoCloseable {

  static final int BATCH = 50;

  private static final int SENDERS = 40;
  private static final long SEED = 1;

  /** Request timeout of OpenTelemetry's exporters. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Clock clock;
  private final SpanAccount account;
  private final OtlpSender.Settings settings;
  private final long nanosPerBatch;
  private final long started = System.nanoTime();
  private final AtomicLong nextBatch = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ending;

  private SpanSenders(String gateway, int spansPerSecond, Clock clock, SpanAccount account) {
    this.clock = clock;
    this.account = account;
    this.settings =
        new OtlpSender.Settings(
            URI.create(gateway + SpanEncoding.OTLP_PROTOBUF.path()),
            false,
            REQUEST_TIMEOUT,
            PATIENCE,
            Credentials.NONE);
    this.nanosPerBatch = TimeUnit.SECONDS.toNanos(1) * BATCH / spansPerSecond;
  }

  /** Starts to send to the gateway at that URL. */
  public static SpanSenders start(
      String gateway, int spansPerSecond, Clock clock, SpanAccount account) {
    SpanSenders senders = new SpanSenders(gateway, spansPerSecond, clock, account);
    for (int i = 0; i < SENDERS; i++) {
      Thread thread = new Thread(senders::send, "sender-" + i);
      thread.setDaemon(true);
      senders.threads.add(thread);
      thread.start();
    }
    return senders;
  }

  private void send() {
    OtlpSender sender = new OtlpSender(settings);
    try {
      while (!ending) {
        long batch = nextBatch.getAndIncrement();
        long wait = started + batch * nanosPerBatch - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        send(sender, batch);
      }
    } catch (InterruptedException e) {
      // Closed early.
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(OtlpSender sender, long batch) throws InterruptedException {
    List<SampleSpan> content = new SpanSequence(SEED, clock.millis() * 1_000).batch(batch, BATCH);
    account.sent(batch * BATCH, BATCH);
    ReplayTally tally =
        sender.send(
            new Batch(
                BATCH,
                0,
                SpanEncoding.OTLP_PROTOBUF.contentType(),
                () -> SpanEncoding.OTLP_PROTOBUF.encode(content)));
    retries.addAndGet(tally.retries());
    if (tally.accepted() == BATCH) {
      account.acknowledged(batch * BATCH, BATCH);
    } else {
      throw new IllegalStateException(
          "a batch was refused: " + sender.lastProblem().orElse("no answer"));
    }
  }

  /** Requests that were sent again. */
  long retries() {
    return retries.get();
  }

  /** Starts no further batch and waits for the responses to all started ones. */
  public void finish() throws InterruptedException {
    ending = true;
    for (Thread thread : threads) {
      thread.join();
    }
    RuntimeException cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }

  @Override
  public void close() {
    ending = true;
    threads.forEach(Thread::interrupt);
  }
}
