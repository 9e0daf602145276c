package io.tracetide.schemas.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to Kafka every few seconds until it accepts the credentials. Clients that are created
 * only then do not fail many times a second with a wrong password, each with a stack trace, and the
 * role can report the cause.
 */
public final class BrokerAccess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BrokerAccess.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration ONCE = Duration.ofSeconds(7);
  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final int TIMEOUT_MS = Math.toIntExact(ANSWER.toMillis());

  private final Map<String, Object> settings;
  private final String servers;
  private final CompletableFuture<Void> reached = new CompletableFuture<>();
  private final Thread thread;
  private volatile String trouble;

  private BrokerAccess(String servers, Map<String, String> properties) {
    this.servers = servers;
    this.trouble = "Kafka at " + servers + " has not answered yet";
    settings = new HashMap<>(properties);
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    thread = new Thread(this::ask, "kafka-access");
    thread.setDaemon(true);
  }

  /**
   * Starts the attempts.
   *
   * @param properties of every client, with the credentials
   */
  public static BrokerAccess start(String servers, Map<String, String> properties) {
    BrokerAccess access = new BrokerAccess(servers, properties);
    access.thread.start();
    return access;
  }

  /** Why Kafka cannot be used; empty after the first successful attempt. */
  public Optional<String> trouble() {
    return isReached() ? Optional.empty() : Optional.of(trouble);
  }

  private boolean isReached() {
    return reached.isDone() && !reached.isCompletedExceptionally();
  }

  /** Waits for the first successful attempt; returns whether there was one in this time. */
  public boolean await(Duration patience) {
    try {
      reached.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException | CancellationException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Runs the action after the first successful attempt, on the thread of the attempts; never when
   * this is closed before.
   */
  public void whenReached(Runnable action) {
    reached.minimalCompletionStage().thenRun(action);
  }

  /**
   * Creates a client after the first successful attempt, for which it waits.
   *
   * @throws KafkaException when this is closed before
   */
  public <T> T client(Supplier<T> maker) {
    try {
      reached.join();
    } catch (CancellationException | CompletionException e) {
      throw new KafkaException("closed before Kafka was reached", e);
    }
    return maker.get();
  }

  /**
   * Returns when Kafka has answered; waits for a short time.
   *
   * @throws KafkaException with the reason why Kafka cannot be used
   */
  public void require() {
    await(MOMENT);
    trouble()
        .ifPresent(
            what -> {
              throw new KafkaException(what);
            });
  }

  private void ask() {
    String logged = "";
    while (!reached.isDone()) {
      Optional<String> found = attempt();
      if (found.isEmpty()) {
        log.info("kafka reached servers={}", servers);
        reached.complete(null);
        return;
      }
      trouble = found.get();
      if (!trouble.equals(logged)) {
        logged = trouble;
        log.warn("{}, asking again every {} s", trouble, PAUSE.toSeconds());
      }
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Connects once.
   *
   * @param patience how long the answer may take, up to seven seconds
   * @return why Kafka cannot be used; empty when it answers
   */
  public static Optional<String> check(
      String servers, Map<String, String> properties, Duration patience) {
    BrokerAccess access = new BrokerAccess(servers, properties);
    int timeoutMs = (int) Math.min(ONCE.toMillis(), patience.toMillis());
    access.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
    access.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
    return access.attempt();
  }

  /** One attempt, with a new client: a client that was refused makes no further attempt. */
  private Optional<String> attempt() {
    try (Admin admin = Admin.create(settings)) {
      admin.describeCluster().clusterId().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(trouble(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      return Optional.of(trouble(e));
    } catch (KafkaException e) {
      return Optional.of("no client of Kafka can be made (" + innermost(e) + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private String trouble(Throwable cause) {
    if (cause instanceof SslAuthenticationException) {
      return "no TLS connection with Kafka (" + cause.getMessage() + ")";
    }
    if (cause instanceof AuthenticationException) {
      return "Kafka refuses the credentials of kafka.properties (" + cause.getMessage() + ")";
    }
    return "Kafka at %s does not answer (%s)".formatted(servers, cause.getClass().getSimpleName());
  }

  private static String innermost(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName();
  }

  /** Ends the attempts and releases the threads that wait. */
  @Override
  public void close() {
    reached.cancel(false);
    thread.interrupt();
  }
}
