package io.tracetide.gateway.publish;

import io.tracetide.gateway.record.EncodedRecord;
import io.tracetide.schemas.serde.TraceEventPacker;
import io.tracetide.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Decides which records of Kafka the records of a request become. Thread-safe.
 *
 * <p>The events of a request are batched, one record for each partition, because reading a record
 * costs several times as much as reading an event in it.
 */
public final class Packing {

  private final IntSupplier partitions;
  private final IntSupplier schemaId;
  private final ThreadLocal<TraceEventPacker<EncodedRecord>> packers =
      ThreadLocal.withInitial(
          () -> new TraceEventPacker<>(EncodedRecord::key, EncodedRecord::value));

  /**
   * A record of Kafka.
   *
   * @param contents the records of the request that are in it
   */
  record Outgoing(ProducerRecord<byte[], byte[]> record, List<EncodedRecord> contents) {

    static Outgoing single(EncodedRecord only) {
      return new Outgoing(
          new ProducerRecord<>(
              only.topic(), null, only.timestampMillis(), only.key(), only.value()),
          List.of(only));
    }

    boolean isBatch() {
      return contents.size() > 1;
    }
  }

  private Packing(IntSupplier partitions, IntSupplier schemaId) {
    this.partitions = partitions;
    this.schemaId = schemaId;
  }

  /**
   * Batches events.
   *
   * @param partitions of the topic of batches; below 1 to send single records
   * @param schemaId id of the schema of batches
   */
  public static Packing batches(IntSupplier partitions, IntSupplier schemaId) {
    return new Packing(partitions, schemaId);
  }

  /** Sends every event as a record of its own. */
  public static Packing singles() {
    return new Packing(() -> 0, () -> 0);
  }

  /**
   * The records of Kafka.
   *
   * @throws org.apache.kafka.common.KafkaException when the number of partitions is unknown
   */
  List<Outgoing> pack(List<EncodedRecord> records) {
    int count = records.size() > 1 ? partitions.getAsInt() : 0;
    if (count < 1) {
      return records.stream().map(Outgoing::single).toList();
    }
    List<Outgoing> outgoing = new ArrayList<>();
    List<EncodedRecord> events = new ArrayList<>(records.size());
    for (EncodedRecord record : records) {
      if (record.topic().equals(Topics.TRACES)) {
        events.add(record);
      } else {
        outgoing.add(Outgoing.single(record));
      }
    }
    if (!events.isEmpty()) {
      packers
          .get()
          .pack(events, count, schemaId.getAsInt(), alone -> outgoing.add(Outgoing.single(alone)))
          .forEach(batch -> outgoing.add(batch(batch)));
    }
    return outgoing;
  }

  private static Outgoing batch(TraceEventPacker.Packed<EncodedRecord> batch) {
    long newest =
        batch.events().stream().mapToLong(EncodedRecord::timestampMillis).max().orElseThrow();
    return new Outgoing(
        new ProducerRecord<>(Topics.TRACE_BATCHES, batch.partition(), newest, null, batch.value()),
        batch.events());
  }
}
