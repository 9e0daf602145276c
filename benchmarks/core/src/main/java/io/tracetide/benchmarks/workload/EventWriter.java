package io.tracetide.benchmarks.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Writes a workload to Kafka, followed by one tick in each partition: a span outside the workload
 * with an event time so late that every window of ten seconds or a minute closes without waiting.
 */
public final class EventWriter implements AutoCloseable {

  /** Time from the last event to the ticks. */
  public static final Duration TICK_AFTER = Duration.ofMinutes(3);

  /** Events in a record: those of a request or a moment of a busy sender, in one partition. */
  public static final int BATCHED = 250;

  private static final int REPORT_EVERY = 1 << 16;

  /** Number of unfinished spans when one of them ends, in workloads with start events. */
  private static final int UNDER_WAY = 1_000;

  /** How records are keyed. */
  public enum Key {
    /** By trace id, as services do; unrelated to the series. */
    TRACE,
    /** Not at all: several events in a record of the partition of their trace ids. */
    BATCH,
    /** By service and operation, so that a design that groups by key needs no repartition. */
    SERIES
  }

  private final Workload workload;
  private final EventRecords records;
  private long others;
  private final SeriesNames names;
  private final int batchSchema;
  private final List<TraceEventBatchWriter> batches = new ArrayList<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  public EventWriter(Workload workload, String bootstrapServers, SchemaRegistry registry) {
    this.workload = workload;
    this.records = new EventRecords(workload, registry);
    this.names = new SeriesNames(workload);
    this.batchSchema =
        registry.register(
            SubjectCatalog.valueSubject(Topics.TRACE_BATCHES), TraceEventBatchWriter.schema());
    this.producer =
        new KafkaProducer<>(
            settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Map<String, Object> settings(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    return settings;
  }

  /**
   * Writes everything and waits until all of it is acknowledged.
   *
   * @param progress receives the number of sent events periodically
   * @return bytes of the values, without the ticks
   */
  public long write(String topic, Key key, LongConsumer progress) {
    long bytes = 0;
    EventSequence starts = workload.sequence();
    for (int ahead = 0; workload.lifecycle() && ahead < UNDER_WAY; ahead++) {
      bytes += sendNextStart(topic, key, starts);
    }
    EventSequence events = workload.sequence();
    while (events.next()) {
      if (workload.lifecycle()) {
        bytes += sendNextStart(topic, key, starts);
      }
      bytes += send(topic, key, events);
      if (events.index() % REPORT_EVERY == 0) {
        progress.accept(events.index());
      }
    }
    for (int partition = 0; partition < batches.size(); partition++) {
      bytes += sendBatch(topic, partition, workload.startMs());
    }
    tick(topic);
    flush();
    progress.accept(workload.events());
    return bytes;
  }

  private int sendNextStart(String topic, Key key, EventSequence starts) {
    return starts.next() ? send(topic, key, starts, records.encodeStart(starts)) : 0;
  }

  /** Sends the current event and returns the bytes of its value; does not wait. */
  public int send(String topic, Key key, EventSequence at) {
    return send(topic, key, at, records.encode(at));
  }

  private int send(String topic, Key key, EventSequence at, byte[] value) {
    if (key == Key.BATCH) {
      return add(topic, at, value);
    }
    byte[] keyBytes =
        key == Key.TRACE
            ? EventRecords.traceKey(at)
            : seriesKey(names.service(at.series()), names.operation(at.series()));
    send(new ProducerRecord<>(topic, null, at.timestampMicros() / 1_000, keyBytes, value));
    return value.length;
  }

  /** Adds an event to the batch of its partition; the bytes of the batch when it is sent. */
  private int add(String topic, EventSequence at, byte[] value) {
    while (batches.size() < producer.partitionsFor(topic).size()) {
      batches.add(new TraceEventBatchWriter());
    }
    int partition = Utils.toPositive(Utils.murmur2(EventRecords.traceKey(at))) % batches.size();
    TraceEventBatchWriter batch = batches.get(partition);
    if (!batch.add(value)) {
      throw new IllegalStateException(BATCHED + " events do not fit into a batch");
    }
    return batch.events() < BATCHED ? 0 : sendBatch(topic, partition, at.timestampMicros() / 1_000);
  }

  private int sendBatch(String topic, int partition, long timestampMs) {
    byte[] record = batches.get(partition).write(batchSchema);
    send(new ProducerRecord<>(topic, partition, timestampMs, null, record));
    return record.length;
  }

  /** Sends a span of a service outside the workload; does not wait. */
  public void sendOther(String topic, String service, String operation, long timestampMs) {
    String traceId = otherTrace();
    byte[] value = records.encodeOther(traceId, service, operation, timestampMs);
    send(new ProducerRecord<>(topic, null, timestampMs, traceId.getBytes(UTF_8), value));
  }

  /** Sends one tick to each partition. */
  public void tick(String topic) {
    long at = workload.startMs() + workload.span().toMillis() + TICK_AFTER.toMillis();
    int partitions = producer.partitionsFor(topic).size();
    for (int partition = 0; partition < partitions; partition++) {
      String traceId = otherTrace();
      while (Utils.toPositive(Utils.murmur2(traceId.getBytes(UTF_8))) % partitions != partition) {
        traceId = otherTrace();
      }
      byte[] value =
          records.encodeOther(traceId, SeriesNames.TICK_SERVICE, SeriesNames.TICK_SERVICE, at);
      if (!batches.isEmpty()) {
        batches.get(partition).add(value);
        sendBatch(topic, partition, at);
        continue;
      }
      send(new ProducerRecord<>(topic, partition, at, traceId.getBytes(UTF_8), value));
    }
  }

  /** Id of a trace that the workload does not have. */
  private String otherTrace() {
    return String.format(Locale.ROOT, "0f%030x", ++others);
  }

  /** Waits until everything sent is acknowledged, and fails if something was not. */
  public void flush() {
    producer.flush();
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("an event was not written: " + first.getMessage(), first);
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (written, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private static byte[] seriesKey(String service, String operation) {
    return (service + '\0' + operation).getBytes(UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
