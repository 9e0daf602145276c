package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the published windows and records the time from the end of each window of ten seconds to
 * its first committed record.
 */
final class WindowArrivals implements Runnable, AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Map<String, Object> settings;
  private final Map<TopicPartition, Long> from;
  private final AvroDecoder<WindowAggregate> decoder;
  private final Clock clock;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Thread thread = new Thread(this, "window-arrivals");
  private volatile boolean ending;

  /**
   * A window that arrived.
   *
   * @param endMs its end
   * @param delayMs how long after its end it arrived
   */
  record Arrival(long endMs, double delayMs) {}

  private WindowArrivals(BenchPlatform platform, Map<TopicPartition, Long> from, Clock clock) {
    this.settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            platform.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    this.from = from;
    this.decoder = new AvroDecoder<>(platform.registry(), WindowAggregate.class);
    this.clock = clock;
    thread.setDaemon(true);
  }

  /** Starts to read from those offsets of {@link Topics#WINDOW_AGGREGATES} on. */
  static WindowArrivals start(BenchPlatform platform, Map<TopicPartition, Long> from, Clock clock) {
    WindowArrivals arrivals = new WindowArrivals(platform, from, clock);
    arrivals.thread.start();
    return arrivals;
  }

  @Override
  public void run() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      while (!ending) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          note(decoder.decode(record.value()));
        }
      }
    }
  }

  private void note(WindowAggregate window) {
    Duration size = Duration.between(window.getWindowStart(), window.getWindowEnd());
    if (size.equals(Workload.WINDOW) && window.getRevision() == 0) {
      long endMs = window.getWindowEnd().toEpochMilli();
      synchronized (this) {
        arrivals.add(new Arrival(endMs, clock.millis() - endMs));
      }
    }
  }

  /** Windows that arrived so far. */
  synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  @Override
  public void close() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
