package io.tracetide.processor.intake;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Kafka clients for Kafka Streams whose consumer returns the records of some topics in batches.
 *
 * <p>Kafka Streams queues, timestamps, measures and dispatches each record, which takes longer than
 * counting it. With a {@link RecordBatch} this happens once for hundreds of events. Offsets remain
 * correct: a batch is processed as a whole, between two commits; while a batch is queued, the
 * offset of its first record is committed, and after the last batch the consumer's next offset.
 */
public final class BatchingClients extends BoundedClients {

  /**
   * Bytes of keys and values after which another batch begins; small enough for cheap allocation in
   * the young generation.
   */
  private static final int MOST_BYTES = 96 * 1024;

  /**
   * Event time from the first record of a batch on after which another batch begins. A task that
   * reads several topics processes the batch with the earliest time first; in a backlog, a longer
   * one would advance its event time beyond the records of the other topics.
   */
  private static final long MOST_MS = 10_000;

  private final Set<String> topics;
  private final InputProgress progress;

  /**
   * Creates clients that batch the records of these topics.
   *
   * @param progress receives the progress of reading these topics
   */
  public BatchingClients(Set<String> topics, InputProgress progress) {
    this.topics = Set.copyOf(topics);
    this.progress = progress;
  }

  @Override
  @SuppressWarnings("unchecked") // The proxy implements nothing but the consumer of bytes.
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    PollRation ration = new PollRation();
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Consumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new Batching(
                new KafkaConsumer<>(
                    config,
                    ration.limit(CuttingDeserializer.ofKeys()),
                    ration.limit(CuttingDeserializer.ofValues())),
                ration));
  }

  /** Batches polled records; those of other topics are returned one by one. */
  ConsumerRecords<byte[], byte[]> batch(ConsumerRecords<ByteBuffer, ByteBuffer> polled) {
    ByteWriter out = new ByteWriter();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batched = new LinkedHashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = polled.records(partition);
      batched.put(
          partition,
          topics.contains(partition.topic())
              ? batches(records, out)
              : records.stream().map(BatchingClients::single).toList());
    }
    return new ConsumerRecords<>(batched, polled.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> single(
      ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        Utils.toNullableArray(record.key()),
        Utils.toNullableArray(record.value()),
        record.headers(),
        record.leaderEpoch());
  }

  private static List<ConsumerRecord<byte[], byte[]>> batches(
      List<ConsumerRecord<ByteBuffer, ByteBuffer>> records, ByteWriter out) {
    List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int to = 0; to < records.size(); to++) {
      int next = RecordBatch.bytes(records.get(to));
      boolean longer = records.get(to).timestamp() - records.get(from).timestamp() > MOST_MS;
      if (to > from && (longer || bytes + next > MOST_BYTES)) {
        batches.add(RecordBatch.of(records.subList(from, to), out));
        from = to;
        bytes = 0;
      }
      bytes += next;
    }
    batches.add(RecordBatch.of(records.subList(from, records.size()), out));
    return batches;
  }

  /** Delegates every call to the consumer, and batches polled records. */
  private final class Batching implements InvocationHandler {
    private final Consumer<ByteBuffer, ByteBuffer> consumer;
    private final PollRation ration;

    /** The consumer returns buffers over its fetched bytes, which are copied once, into a batch. */
    Batching(Consumer<ByteBuffer, ByteBuffer> consumer, PollRation ration) {
      this.consumer = consumer;
      this.ration = ration;
    }

    @Override
    @SuppressWarnings("unchecked") // A poll of a consumer of buffers returns buffers.
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      ration.begin();
      try {
        Object result = method.invoke(consumer, arguments);
        if (!(result instanceof ConsumerRecords<?, ?>)) {
          return result;
        }
        ConsumerRecords<ByteBuffer, ByteBuffer> polled =
            (ConsumerRecords<ByteBuffer, ByteBuffer>) result;
        progress.note(
            consumer.assignment(),
            consumer::currentLag,
            partition -> polled.records(partition).size(),
            topic -> consumer.partitionsFor(topic).size());
        return batch(polled);
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (PollRation.isSpent(cause)) {
          return ConsumerRecords.empty();
        }
        throw cause;
      }
    }
  }
}
