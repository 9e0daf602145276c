package io.tracetide.gateway.publish;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.size.RecordLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Settings of the gateway's Kafka producer: durability first, then batches that compress well. */
public final class ProducerConfigs {

  /** Settings on which the promise of a 200 rests: nobody overrides them. */
  public static final List<String> FIXED =
      List.of(
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

  private static final int MAX_BLOCK_MS = 1_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;
  private static final int LINGER_MS = 10;
  private static final int BATCH_BYTES = 128 * 1_024;

  private ProducerConfigs() {}

  /**
   * Settings for one producer.
   *
   * @param acknowledgeWithin when a record counts as not delivered
   * @param bufferBytes what the producer may hold; no less than the gateway lets in
   */
  public static Map<String, Object> of(
      KafkaConfig kafka,
      Map<String, String> overrides,
      Duration acknowledgeWithin,
      long bufferBytes) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-gateway");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES);
    // A quiet night must not cost the first request of the morning a look-up it may wait for.
    settings.put(
        ProducerConfig.METADATA_MAX_IDLE_CONFIG, Math.toIntExact(Duration.ofDays(7).toMillis()));
    settings.putAll(kafka.properties());
    settings.putAll(overrides);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(acknowledgeWithin.toMillis()));
    return settings;
  }
}
