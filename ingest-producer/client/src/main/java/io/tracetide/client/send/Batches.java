package io.tracetide.client.send;

import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
import io.tracetide.schemas.serde.TraceEventPacker;
import io.tracetide.schemas.serde.TraceEventPacker.Packed;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs trace events into batches, one record for each partition.
 *
 * <p>While that is impossible, every event is a record of its own: a processor of an earlier
 * version has not created the topic, the service may not write to it or register its schema, or the
 * serializer does not write the wire format. Used by the sender's thread only.
 */
public final class Batches {

  private static final Logger log = LoggerFactory.getLogger(Batches.class);

  /** Finding out that the topic does not exist blocks for {@code max.block.ms}. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMinutes(1);

  private final Serializer<SpecificRecord> serializer;
  private TraceEventPacker<SentEvent> packer = packer();
  private @Nullable Integer schemaId;
  private @Nullable Long failedAt;

  /** Packs what this serializer writes. */
  public Batches(Serializer<SpecificRecord> serializer) {
    this.serializer = serializer;
  }

  /**
   * The records of events.
   *
   * @param topic of single records
   */
  public List<Outgoing> pack(
      String topic, List<SentEvent> events, Producer<byte[], byte[]> producer) {
    int partitions = events.size() > 1 ? partitions(producer) : 0;
    Integer id = partitions == 0 ? null : schemaId;
    if (id == null) {
      return singles(topic, events);
    }
    List<Outgoing> outgoing = new ArrayList<>();
    try {
      packer
          .pack(events, partitions, id, alone -> outgoing.add(Outgoing.single(topic, alone)))
          .forEach(batch -> outgoing.add(record(batch)));
      return outgoing;
    } catch (RuntimeException e) {
      // The serializer has written an event with another schema, or what is no event.
      outgoing.clear();
      packer = packer();
      pause(e);
      return singles(topic, events);
    }
  }

  private static List<Outgoing> singles(String topic, List<SentEvent> events) {
    return events.stream().map(event -> Outgoing.single(topic, event)).toList();
  }

  private static TraceEventPacker<SentEvent> packer() {
    return new TraceEventPacker<>(SentEvent::key, SentEvent::value);
  }

  private static Outgoing record(Packed<SentEvent> batch) {
    long newest = batch.events().stream().mapToLong(SentEvent::timestamp).max().orElseThrow();
    return new Outgoing(
        new ProducerRecord<>(Topics.TRACE_BATCHES, batch.partition(), newest, null, batch.value()),
        batch.events());
  }

  /** Partitions of the topic of batches; 0 when events cannot be batched now. */
  private int partitions(Producer<byte[], byte[]> producer) {
    Long failed = failedAt;
    if (failed != null && System.nanoTime() - failed < BETWEEN_ATTEMPTS.toNanos()) {
      return 0;
    }
    try {
      // When the brokers are unreachable, this fails, and the events wait as single records.
      producer.partitionsFor(Topics.TRACES);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      return 0;
    }
    try {
      if (schemaId == null) {
        schemaId = registeredSchema();
      }
      int partitions = producer.partitionsFor(Topics.TRACE_BATCHES).size();
      failedAt = null;
      return partitions;
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      // A serializer of the application may fail in any way for a record that it does not know.
      pause(e);
      return 0;
    }
  }

  private void pause(RuntimeException cause) {
    if (failedAt == null) {
      log.info(
          "trace events are sent as single records, because batches cannot be written topic={}"
              + " cause={}",
          Topics.TRACE_BATCHES,
          String.valueOf(cause.getMessage()));
    }
    failedAt = System.nanoTime();
  }

  /** Id of the schema of batches, as the serializer writes it in front of an empty one. */
  private int registeredSchema() {
    byte[] empty =
        serializer.serialize(
            Topics.TRACE_BATCHES, TraceEventBatch.newBuilder().setEventSchemaId(0).build());
    int id = WireFormat.schemaId(empty == null ? new byte[0] : empty);
    if (!Arrays.equals(empty, new TraceEventBatchWriter().write(id))) {
      throw new SerializationException("the serializer does not write the wire format");
    }
    return id;
  }
}
