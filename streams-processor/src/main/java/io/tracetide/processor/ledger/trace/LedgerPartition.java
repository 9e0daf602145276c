package io.tracetide.processor.ledger.trace;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A read-only view of one partition of the ledger, at most one commit old. Thread-safe. */
public interface LedgerPartition {

  /** The trace with that id; null when it is not in this partition, or no longer stored. */
  @Nullable TraceSnapshot find(String tenant, String traceId);

  /** Receives traces until it returns false. */
  @FunctionalInterface
  interface Reader {

    /**
     * One trace.
     *
     * @param position its position in the partition's order
     * @return whether to go on
     */
    boolean read(TraceSnapshot trace, byte[] position);
  }

  /**
   * Reads traces in a stable order. Stuck and abandoned ones are found without reading the others.
   *
   * @param states {@link LifecycleState#label labels} of the wanted states
   * @param after position after which to start; null for all traces
   */
  void scan(Set<String> states, byte @Nullable [] after, Reader reader);

  /** Receives the number of traces in flight of one service. */
  @FunctionalInterface
  interface CountReader {
    void read(String tenant, String service, long inFlight, long stuck);
  }

  /** Reads the counts by service, without reading traces. */
  void counts(CountReader reader);
}
