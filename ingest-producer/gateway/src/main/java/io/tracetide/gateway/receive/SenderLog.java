package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.gateway.record.Truncations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/**
 * Logs what was refused or changed of what services send: each cause at most once a minute, with
 * the service that it was seen at and how often it came since. Causes are few, so this is bounded;
 * how often each comes is in the meters. Thread-safe.
 */
final class SenderLog {

  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Consumer<String> log;
  private final Map<String, Cause> causes = new ConcurrentHashMap<>();

  SenderLog() {
    this(System::nanoTime, LoggerFactory.getLogger(SenderLog.class)::warn);
  }

  /** Says it to another log, with the time in other hands. */
  SenderLog(LongSupplier nanoTime, Consumer<String> log) {
    this.nanoTime = nanoTime;
    this.log = log;
  }

  void refused(String endpoint, List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      long records = due("refused " + refusal.reason().label() + ' ' + endpoint, 1);
      if (records > 0) {
        log.accept(
            "records refused endpoint=%s reason=%s service=%s records=%d detail=\"%s\""
                .formatted(
                    endpoint,
                    refusal.reason().label(),
                    named(refusal.service()),
                    records,
                    refusal.detail()));
      }
    }
  }

  void adjusted(String endpoint, Truncations adjustments) {
    for (Truncation kind : Truncation.values()) {
      int times = adjustments.of(kind);
      long all = times == 0 ? 0 : due("adjusted " + kind.label() + ' ' + endpoint, times);
      if (all > 0) {
        log.accept(
            "records changed endpoint=%s kind=%s service=%s times=%d"
                .formatted(endpoint, kind.label(), named(adjustments.serviceOf(kind)), all));
      }
    }
  }

  private static String named(String service) {
    return service.isEmpty() ? "unknown" : service;
  }

  /** How often it came since it was logged; 0 when it is too early to log it again. */
  private long due(String cause, int times) {
    return causes.computeIfAbsent(cause, key -> new Cause()).due(nanoTime.getAsLong(), times);
  }

  /** What happened of one cause since it was logged. */
  private static final class Cause {
    private boolean logged;
    private long loggedNanos;
    private long times;

    synchronized long due(long nowNanos, int more) {
      times += more;
      if (logged && nowNanos - loggedNanos < QUIET_NANOS) {
        return 0;
      }
      logged = true;
      loggedNanos = nowNanos;
      long since = times;
      times = 0;
      return since;
    }
  }
}
