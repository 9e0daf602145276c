package io.tracetide.benchmarks.ingest;

import java.util.BitSet;

/**
 * The outcome of each span, by its number: whether the gateway accepted it, and how often it is in
 * the topic.
 */
public final class SpanAccount {

  private final BitSet acknowledged = new BitSet();
  private final BitSet stored = new BitSet();
  private long sent;
  private long copies;

  /** Spans of these numbers were sent. */
  public synchronized void sent(long from, int count) {
    sent = Math.max(sent, from + count);
  }

  /** The answer to spans of these numbers was 200. */
  public synchronized void acknowledged(long from, int count) {
    acknowledged.set(Math.toIntExact(from), Math.toIntExact(from + count));
  }

  /** A record of the topic holds the span of that number. */
  public synchronized void stored(long number) {
    int index = Math.toIntExact(number);
    if (stored.get(index)) {
      copies++;
    }
    stored.set(index);
  }

  /** The totals. */
  public synchronized Balance balance() {
    BitSet missing = (BitSet) acknowledged.clone();
    missing.andNot(stored);
    BitSet unasked = (BitSet) stored.clone();
    unasked.andNot(acknowledged);
    return new Balance(
        sent, acknowledged.cardinality(), missing.cardinality(), copies, unasked.cardinality());
  }

  /**
   * Totals of an account.
   *
   * @param sent spans that were sent at least once
   * @param acknowledged spans that were answered 200
   * @param missing spans that were answered 200 and are not in the topic
   * @param copies records beyond the first of their span
   * @param unacknowledged spans in the topic that no 200 was given for
   */
  public record Balance(
      long sent, long acknowledged, long missing, long copies, long unacknowledged) {}
}
