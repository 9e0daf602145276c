package io.tracetide.client;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's client, one for all senders: made when the first of them needs it, closed when the last
 * has let go. Only senders come here, so that nobody else waits for it.
 */
final class Connection {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private final Supplier<Producer<byte[], byte[]>> connect;
  private int holders;
  private @Nullable Producer<byte[], byte[]> producer;

  Connection(Supplier<Producer<byte[], byte[]>> connect, int holders) {
    this.connect = connect;
    this.holders = holders;
  }

  /**
   * The client.
   *
   * @throws KafkaException when it cannot be made now; later it may
   */
  synchronized Producer<byte[], byte[]> get() {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = connect.get();
      producer = open;
    }
    return open;
  }

  /** Gives up a client that has broken down for good; the next one who asks gets another. */
  synchronized void discard(Producer<byte[], byte[]> broken) {
    if (producer == broken) {
      producer = null;
      close(broken, Duration.ZERO);
    }
  }

  /** Lets go; the last one closes, and gives what is under way this much time. */
  synchronized void release(Duration timeout) {
    Producer<byte[], byte[]> open = producer;
    if (--holders > 0 || open == null) {
      return;
    }
    close(open, timeout);
  }

  private static void close(Producer<byte[], byte[]> open, Duration timeout) {
    try {
      open.close(timeout);
    } catch (KafkaException e) {
      log.warn("kafka client did not close cleanly cause={}", e.getMessage());
    }
  }
}
