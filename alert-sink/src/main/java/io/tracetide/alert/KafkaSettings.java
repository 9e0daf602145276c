package io.tracetide.alert;

import io.tracetide.alert.topology.SinkFailurePolicy;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.runtime.kafka.feedback.FeedbackReader;
import io.tracetide.runtime.kafka.streams.BoundedRocksDb;
import io.tracetide.schemas.size.RecordLimits;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Properties of each Kafka client of the sink. */
final class KafkaSettings {
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int HEARTBEAT_MS = 3_000;
  private static final int MAX_POLL_RECORDS = 200;

  /** For some thousand alerts: one cache for all partitions, and write buffers for each. */
  private static final long ROCKSDB_CACHE_BYTES = 8L << 20;

  private static final long ROCKSDB_WRITE_BUFFER_BYTES = 1L << 20;

  private final SinkConfig config;
  private final KafkaConfig kafka;

  KafkaSettings(SinkConfig config, KafkaConfig kafka) {
    this.config = config;
    this.kafka = kafka;
  }

  /** Properties of the Streams application. */
  ClientProperties streams() {
    ClientProperties settings =
        ClientProperties.of(kafka)
            .preset(StreamsConfig.CLIENT_ID_CONFIG, clientId())
            .preset(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1)
            .preset(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000)
            .preset(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1)
            .preset(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class)
            .preset(BoundedRocksDb.CACHE_BYTES, ROCKSDB_CACHE_BYTES)
            .preset(BoundedRocksDb.WRITE_BUFFER_BYTES, ROCKSDB_WRITE_BUFFER_BYTES)
            // There is no global store; unless this is set, Streams warns of it at every start.
            .preset("processing.exception.handler.global.enabled", true)
            .preset(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                RecordLimits.MESSAGE_BYTES)
            .presetConsumer(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
            .presetConsumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS)
            .presetConsumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS)
            .presetConsumer(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS)
            .presetProducer(ProducerConfig.LINGER_MS_CONFIG, 5)
            .presetProducer(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000)
            .presetProducer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES)
            .require(
                StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId(), "sink.applicationId")
            .require(StreamsConfig.STATE_DIR_CONFIG, config.stateDir(), "sink.stateDir");
    if (!config.advertisedAddress().isEmpty()) {
      settings.require(
          StreamsConfig.APPLICATION_SERVER_CONFIG,
          config.advertisedAddress(),
          "sink.advertisedAddress");
    }
    if (!config.instanceId().isEmpty()) {
      settings.presetConsumer(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }
    return Guarantees.require(
        settings, StreamsConfig.EXACTLY_ONCE_V2, "the alert sink", SinkFailurePolicy.class);
  }

  /** Properties of the consumer of notifications of a receiver. */
  ClientProperties delivering(String groupId) {
    ClientProperties settings =
        ClientProperties.of(kafka)
            .preset(ConsumerConfig.CLIENT_ID_CONFIG, groupId)
            .preset(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS)
            .preset(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS)
            .preset(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 30_000)
            .preset(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS)
            .require(ConsumerConfig.GROUP_ID_CONFIG, groupId, "sink.applicationId");
    if (!config.instanceId().isEmpty()) {
      settings.preset(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }
    return Guarantees.requireCommitted(settings, "the delivery of the alert sink");
  }

  /** Properties of the producers of outcomes, dead letters and audit entries. */
  ClientProperties outcomes() {
    return Guarantees.requireDurable(
        ClientProperties.of(kafka)
            .preset(ProducerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-outcomes")
            .preset(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000)
            .preset(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000)
            .preset(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000)
            .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES),
        "the outcomes of the alert sink");
  }

  /** Properties of the producer of alerts and commands that the API accepts. */
  ClientProperties inputs() {
    return Guarantees.requireDurable(
        ClientProperties.of(kafka)
            .preset(ProducerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-inputs")
            .preset(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000)
            .preset(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000)
            .preset(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000)
            .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES),
        "the API of the alert sink");
  }

  /** Properties of the consumer of the newest outcomes for the API, without a group. */
  ClientProperties history() {
    return ClientProperties.of(kafka)
        .preset(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-history")
        .require(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, "the history of the alert sink")
        .require(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest", "the history of the alert sink");
  }

  /** Properties of the consumer of the states of deliveries, without a group. */
  ClientProperties states() {
    ClientProperties settings =
        ClientProperties.of(kafka)
            .preset(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-delivery-state")
            .preset(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    return Guarantees.requireCommitted(settings, "the delivery of the alert sink")
        .forbid(ConsumerConfig.GROUP_ID_CONFIG, "the delivery of the alert sink");
  }

  /** Properties of the consumer of the feedback, without a group. */
  ClientProperties feedback() {
    return FeedbackReader.settings(
        ClientProperties.of(kafka), config.applicationId() + "-feedback");
  }

  /**
   * The client id, the same at every start: by default Streams adds a random id, which would be in
   * meters and logs.
   */
  private String clientId() {
    return config.instanceId().isEmpty()
        ? config.applicationId()
        : config.applicationId() + "-" + config.instanceId();
  }
}
