package io.tracetide.runtime.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A limit of failed authentications for each address and second. Valid tokens are admitted above
 * it, too: another client behind the same address must not lock them out, and 256 bits cannot be
 * guessed. The limit protects the log and saves the cost of responses.
 *
 * <p>An IPv6 address counts with its network of 64 bits, which usually belongs to one client. The
 * table is bounded; the address that failed first is evicted first. Thread-safe.
 */
public final class FailureLimit {
  private static final int MOST_ADDRESSES = 10_000;
  private static final int NETWORK_BYTES = 8;

  private static final class Count {
    private long second;
    private int failures;
  }

  private final int perSecond;
  private final LongSupplier nanos;
  private final Map<ByteBuffer, Count> counts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Count> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * Creates a limit without failures.
   *
   * @param nanos a monotonic clock
   */
  public FailureLimit(int perSecond, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.nanos = nanos;
  }

  /** Counts a failure; false above the limit of this second. */
  public synchronized boolean fail(InetAddress address) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
    Count count = counts.computeIfAbsent(network(address), key -> new Count());
    if (count.second != second) {
      count.second = second;
      count.failures = 0;
    }
    if (count.failures == perSecond) {
      return false;
    }
    count.failures++;
    return true;
  }

  private static ByteBuffer network(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(
        address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
  }
}
