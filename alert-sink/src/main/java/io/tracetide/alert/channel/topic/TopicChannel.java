package io.tracetide.alert.channel.topic;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.size.RecordLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Writes notifications to a topic of the cluster that Tracetide uses. The key is the group key, so
 * that the notifications of a group are in one partition, in their order; the header {@code
 * idempotency-key} is the notification id.
 */
final class TopicChannel implements Channel {
  private static final String IDEMPOTENCY_KEY = "idempotency-key";
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final String topic;
  private final Duration timeout;
  private final RecordValue values;
  private final Map<String, Object> settings;
  private final Function<Map<String, Object>, Producer<byte[], byte[]>> open;
  private @Nullable Producer<byte[], byte[]> producer;

  TopicChannel(Kafka config, ChannelContext context) {
    this(config, context, BoundedProducer::new);
  }

  /**
   * A channel whose producer is opened with the first notification, because a producer whose
   * brokers have no address cannot be created.
   */
  TopicChannel(
      Kafka config,
      ChannelContext context,
      Function<Map<String, Object>, Producer<byte[], byte[]>> open) {
    this.topic = config.topic();
    this.timeout = config.timeout();
    this.values = RecordValue.of(config, context);
    this.settings = settings(config, context);
    this.open = open;
  }

  /** The timeouts replace those of the operator, because an attempt must end within the timeout. */
  private static Map<String, Object> settings(Kafka config, ChannelContext context) {
    Map<String, Object> settings =
        Guarantees.requireDurable(
                ClientProperties.of(context.kafka())
                    .preset(ProducerConfig.CLIENT_ID_CONFIG, "receiver-" + context.receiver())
                    .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES),
                "the receiver " + context.receiver())
            .toMap();
    int millis = Math.toIntExact(config.timeout().toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    return settings;
  }

  @Override
  public String kind() {
    return "kafka";
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    byte[] value;
    try {
      value = values.of(message);
    } catch (RegistryUnavailableException e) {
      return Retryable.because(
          FailureReason.REGISTRY_UNAVAILABLE, "the schema registry does not answer");
    } catch (IncompatibleSchemaException | SerializationException e) {
      return new Rejected(
          FailureReason.CLIENT_ERROR, "the schema registry refuses the schema for " + topic);
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, utf8(message.groupKey()), value);
    record.headers().add(IDEMPOTENCY_KEY, utf8(message.notification().getNotificationId()));
    return send(record);
  }

  private DeliveryResult send(ProducerRecord<byte[], byte[]> record) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      Future<RecordMetadata> sent = producer().send(record);
      sent.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return new Delivered();
    } catch (TimeoutException e) {
      return Retryable.because(
          FailureReason.TIMEOUT, "no acknowledgement within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      return Retryable.because(FailureReason.INTERRUPTED, "cut short by a shutdown");
    } catch (KafkaException | IllegalStateException e) {
      return failed(e);
    }
  }

  private DeliveryResult failed(Throwable failure) {
    if (KafkaVerdict.isFatal(failure)) {
      close();
    }
    return KafkaVerdict.of(failure, topic);
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> opened = producer;
    if (opened == null) {
      opened = open.apply(settings);
      producer = opened;
    }
    return opened;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Producer<byte[], byte[]> opened = producer;
    producer = null;
    if (opened != null) {
      opened.close(CLOSE);
    }
  }
}
