package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of the windows that all queries together hold. */
final class ReadMemory {
  private final long mostOfOne;
  private final long mostOfAll;
  private final AtomicLong held = new AtomicLong();

  /**
   * Limits in bytes.
   *
   * @param mostOfOne of one query; more are rejected for good
   * @param mostOfAll of all queries; more are rejected until others have ended
   */
  ReadMemory(long mostOfOne, long mostOfAll) {
    this.mostOfOne = mostOfOne;
    this.mostOfAll = mostOfAll;
  }

  /** What one query holds. Not thread-safe. */
  final class Share implements AutoCloseable {
    private long taken;

    /**
     * Adds to what the query holds.
     *
     * @throws PromqlException above the limit of one query
     * @throws StoresUnavailableException above the limit of all queries
     */
    void take(long bytes) {
      taken += bytes;
      long all = held.addAndGet(bytes);
      if (taken > mostOfOne) {
        throw PromqlException.execution(
            ("the query reads more than %d MiB of windows: use a shorter time range, or select"
                    + " fewer services")
                .formatted(mostOfOne >> 20));
      }
      if (all > mostOfAll) {
        throw new StoresUnavailableException(
            "other queries use the memory for queries: repeat the request later");
      }
    }

    @Override
    public void close() {
      held.addAndGet(-taken);
      taken = 0;
    }
  }

  Share share() {
    return new Share();
  }
}
