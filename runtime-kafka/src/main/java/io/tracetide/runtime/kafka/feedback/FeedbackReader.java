package io.tracetide.runtime.kafka.feedback;

import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.runtime.kafka.table.TopicReader;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the feedback in {@code alert-commands} into a book. */
public final class FeedbackReader {
  private static final Logger log = LoggerFactory.getLogger(FeedbackReader.class);

  private final AvroDecoder<AlertCommand> decoder;
  private final FeedbackBook book;

  private FeedbackReader(AvroDecoder<AlertCommand> decoder, FeedbackBook book) {
    this.decoder = decoder;
    this.book = book;
  }

  /**
   * Starts to read. The registry being unavailable starts it again from the beginning, a malformed
   * record is skipped.
   *
   * @param consumers opens a consumer without a group
   */
  public static TopicReader start(
      Supplier<Consumer<byte[], byte[]>> consumers, SchemaRegistry registry, FeedbackBook book) {
    FeedbackReader reader =
        new FeedbackReader(new AvroDecoder<>(registry, AlertCommand.class), book);
    return TopicReader.start(Topics.ALERT_COMMANDS, consumers, reader::read, book::loaded);
  }

  /**
   * Properties of its consumer.
   *
   * @param settings those of the operator
   * @param clientId id of the client
   */
  public static ClientProperties settings(ClientProperties settings, String clientId) {
    settings.preset(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    return Guarantees.requireCommitted(settings, "feedback")
        .forbid(ConsumerConfig.GROUP_ID_CONFIG, "feedback");
  }

  private void read(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      return;
    }
    try {
      book.read(decoder.decode(value));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      log.warn(
          "command ignored topic={} cause={}",
          Topics.ALERT_COMMANDS,
          String.valueOf(e.getMessage()));
    }
  }
}
