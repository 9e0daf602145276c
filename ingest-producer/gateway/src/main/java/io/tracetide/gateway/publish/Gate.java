package io.tracetide.gateway.publish;

import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses requests until their dependencies have been reached once: the metadata of the topics and
 * the ids of the schemas, which the clients cache from then on. Without it each request would block
 * a worker until its timeout.
 */
public final class Gate implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gate.class);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final List<Step> steps;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Step waitingFor;
  private volatile String problem = "";

  private Gate(List<Step> steps) {
    this.steps = steps;
    this.waitingFor = steps.isEmpty() ? null : steps.get(0);
    this.thread = new Thread(this::attemptUntilOpen, "gateway-gate");
    this.thread.setDaemon(true);
  }

  /** Attempts the steps one after the other on its own thread, each until it succeeds. */
  public static Gate start(List<Step> steps) {
    Gate gate = new Gate(List.copyOf(steps));
    gate.thread.start();
    return gate;
  }

  /** Why requests are refused; null once all steps have succeeded. */
  public @Nullable RequestRefusal refusal() {
    Step step = waitingFor;
    return step == null ? null : step.refusal();
  }

  /** Health of a step: up once it has succeeded. */
  public HealthStatus health(String name) {
    Step current = waitingFor;
    if (current == null || position(name) < steps.indexOf(current)) {
      return HealthStatus.up();
    }
    String detail = name.equals(current.name()) ? problem : "";
    return HealthStatus.down(detail.isEmpty() ? "not reached yet" : "not reached yet: " + detail);
  }

  private int position(String name) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no step " + name);
  }

  private void attemptUntilOpen() {
    try {
      for (Step step : steps) {
        waitingFor = step;
        if (!attempt(step)) {
          return;
        }
      }
      waitingFor = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt(Step step) throws InterruptedException {
    String reported = "";
    while (closed.getCount() > 0) {
      try {
        step.action().run();
        problem = "";
        log.info("reached name={}", step.name());
        return true;
      } catch (KafkaException | IncompatibleSchemaException e) {
        problem = String.valueOf(e.getMessage());
        if (!problem.equals(reported)) {
          log.warn("not reached yet name={} problem={}", step.name(), problem);
          reported = problem;
        }
      }
      if (closed.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }

  /**
   * A dependency of every request.
   *
   * @param action is retried when it throws an exception of Kafka or the registry
   */
  public record Step(String name, RequestRefusal refusal, Runnable action) {}
}
