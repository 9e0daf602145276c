package io.tracetide.benchmarks.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.workload.SeriesNames;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records that cannot be processed, sent evenly over a time to the input topics by a plain Kafka
 * producer on its own thread. Each must end in the dead-letter topic.
 */
final class BadRecords implements AutoCloseable {

  /** The largest value that a producer with default settings sends, less its key and headers. */
  private static final int LARGEST = 1_048_376;

  private static final int INFLATED = 3 << 20;
  private static final String ORIGIN = "%s-%d@%d";

  private final BenchPlatform platform;
  private final Clock clock;
  private final Random random;
  private final byte[] valid;
  private final byte[] oversizedEvent;
  private final KafkaProducer<byte[], byte[]> plain;
  private final KafkaProducer<byte[], byte[]> compressing;
  private final Map<TopicPartition, Long> lettersBefore;
  private final List<Future<RecordMetadata>> sent = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;

  private BadRecords(
      BenchPlatform platform,
      Clock clock,
      long seed,
      int oversized,
      int malformed,
      Duration duration) {
    this.platform = platform;
    this.clock = clock;
    this.random = new Random(seed);
    this.valid = event("small");
    this.oversizedEvent = event("x".repeat(INFLATED));
    this.plain = producer("none");
    this.compressing = producer("gzip");
    this.lettersBefore = platform.topics().ends(Topics.TRACES_DEAD_LETTER);
    List<Boolean> order = new ArrayList<>(Collections.nCopies(oversized, true));
    order.addAll(Collections.nCopies(malformed, false));
    Collections.shuffle(order, random);
    this.thread = new Thread(() -> send(order, duration), "bad-records");
    thread.setDaemon(true);
  }

  /** Starts to send so many oversized and malformed records within that time. */
  static BadRecords start(
      BenchPlatform platform,
      Clock clock,
      long seed,
      int oversized,
      int malformed,
      Duration duration) {
    BadRecords records = new BadRecords(platform, clock, seed, oversized, malformed, duration);
    records.thread.start();
    return records;
  }

  private byte[] event(String tag) {
    return new AvroEncoder<>(
            platform.registry(), SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class)
        .encode(
            TraceEvent.newBuilder()
                .setType(TraceEventType.STARTED)
                .setTraceId("oversized")
                .setSpanId("oversized")
                .setServiceName(SeriesNames.TICK_SERVICE)
                .setOperationName(SeriesNames.TICK_SERVICE)
                .setTimestamp(clock.instant())
                .setTags(Map.of("tag", tag))
                .build());
  }

  private KafkaProducer<byte[], byte[]> producer(String compression) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers());
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    if (!compression.equals("none")) {
      // The client compares the size before compression; the broker the size after it.
      settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * INFLATED);
    }
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void send(List<Boolean> order, Duration duration) {
    long begin = System.nanoTime();
    try {
      for (int i = 0; i < order.size(); i++) {
        long due = begin + duration.toNanos() / order.size() * i;
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        if (order.get(i)) {
          sendOversized(i);
        } else {
          sent.add(plain.send(malformed(i)));
        }
      }
    } catch (InterruptedException e) {
      // Closed early.
    }
  }

  private void sendOversized(int number) {
    byte[] key = bytes(16);
    switch (number % 4) {
      case 0 -> sent.add(plain.send(record(number, key, bytes(LARGEST - 100), List.of())));
      case 1 -> sent.add(plain.send(record(number, bytes(600_000), bytes(400_000), List.of())));
      case 2 -> {
        Header large = new RecordHeader("large", bytes(500_000));
        sent.add(plain.send(record(number, key, bytes(500_000), List.of(large))));
      }
      // Only traces: the event is one of its contract, and any topic would refuse the other one.
      default ->
          sent.add(
              compressing.send(new ProducerRecord<>(Topics.TRACES, key, oversizedEvent.clone())));
    }
  }

  private ProducerRecord<byte[], byte[]> malformed(int number) {
    byte[] value =
        switch (number % 5) {
          case 0 -> bytes(random.nextInt(2_048));
          case 1 -> new byte[0];
          case 2 -> Arrays.copyOf(valid, valid.length / 2);
          case 3 -> withSchemaId(Integer.MAX_VALUE - random.nextInt(10));
          default -> "{\"not\":\"avro\"}".getBytes(UTF_8);
        };
    return record(number, bytes(16), value, List.of());
  }

  private ProducerRecord<byte[], byte[]> record(
      int number, byte[] key, byte[] value, List<Header> headers) {
    String topic = number % 2 == 0 ? Topics.TRACES : Topics.METRICS;
    return new ProducerRecord<>(topic, null, clock.millis(), key, value, headers);
  }

  private byte[] withSchemaId(int id) {
    byte[] value = valid.clone();
    for (int i = 0; i < Integer.BYTES; i++) {
      value[1 + i] = (byte) (id >>> (8 * (3 - i)));
    }
    return value;
  }

  /** Random bytes that are not in the wire format, whose first byte is 0. */
  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    if (length > 0) {
      bytes[0] |= 1;
    }
    return bytes;
  }

  /** Waits until all of them are sent and acknowledged. */
  void awaitDone() throws InterruptedException {
    thread.join();
    plain.flush();
    compressing.flush();
  }

  /** How many were acknowledged. */
  int acknowledged() {
    return sent.size();
  }

  /** Origins of the records that have no dead letter, as topic, partition and offset. */
  Set<String> missing() throws InterruptedException {
    Set<String> missing = new HashSet<>();
    for (Future<RecordMetadata> each : List.copyOf(sent)) {
      try {
        RecordMetadata at = each.get();
        missing.add(ORIGIN.formatted(at.topic(), at.partition(), at.offset()));
      } catch (ExecutionException e) {
        throw new EnvironmentException("a bad record was not stored: " + e.getMessage(), e);
      }
    }
    platform.topics().readRecords(lettersBefore, letter -> missing.remove(origin(letter)));
    return missing;
  }

  private static String origin(ConsumerRecord<byte[], byte[]> letter) {
    return ORIGIN.formatted(
        header(letter, "topic"),
        Integer.parseInt(header(letter, "partition")),
        Long.parseLong(header(letter, "offset")));
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  @Override
  public void close() {
    thread.interrupt();
    plain.close(Duration.ZERO);
    compressing.close(Duration.ZERO);
  }
}
