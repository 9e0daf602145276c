package io.tracetide.gateway.record;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the memory of all requests together, from the first byte on the wire to the last
 * acknowledgement by Kafka. A request beyond the limit is refused with a retryable status, so that
 * overload becomes back pressure instead of an OutOfMemoryError.
 */
public final class InFlight {

  private final long limit;
  private final AtomicLong held = new AtomicLong();

  public InFlight(long limitBytes) {
    this.limit = limitBytes;
  }

  public long limitBytes() {
    return limit;
  }

  public long heldBytes() {
    return held.get();
  }

  /** Starts the share of one request. */
  public Share open() {
    return new Share();
  }

  /** Bytes held by one request. Used by one thread at a time. */
  public final class Share implements AutoCloseable {

    private final AtomicLong reserved = new AtomicLong();

    private Share() {}

    /**
     * Reserves memory.
     *
     * @throws RefusedRequestException when the limit is reached
     */
    public void claim(long bytes) {
      if (held.addAndGet(bytes) > limit) {
        held.addAndGet(-bytes);
        throw new RefusedRequestException(
            RequestRefusal.OVERLOADED,
            "the gateway has reached its limit of bytes that wait for Kafka's acknowledgement;"
                + " retry later");
      }
      reserved.addAndGet(bytes);
    }

    /** Releases memory before the request ends. */
    public void release(long bytes) {
      reserved.addAndGet(-bytes);
      held.addAndGet(-bytes);
    }

    @Override
    public void close() {
      held.addAndGet(-reserved.getAndSet(0));
    }
  }
}
