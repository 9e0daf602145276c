package io.tracetide.alert.history;

import io.tracetide.runtime.life.BackgroundThread;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code notification-log} into a history, beginning shortly before its end, so that the
 * history survives a restart. After a failure it starts again; only the display depends on it.
 */
public final class OutcomeReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RESTART = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(OutcomeReader.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final AvroDecoder<NotificationOutcome> decoder;
  private final OutcomeHistory history;
  private final BackgroundThread thread = new BackgroundThread("outcome-history", this::run);

  private OutcomeReader(
      Supplier<Consumer<byte[], byte[]>> consumers,
      AvroDecoder<NotificationOutcome> decoder,
      OutcomeHistory history) {
    this.consumers = consumers;
    this.decoder = decoder;
    this.history = history;
  }

  /** Starts the thread. */
  public static OutcomeReader start(
      Supplier<Consumer<byte[], byte[]>> consumers,
      AvroDecoder<NotificationOutcome> decoder,
      OutcomeHistory history) {
    OutcomeReader reader = new OutcomeReader(consumers, decoder, history);
    reader.thread.start();
    return reader;
  }

  private void run() {
    while (!thread.isClosing()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException e) {
        log.warn(
            "history not read, starting over inMs={} cause={}", RESTART.toMillis(), e.toString());
        thread.pause(RESTART);
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.NOTIFICATION_LOG).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    consumer
        .endOffsets(partitions)
        .forEach(
            (p, end) ->
                consumer.seek(p, Math.max(first.getOrDefault(p, 0L), end - history.limit())));
    while (!thread.isClosing()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        remember(record);
      }
    }
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      history.add(decoder.decode(record.value()));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      log.debug(
          "outcome unreadable, not shown partition={} offset={}",
          record.partition(),
          record.offset());
    }
  }

  @Override
  public void close() {
    thread.close(POLL.multipliedBy(4));
  }
}
