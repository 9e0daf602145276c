package io.tracetide.runtime.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The named checks of one process. Each report runs all of them. */
public final class Health {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  private final Map<String, Supplier<HealthStatus>> checks = new LinkedHashMap<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** A check must return at once, from state that is already known: it runs on each request. */
  public void register(String name, Supplier<HealthStatus> check) {
    synchronized (checks) {
      if (checks.putIfAbsent(name, check) != null) {
        throw new IllegalStateException("a health check named " + name + " exists");
      }
    }
  }

  public HealthReport report() {
    Map<String, Supplier<HealthStatus>> running;
    synchronized (checks) {
      running = new LinkedHashMap<>(checks);
    }
    Map<String, HealthStatus> results = new LinkedHashMap<>();
    running.forEach((name, check) -> results.put(name, run(name, check)));
    return new HealthReport(results);
  }

  /** A check that throws is down. The cause is logged once until the check succeeds again. */
  private HealthStatus run(String name, Supplier<HealthStatus> check) {
    try {
      HealthStatus status = check.get();
      failing.remove(name);
      return status;
    } catch (RuntimeException e) {
      if (failing.add(name)) {
        log.warn("health check failed name={}", name, e);
      }
      return HealthStatus.down("the check itself failed");
    }
  }
}
