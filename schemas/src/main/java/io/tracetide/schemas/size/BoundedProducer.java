package io.tracetide.schemas.size;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that refuses a record that is too large before it becomes part of a transaction.
 * Kafka's producer refuses it, too, but its open transaction can then only be aborted, whatever an
 * exception handler of Streams returns, and the same record is read again after the restart.
 */
public final class BoundedProducer extends KafkaProducer<byte[], byte[]> {

  /** A producer with these settings. */
  public BoundedProducer(Map<String, Object> settings) {
    super(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    long bytes = RecordLimits.bytes(record);
    return bytes > RecordLimits.RECORD_BYTES
        ? refuse(new OversizedRecordException(record.topic(), bytes), record.topic(), callback)
        : super.send(record, callback);
  }

  private static Future<RecordMetadata> refuse(
      OversizedRecordException failure, String topic, @Nullable Callback callback) {
    if (callback != null) {
      TopicPartition nowhere = new TopicPartition(topic, RecordMetadata.UNKNOWN_PARTITION);
      callback.onCompletion(new RecordMetadata(nowhere, -1, -1, -1, -1, -1), failure);
    }
    return CompletableFuture.failedFuture(failure);
  }
}
