package io.tracetide.gateway.publish;

import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.schemas.size.RecordLimits;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Properties of the gateway's Kafka producers: durable, with batches that compress well. */
public final class ProducerConfigs {

  private static final int MAX_BLOCK_MS = 1_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;
  private static final int LINGER_MS = 10;
  private static final int BATCH_BYTES = 128 * 1_024;

  private ProducerConfigs() {}

  /**
   * Adds the properties of one producer.
   *
   * @param settings with the operator's properties
   * @param acknowledgeWithin time after which a record counts as not delivered
   * @param bufferBytes buffer of the producer; at least the gateway's limit of bytes in flight
   */
  public static ClientProperties complete(
      ClientProperties settings, Duration acknowledgeWithin, long bufferBytes) {
    settings
        .preset(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-gateway")
        .preset(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
        .preset(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS)
        .preset(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES)
        .preset(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes)
        .preset(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS)
        .preset(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS)
        .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES)
        // Metadata that expired while idle would delay the next request beyond max.block.ms.
        .preset(
            ProducerConfig.METADATA_MAX_IDLE_CONFIG, Math.toIntExact(Duration.ofDays(7).toMillis()))
        .require(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Math.toIntExact(acknowledgeWithin.toMillis()),
            "gateway.acknowledgeWithin");
    return Guarantees.requireDurable(settings, "the acknowledgement of requests by the gateway");
  }
}
