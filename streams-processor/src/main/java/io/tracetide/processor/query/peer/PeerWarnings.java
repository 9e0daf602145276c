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
 * Hosts that did not answer. Each is left alone for {@link #REST}, so that an answer that reads
 * several times waits for a silent host once; each change is logged once.
 */
final class PeerWarnings {
  static final Duration REST = Duration.ofSeconds(1);

  /** A host that was not asked for so long holds nothing any more. */
  private static final Duration FORGET = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(PeerWarnings.class);

  private record Trouble(Failed failed, long sinceNanos) {}

  private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  PeerWarnings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Why this host is not to be asked at the moment; empty when it may be. */
  Optional<Failed> resting(String host) {
    Trouble trouble = troubles.get(host);
    return trouble != null && nanoTime.getAsLong() - trouble.sinceNanos() < REST.toNanos()
        ? Optional.of(trouble.failed())
        : Optional.empty();
  }

  void failed(String host, Failed failed) {
    long now = nanoTime.getAsLong();
    troubles.values().removeIf(trouble -> now - trouble.sinceNanos() > FORGET.toNanos());
    Trouble before = troubles.put(host, new Trouble(failed, now));
    if (before == null || before.failed().reason() != failed.reason()) {
      log.warn(
          "peer does not answer, answers are partial host={} reason={} detail={}",
          host,
          failed.reason().label(),
          failed.detail());
    }
  }

  void answered(String host) {
    if (troubles.remove(host) != null) {
      log.info("peer answers again host={}", host);
    }
  }
}
