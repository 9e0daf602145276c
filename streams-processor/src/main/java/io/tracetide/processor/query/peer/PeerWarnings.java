package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.PeerReply.Failed;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts that did not respond. No requests are sent to such a host for {@link #PAUSE}, so that a
 * query that reads several times waits for it once; each change is logged once.
 */
final class PeerWarnings {
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** After so long without a request the host holds no partition any more. */
  private static final Duration EXPIRY = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(PeerWarnings.class);

  private record Warning(Failed failed, long sinceNanos) {}

  private final Map<String, Warning> warnings = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  PeerWarnings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Why no requests are sent to this host now; empty when they are. */
  Optional<Failed> paused(String host) {
    Warning warning = warnings.get(host);
    return warning != null && nanoTime.getAsLong() - warning.sinceNanos() < PAUSE.toNanos()
        ? Optional.of(warning.failed())
        : Optional.empty();
  }

  void failed(String host, Failed failed) {
    long now = nanoTime.getAsLong();
    warnings.values().removeIf(warning -> now - warning.sinceNanos() > EXPIRY.toNanos());
    Warning before = warnings.put(host, new Warning(failed, now));
    if (before == null || before.failed().reason() != failed.reason()) {
      log.warn(
          "peer does not respond, answers are partial host={} reason={} detail={}",
          host,
          failed.reason().label(),
          failed.detail());
    }
  }

  void answered(String host) {
    if (warnings.remove(host) != null) {
      log.info("peer responds again host={}", host);
    }
  }
}
