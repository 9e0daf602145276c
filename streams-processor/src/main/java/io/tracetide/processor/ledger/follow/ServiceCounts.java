package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Number of traces in flight and of stuck ones, by service. Thread-safe. */
public final class ServiceCounts {

  private final Map<Owner, Count> counts = new ConcurrentHashMap<>();

  private record Owner(String tenant, String service) {}

  private record Count(long inFlight, long stuck) {
    Count plus(Count other) {
      return new Count(inFlight + other.inFlight, stuck + other.stuck);
    }
  }

  /** Adds or subtracts a trace. */
  void count(String tenant, FollowedTrace.Head trace, int sign) {
    if (trace.open() && trace.silence() != Silence.Kind.ABANDONED) {
      Count one = new Count(sign, trace.silence() == Silence.Kind.STUCK ? sign : 0);
      counts.merge(
          new Owner(tenant, trace.service()),
          one,
          (before, more) -> {
            Count now = before.plus(more);
            return now.inFlight == 0 && now.stuck == 0 ? null : now;
          });
    }
  }

  public void read(LedgerPartition.CountReader reader) {
    counts.forEach(
        (owner, count) -> reader.read(owner.tenant, owner.service, count.inFlight, count.stuck));
  }
}
