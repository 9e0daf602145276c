package io.tracetide.benchmarks.micro;

import io.tracetide.client.EmitterSettings;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.Sampling;
import io.tracetide.client.TraceEmitter;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * The cost of publishing for the application thread. Bytes are of the whole JVM: without Kafka they
 * are those of the caller only, otherwise those of the sender's encoding are included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class EmitterBenchmark {

  /** Whether Kafka accepts records or is unreachable. */
  @Param({"there", "away"})
  private String kafka;

  private TraceEmitter emitter;
  private TraceEmitter sampling;
  private TraceEvent event;

  @Setup
  public void start() {
    Supplier<Producer<byte[], byte[]>> producer =
        kafka.equals("there")
            ? Swallowing::new
            : () -> {
              throw new KafkaException("away");
            };
    emitter = TraceEmitter.start(settings("1"), Clock.systemUTC(), producer);
    sampling = TraceEmitter.start(settings("0.00001"), Clock.systemUTC(), producer);
    event =
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setStatus(TraceStatus.COMPLETED)
            .setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")
            .setSpanId("00f067aa0ba902b7")
            .setServiceName("checkout")
            .setOperationName("place order")
            .setTimestamp(Clock.systemUTC().instant())
            .setDurationMicros(1_200L)
            .setTags(Map.of("shop", "berlin", "basket", "3"))
            .build();
  }

  private static EmitterSettings settings(String probability) {
    return EmitterSettings.of(
        Map.of(
            "tracetide.service.name", "checkout",
            "tracetide.bootstrap.servers", "127.0.0.1:9092",
            "tracetide.schema.registry.url", "http://127.0.0.1:8081",
            "tracetide.value.serializer", LocalSerializer.class.getName(),
            "tracetide.resources", "false",
            "tracetide.sampling", probability));
  }

  @TearDown
  public void stop() {
    emitter.close(Duration.ZERO);
    sampling.close(Duration.ZERO);
  }

  /** Publishes an existing event. */
  @Benchmark
  public void enqueue() {
    emitter.emit(event);
  }

  /** The same by two threads; the value is that of each thread. */
  @Benchmark
  @Threads(2)
  public void enqueueByTwo() {
    emitter.emit(event);
  }

  /** A trace from its start to its end: two events, created and published. */
  @Benchmark
  public void trace() {
    try (ExecutionTrace trace = emitter.startExecutionTrace("place order")) {
      trace.complete();
    }
  }

  /** A trace that is not sampled by {@link Sampling}. */
  @Benchmark
  public void traceUnsampled() {
    try (ExecutionTrace trace = sampling.startExecutionTrace("place order")) {
      trace.complete();
    }
  }

  /** Acknowledges at once, and forgets. */
  private static final class Swallowing extends MockProducer<byte[], byte[]> {

    private static final Future<RecordMetadata> UNUSED = new CompletableFuture<>();

    Swallowing() {
      super(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      callback.onCompletion(null, null);
      return UNUSED;
    }
  }
}
