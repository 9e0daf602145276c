package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Appends inputs with a producer that waits for all replicas. Thread-safe. */
public final class KafkaInputLog implements InputLog {
  private static final Duration ACKNOWLEDGED = Duration.ofSeconds(8);
  private static final Duration HANDLED = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final AvroEncoder<AlertInput> encoder;
  private final DecisionProgress progress;
  private final SuspensionWatch suspensions;

  /**
   * Appends with a producer.
   *
   * @param producer idempotent; not closed
   * @param progress of the decision of this instance
   * @param suspensions of this process, after which requests may be old
   */
  public KafkaInputLog(
      Producer<byte[], byte[]> producer,
      SchemaRegistry registry,
      DecisionProgress progress,
      SuspensionWatch suspensions) {
    this.producer = producer;
    this.encoder =
        new AvroEncoder<>(
            registry, SubjectCatalog.valueSubject(AlertTopology.INPUTS), AlertInput.class);
    this.progress = progress;
    this.suspensions = suspensions;
  }

  @Override
  public void append(List<AlertInput> inputs) {
    if (suspensions.isInDoubt()) {
      throw new InputsRefusedException("the sink was suspended, and the request may be old");
    }
    try {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (AlertInput input : inputs) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    AlertTopology.INPUTS,
                    input.getTenantId().getBytes(UTF_8),
                    encoder.encode(input))));
      }
      awaitHandled(acknowledged(sent));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputsRefusedException("the sink is stopping", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InputsRefusedException("Kafka has not accepted it: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new InputsRefusedException(
          "Kafka has not acknowledged it in " + ACKNOWLEDGED.toSeconds() + " s", e);
    } catch (KafkaException e) {
      throw new InputsRefusedException("it cannot be written: " + e.getMessage(), e);
    }
  }

  /** The newest offset of each partition. */
  private static Map<Integer, Long> acknowledged(List<Future<RecordMetadata>> sent)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + ACKNOWLEDGED.toNanos();
    Map<Integer, Long> newest = new HashMap<>();
    for (Future<RecordMetadata> each : sent) {
      RecordMetadata written = each.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      newest.merge(written.partition(), written.offset(), Math::max);
    }
    return newest;
  }

  private void awaitHandled(Map<Integer, Long> newest) throws InterruptedException {
    long end = System.nanoTime() + HANDLED.toNanos();
    for (Map.Entry<Integer, Long> written : newest.entrySet()) {
      boolean unused =
          progress.await(
              written.getKey(), written.getValue(), Duration.ofNanos(end - System.nanoTime()));
    }
  }
}
