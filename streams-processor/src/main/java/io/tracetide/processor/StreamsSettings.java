package io.tracetide.processor;

import io.tracetide.processor.ProcessorConfig.Guarantee;
import io.tracetide.processor.topology.intake.FailedRecords;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.size.RecordLimits;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp;

/** Settings of Kafka Streams for the processor. */
final class StreamsSettings {

  private StreamsSettings() {}

  /**
   * Merges what the processor needs with what the operator wants of Kafka. The operator's
   * properties come over ours, except those that the promises rest on.
   *
   * @param server host and port at which this instance can be asked
   */
  static Properties of(ProcessorConfig config, KafkaConfig kafka, String server) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, clientId(config));
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, server);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    settings.put(BoundedRocksDb.CACHE_BYTES, (long) config.memory().rocksDbCacheMb() << 20);
    // A store or topic with a generated name would be orphaned by the next change of the topology.
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // There is no global store; unless this is set, Streams warns of it at every start.
    settings.put("processing.exception.handler.global.enabled", true);
    // Partial counts are read within a second; what was read need not stay.
    settings.put(StreamsConfig.REPARTITION_PURGE_INTERVAL_MS_CONFIG, 30_000);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    standby(settings, config);
    // Most of what is read comes in batches, and partial counts in blocks: a few are much.
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16);
    consumer(settings, config);
    producer(settings, config);
    // Records of strangers to topics of ours: none of ours has such a time.
    settings.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, LogAndSkipOnInvalidTimestamp.class);
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        RecordLimits.MESSAGE_BYTES);
    settings.putAll(kafka.properties());
    promised(settings, config, kafka);
    return settings;
  }

  private static void promised(Properties settings, ProcessorConfig config, KafkaConfig kafka) {
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        config.guarantee().name().toLowerCase(Locale.ROOT));
    settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
  }

  /** The same at every start: Streams itself would add a random id, and meters and logs show it. */
  private static String clientId(ProcessorConfig config) {
    return config.instanceId().isBlank()
        ? config.applicationId()
        : config.applicationId() + "-" + config.instanceId();
  }

  /**
   * A partition moves to an instance that lags this many records of its changelogs or less; another
   * one warms up beside the owner first, two partitions at a time, and is looked at every minute,
   * where Streams itself would look every ten.
   */
  private static void standby(Properties settings, ProcessorConfig config) {
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    settings.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 10_000L);
    settings.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 2);
    settings.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
  }

  /** For entries of the audit trail that belong to no record. */
  static Map<String, Object> audit(KafkaConfig kafka) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES);
    settings.putAll(kafka.properties());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-processor-audit");
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L << 20);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return settings;
  }

  private static void consumer(Properties settings, ProcessorConfig config) {
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // A dead instance is missed after 10 s; one that waits for the registry is not dead.
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 3_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 300_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
    if (!config.instanceId().isBlank()) {
      settings.put(
          StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
          config.instanceId());
    }
  }

  private static void producer(Properties settings, ProcessorConfig config) {
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    // Windows are published by the thousand; every batch costs a compressor of its own.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 * 1024);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        RecordLimits.REQUEST_BYTES);
    if (config.guarantee() == Guarantee.EXACTLY_ONCE_V2) {
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 30_000);
    }
  }
}
