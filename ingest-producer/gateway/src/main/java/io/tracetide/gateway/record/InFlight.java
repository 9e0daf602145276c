package io.tracetide.gateway.record;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that requests may hold together, from their first byte on the wire to Kafka's last
 * acknowledgement. A request that finds no room is refused with a status that asks to retry, so
 * that overload is pushed back to the senders and never becomes an OutOfMemoryError.
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

  /** Opens the account of one request. */
  public Share open() {
    return new Share();
  }

  /**
   * What one request holds. Used by one thread at a time; closed once, by whichever thread answers.
   */
  public final class Share implements AutoCloseable {

    private final AtomicLong mine = new AtomicLong();

    private Share() {}

    /**
     * Takes room.
     *
     * @throws RefusedRequestException when there is none
     */
    public void claim(long bytes) {
      if (held.addAndGet(bytes) > limit) {
        held.addAndGet(-bytes);
        throw new RefusedRequestException(
            RequestRefusal.OVERLOADED,
            "the gateway holds as many bytes as it may until Kafka acknowledges some; retry later");
      }
      mine.addAndGet(bytes);
    }

    /** Gives room back before the request has ended. */
    public void release(long bytes) {
      mine.addAndGet(-bytes);
      held.addAndGet(-bytes);
    }

    @Override
    public void close() {
      held.addAndGet(-mine.getAndSet(0));
    }
  }
}
