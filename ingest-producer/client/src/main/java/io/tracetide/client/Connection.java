package io.tracetide.client;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka producer that all senders share: created when the first sender needs it, closed when
 * the last one releases it. Only sender threads use it, because it may block.
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
   * The producer.
   *
   * @throws KafkaException when it cannot be created; a later call may succeed
   */
  synchronized Producer<byte[], byte[]> get() {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = connect.get();
      producer = open;
    }
    return open;
  }

  /** Discards a producer after a fatal error; the next call of {@link #get} creates another. */
  synchronized void discard(Producer<byte[], byte[]> broken) {
    if (producer == broken) {
      producer = null;
      close(broken, Duration.ZERO);
    }
  }

  /** Releases the producer; the last release closes it with this timeout. */
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
