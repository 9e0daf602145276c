package io.tracetide.schemas.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry with a status, for readiness and for one log line per outage instead of one for each
 * record that waits. A failed request is repeated in the background until the registry responds,
 * because look-ups from the cache do not show its status.
 */
public final class RegistryWatch implements SchemaRegistry {

  private static final Logger log = LoggerFactory.getLogger(RegistryWatch.class);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final SchemaRegistry target;
  private final Duration betweenAttempts;
  private final LongSupplier nanoTime;
  private final Thread thread;

  // Guarded by this.
  private @Nullable Supplier<?> failing;
  private String problem = "";
  private boolean logged;
  private long loggedNanos;
  private int lines;

  private RegistryWatch(SchemaRegistry target, Duration betweenAttempts, LongSupplier nanoTime) {
    this.target = target;
    this.betweenAttempts = betweenAttempts;
    this.nanoTime = nanoTime;
    this.thread = new Thread(this::askUntilItAnswers, "registry-watch");
    this.thread.setDaemon(true);
  }

  /** Watches a registry, which is closed with this. */
  public static RegistryWatch of(SchemaRegistry target) {
    return of(target, BETWEEN_ATTEMPTS, System::nanoTime);
  }

  static RegistryWatch of(SchemaRegistry target, Duration betweenAttempts, LongSupplier nanoTime) {
    RegistryWatch watch = new RegistryWatch(target, betweenAttempts, nanoTime);
    watch.thread.start();
    return watch;
  }

  /** Why the last request to the registry failed; empty when it succeeded. */
  public synchronized Optional<String> problem() {
    return failing == null ? Optional.empty() : Optional.of(problem);
  }

  /** Number of outages that were logged. */
  synchronized int lines() {
    return lines;
  }

  @Override
  public int register(String subject, Schema schema) {
    return ask(() -> target.register(subject, schema));
  }

  @Override
  public int lookup(String subject, Schema schema) {
    return ask(() -> target.lookup(subject, schema));
  }

  @Override
  public Schema schemaById(int id) {
    return ask(() -> target.schemaById(id));
  }

  @Override
  public void setCompatibility(String subject, String level) {
    target.setCompatibility(subject, level);
  }

  private <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (RegistryUnavailableException e) {
      failed(question, e);
      throw e;
    }
  }

  private synchronized void failed(Supplier<?> question, RegistryUnavailableException e) {
    failing = question;
    problem = String.valueOf(e.getMessage());
    long now = nanoTime.getAsLong();
    if (!logged || now - loggedNanos >= BETWEEN_LINES.toNanos()) {
      log.warn("schema registry does not answer, what needs it waits detail=\"{}\"", problem);
      logged = true;
      loggedNanos = now;
      lines++;
    }
    notifyAll();
  }

  private void askUntilItAnswers() {
    try {
      while (true) {
        Supplier<?> question = awaitFailure();
        TimeUnit.NANOSECONDS.sleep(betweenAttempts.toNanos());
        try {
          Object unused = question.get();
          answered();
        } catch (RegistryUnavailableException e) {
          failed(question, e);
        } catch (RuntimeException e) {
          answered(); // Completed with a refusal, which is a response.
        }
      }
    } catch (InterruptedException e) {
      // Interrupted by close().
    }
  }

  private synchronized Supplier<?> awaitFailure() throws InterruptedException {
    while (failing == null) {
      wait();
    }
    return failing;
  }

  private synchronized void answered() {
    failing = null;
    logged = false;
    log.info("schema registry answers again");
  }

  @Override
  public void close() {
    thread.interrupt();
    target.close();
  }
}
