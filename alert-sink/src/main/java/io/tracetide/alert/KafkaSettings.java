package io.tracetide.alert;

import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.topology.FailedRecords;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.size.RecordLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of every Kafka client of the sink. The operator's properties come over ours, except
 * those that the promises rest on.
 */
final class KafkaSettings {
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int HEARTBEAT_MS = 3_000;
  private static final int MAX_POLL_RECORDS = 200;

  private final SinkConfig config;
  private final KafkaConfig kafka;

  KafkaSettings(SinkConfig config, KafkaConfig kafka) {
    this.config = config;
    this.kafka = kafka;
  }

  KafkaConfig config() {
    return kafka;
  }

  /** For the decision. */
  Properties streams(SinkMetrics metrics) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, clientId());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallRocksDb.class);
    // There is no global store; unless this is set, Streams warns of it at every start.
    settings.put("processing.exception.handler.global.enabled", true);
    consumer(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest", settings);
    consumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS, settings);
    consumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS, settings);
    consumer(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS, settings);
    if (!config.instanceId().isEmpty()) {
      consumer(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId(), settings);
    }
    producer(ProducerConfig.LINGER_MS_CONFIG, 5, settings);
    producer(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000, settings);
    producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES, settings);
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        RecordLimits.MESSAGE_BYTES);
    settings.putAll(kafka.properties());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    settings.put(FailedRecords.METRICS, metrics);
    return settings;
  }

  /** For reading the notifications of a group. */
  Map<String, Object> delivering(String groupId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
    settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 30_000);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    if (!config.instanceId().isEmpty()) {
      settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }
    settings.putAll(kafka.properties());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return settings;
  }

  /** For outcomes and dead letters. */
  Map<String, Object> outcomes() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-outcomes");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES);
    settings.putAll(kafka.properties());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return settings;
  }

  /** For showing the newest outcomes, without a group. */
  Map<String, Object> history() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, config.applicationId() + "-history");
    settings.putAll(kafka.properties());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  /** The same at every start: Streams itself would add a random id, and meters and logs show it. */
  private String clientId() {
    return config.instanceId().isEmpty()
        ? config.applicationId()
        : config.applicationId() + "-" + config.instanceId();
  }

  private static void consumer(String key, Object value, Properties settings) {
    settings.put(StreamsConfig.consumerPrefix(key), value);
  }

  private static void producer(String key, Object value, Properties settings) {
    settings.put(StreamsConfig.producerPrefix(key), value);
  }
}
