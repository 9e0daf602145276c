package io.tracetide.processor;

import io.tracetide.processor.ProcessorConfig.Guarantee;
import io.tracetide.processor.topology.intake.ProcessorFailurePolicy;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.runtime.kafka.streams.BoundedRocksDb;
import io.tracetide.schemas.size.RecordLimits;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp;

/** Properties of the processor's Kafka Streams application and of its audit producer. */
final class StreamsSettings {

  private StreamsSettings() {}

  /**
   * Properties of the Streams application.
   *
   * @param server {@code host:port} at which the other instances reach this one
   */
  static ClientProperties of(ProcessorConfig config, KafkaConfig kafka, String server) {
    ClientProperties settings = ClientProperties.of(kafka);
    settings
        .preset(StreamsConfig.CLIENT_ID_CONFIG, clientId(config))
        .preset(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads())
        .preset(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis())
        .preset(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class)
        .preset(BoundedRocksDb.CACHE_BYTES, (long) config.memory().rocksDbCacheMb() << 20)
        // There is no global store, but without this Kafka Streams logs a warning at every start.
        .preset("processing.exception.handler.global.enabled", true)
        // Partial counts are read within a second, so processed records are purged early.
        .preset(StreamsConfig.REPARTITION_PURGE_INTERVAL_MS_CONFIG, 30_000)
        .preset(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1)
        // Most records are batches or blocks of partial counts, so a few of them are large enough.
        .preset(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16)
        // Other producers may write records without a valid time; Tracetide writes none.
        .preset(
            StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
            LogAndSkipOnInvalidTimestamp.class)
        .preset(
            StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
            RecordLimits.MESSAGE_BYTES);
    standby(settings, config);
    consumer(settings, config);
    producer(settings, config);
    require(settings, config, server);
    return settings;
  }

  private static void require(ClientProperties settings, ProcessorConfig config, String server) {
    settings
        .require(
            StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId(), "processor.applicationId")
        .require(StreamsConfig.STATE_DIR_CONFIG, config.stateDir(), "processor.stateDir")
        .require(StreamsConfig.APPLICATION_SERVER_CONFIG, server, "processor.advertisedAddress");
    Guarantees.require(
        settings,
        config.guarantee().name().toLowerCase(Locale.ROOT),
        "processor.guarantee",
        ProcessorFailurePolicy.class);
  }

  /** Stable over restarts, because meters and logs contain it; the default has a random part. */
  private static String clientId(ProcessorConfig config) {
    return config.instanceId().isBlank()
        ? config.applicationId()
        : config.applicationId() + "-" + config.instanceId();
  }

  /**
   * A partition moves to an instance that lags at most this many records of its changelogs; with a
   * larger lag the instance warms up beside the owner first, two partitions at a time, and is
   * checked every minute (the default of Kafka Streams is ten).
   */
  private static void standby(ClientProperties settings, ProcessorConfig config) {
    settings
        .preset(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas())
        .preset(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 10_000L)
        .preset(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 2)
        .preset(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
  }

  /** Properties of the producer of the role's own audit entries. */
  static ClientProperties audit(KafkaConfig kafka) {
    return Guarantees.requireDurable(
        ClientProperties.of(kafka)
            .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES)
            .preset(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-processor-audit")
            .preset(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L << 20),
        "the audit trail of the processor");
  }

  private static void consumer(ClientProperties settings, ProcessorConfig config) {
    settings
        .presetConsumer(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
        // A crashed instance is detected after 10 s; waiting for the registry does not exceed the
        // poll interval.
        .presetConsumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000)
        .presetConsumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000)
        .presetConsumer(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 300_000)
        .presetConsumer(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    if (!config.instanceId().isBlank()) {
      settings.presetConsumer(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }
  }

  private static void producer(ClientProperties settings, ProcessorConfig config) {
    settings
        .presetProducer(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
        .presetProducer(ProducerConfig.LINGER_MS_CONFIG, 20)
        // Thousands of windows are published at once; larger batches need fewer compressor
        // instances.
        .presetProducer(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024)
        .presetProducer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES);
    if (config.guarantee() == Guarantee.EXACTLY_ONCE_V2) {
      settings.presetProducer(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
    }
  }
}
