package io.tracetide.benchmarks.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes a {@link FaultyLoad} to the topic of traces, one window after the other. */
final class LoadWriter implements AutoCloseable {
  private final FaultyLoad load;
  private final AvroEncoder<TraceEvent> encoder;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  LoadWriter(FaultyLoad load, BenchPlatform platform) {
    this.load = load;
    this.encoder =
        new AvroEncoder<>(
            platform.registry(), SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                platform.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Writes all windows, and then a span of another service in each partition, so late that all of
   * them are closed.
   *
   * @param pause time between two windows
   * @param allowed windows after the warm-up that may be written
   */
  void write(Duration pause, Semaphore allowed) throws InterruptedException {
    for (int window = 0; window < load.windows(); window++) {
      if (window >= FaultyLoad.WARM_UP) {
        allowed.acquire();
      }
      load.forEachSpan(window, span -> send(span, null));
      requireWritten();
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
    int partitions = producer.partitionsFor(Topics.TRACES).size();
    for (int partition = 0; partition < partitions; partition++) {
      send(load.tick(partition), partition);
    }
    producer.flush();
    requireWritten();
  }

  private void send(FaultyLoad.Span span, @Nullable Integer partition) {
    byte[] value =
        encoder.encode(
            TraceEvent.newBuilder()
                .setType(TraceEventType.COMPLETED)
                .setTraceId(span.traceId())
                .setSpanId(span.traceId().substring(0, 16))
                .setServiceName(span.service())
                .setOperationName(span.operation())
                .setSpanKind(SpanKind.SERVER)
                .setStatus(span.failed() ? TraceStatus.FAILED : TraceStatus.COMPLETED)
                .setTimestamp(span.end())
                .setDurationMicros(span.durationMicros())
                .build());
    var unused =
        producer.send(
            new ProducerRecord<>(
                Topics.TRACES,
                partition,
                span.end().toEpochMilli(),
                span.traceId().getBytes(UTF_8),
                value),
            (written, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  private void requireWritten() {
    Exception first = failure.get();
    if (first != null) {
      throw new IllegalStateException("a span was not written: " + first.getMessage(), first);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
