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
 * Logs refused and changed records: each cause at most once a minute, with a service that sent such
 * a record and the number of records since the last entry. The number of causes is bounded by the
 * enums. Thread-safe.
 */
final class SenderLog {

  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Consumer<String> log;
  private final Map<String, Cause> causes = new ConcurrentHashMap<>();

  SenderLog() {
    this(System::nanoTime, LoggerFactory.getLogger(SenderLog.class)::warn);
  }

  /** For tests. */
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

  void truncated(String endpoint, Truncations truncations) {
    for (Truncation kind : Truncation.values()) {
      int times = truncations.of(kind);
      long all = times == 0 ? 0 : due("adjusted " + kind.label() + ' ' + endpoint, times);
      if (all > 0) {
        log.accept(
            "records changed endpoint=%s kind=%s service=%s times=%d"
                .formatted(endpoint, kind.label(), named(truncations.serviceOf(kind)), all));
      }
    }
  }

  private static String named(String service) {
    return service.isEmpty() ? "unknown" : service;
  }

  /** The number since the last entry; 0 when it is too early for another entry. */
  private long due(String cause, int times) {
    return causes.computeIfAbsent(cause, key -> new Cause()).due(nanoTime.getAsLong(), times);
  }

  /** Counts one cause since its last entry. */
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
