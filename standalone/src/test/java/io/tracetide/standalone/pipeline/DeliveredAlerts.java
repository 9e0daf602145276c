package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.Notification;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Notifications and their outcomes after anomalies and notifications were sent. */
final class DeliveredAlerts {
  private final PipelineFixture kafka;
  private final AvroDecoder<Notification> decoder;

  DeliveredAlerts(PipelineFixture kafka) {
    this.kafka = kafka;
    this.decoder = new AvroDecoder<>(kafka.schemas(), Notification.class);
  }

  /**
   * The newest notification of the sink has every accepted anomaly, which are all in one group, and
   * each notification has an outcome.
   *
   * @param notifications that were sent to the topic beside those of the sink
   */
  void verify(List<SentRecord> anomalies, List<SentRecord> notifications) throws Exception {
    Set<Position> sent = new HashSet<>();
    for (SentRecord notification : notifications) {
      RecordMetadata at = notification.metadata().get();
      sent.add(new Position(new TopicPartition(notification.topic(), at.partition()), at.offset()));
    }
    List<Notification> decided = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.read(Topics.NOTIFICATIONS)) {
      if (!sent.contains(Position.of(record))) {
        decided.add(decoder.decode(record.value()));
      }
    }
    assertThat(decided).isNotEmpty();
    assertThat(decided.stream().map(Notification::getGroupKey).distinct()).hasSize(1);
    Notification newest =
        decided.stream().max(Comparator.comparing(Notification::getSequence)).orElseThrow();
    assertThat(newest.getAlerts().size() + newest.getOmittedAlerts())
        .isEqualTo(accepted(anomalies));
    assertThat(kafka.read(Topics.NOTIFICATION_LOG))
        .hasSize(decided.size() + accepted(notifications));
  }

  private static int accepted(List<SentRecord> records) {
    return (int) records.stream().filter(SentRecord::good).count();
  }

  private record Position(TopicPartition partition, long offset) {
    static Position of(ConsumerRecord<byte[], byte[]> record) {
      return new Position(new TopicPartition(record.topic(), record.partition()), record.offset());
    }
  }
}
