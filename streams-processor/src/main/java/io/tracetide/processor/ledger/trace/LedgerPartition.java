package io.tracetide.processor.ledger.trace;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One partition of the ledger, for reading, from any thread; at most one commit old. */
public interface LedgerPartition {

  /** The trace of that id; null when it is not known here, or no longer. */
  @Nullable TraceSnapshot find(String tenant, String traceId);

  /** Receives traces until it has enough. */
  @FunctionalInterface
  interface Reader {

    /**
     * One trace.
     *
     * @param position where it stands in the partition's order
     * @return whether to go on
     */
    boolean read(TraceSnapshot trace, byte[] position);
  }

  /**
   * Reads traces in an order that stays the same as long as they exist. Stuck and abandoned ones
   * are found without passing over the others.
   *
   * @param states {@link LifecycleState#label labels} of the wanted ones
   * @param after only what stands behind this position; null for all
   */
  void scan(Set<String> states, byte @Nullable [] after, Reader reader);

  /** Receives how many traces of one service are in flight. */
  @FunctionalInterface
  interface CountReader {
    void read(String tenant, String service, long inFlight, long stuck);
  }

  /** Counts by service, without reading traces. */
  void counts(CountReader reader);
}
