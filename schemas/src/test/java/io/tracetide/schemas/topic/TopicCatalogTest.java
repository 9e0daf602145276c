package io.tracetide.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogTest {

  private static final String UNLIMITED = Long.toString(Long.MAX_VALUE);

  @Test
  void shouldListEveryTopicOnce() throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : Topics.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == String.class) {
        names.add((String) field.get(null));
      }
    }

    assertThat(TopicCatalog.all().stream().map(TopicSpec::name)).containsExactlyElementsOf(names);
  }

  @ParameterizedTest
  @CsvSource({
    "traces, delete, 86400000, 300000",
    "trace-batches, delete, 86400000, 300000",
    "metrics, delete, 86400000, 300000",
    "window-aggregates, delete, 604800000, 9223372036854775807",
    "anomalies, delete, 2592000000, 9223372036854775807",
    "alert-commands, compact, , 9223372036854775807",
    "notifications, delete, 604800000, 9223372036854775807",
    "notification-log, 'compact,delete', 2592000000, 9223372036854775807",
    "delivery-state, 'compact,delete', 1209600000, 9223372036854775807",
    "audit-entries, delete, 2592000000, 9223372036854775807",
    "audit, delete, 34560000000, 9223372036854775807",
    "traces-dead-letter, delete, 604800000, 9223372036854775807",
    "notifications-dead-letter, delete, 604800000, 9223372036854775807",
  })
  void shouldKeepRecordsAsLongAsTheyAreNeeded(
      String topic, String policy, String retentionMs, String futureFenceMs) {
    Map<String, String> configs = TopicCatalog.spec(topic).configs();

    assertThat(configs.get("cleanup.policy")).isEqualTo(policy);
    assertThat(configs.get("retention.ms")).isEqualTo(retentionMs);
    assertThat(configs.get("message.timestamp.after.max.ms")).isEqualTo(futureFenceMs);
  }

  @Test
  void shouldTakeTheLargestRecordEverywhereWhateverTheBrokersDefaultIs() {
    assertThat(TopicCatalog.all())
        .allSatisfy(
            spec -> assertThat(spec.configs()).containsEntry("max.message.bytes", "1048588"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"traces-dead-letter", "notifications-dead-letter"})
  void shouldNeverRefuseADeadLetterForItsTimestampNorKeepItUntilThen(String topic) {
    Map<String, String> configs = TopicCatalog.spec(topic).configs();

    assertThat(configs)
        .containsEntry("message.timestamp.before.max.ms", UNLIMITED)
        .containsEntry("message.timestamp.after.max.ms", UNLIMITED)
        .containsEntry("message.timestamp.type", "LogAppendTime");
  }

  @ParameterizedTest
  @ValueSource(strings = {"window-aggregates", "anomalies", "audit-entries", "audit"})
  void shouldCountTheRetentionOfResultsFromTheTimeOfWriting(String topic) {
    assertThat(TopicCatalog.spec(topic).configs())
        .containsEntry("message.timestamp.type", "LogAppendTime");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "window-aggregates",
        "anomalies",
        "alert-commands",
        "notifications",
        "notification-log",
        "audit",
        "traces-dead-letter",
        "notifications-dead-letter"
      })
  void shouldStoreTopicsForOtherClientsWithGzip(String topic) {
    assertThat(TopicCatalog.spec(topic).configs()).containsEntry("compression.type", "gzip");
  }

  @Test
  void shouldRollSegmentsOftenEnoughForTheRetention() {
    for (TopicSpec spec : TopicCatalog.all()) {
      long segmentMs = Long.parseLong(spec.configs().getOrDefault("segment.ms", "604800000"));
      String retentionMs = spec.configs().getOrDefault("retention.ms", "2592000000");
      assertThat(segmentMs).as(spec.name()).isLessThanOrEqualTo(Long.parseLong(retentionMs) / 4);
    }
  }

  @Test
  void shouldRequireTwoInSyncReplicasOnThreeBrokers() {
    NewTopic alone = TopicCatalog.spec("traces").toNewTopic(4, (short) 1);
    NewTopic cluster = TopicCatalog.spec("traces").toNewTopic(4, (short) 3);

    assertThat(alone.configs()).doesNotContainKey("min.insync.replicas");
    assertThat(cluster.configs()).containsEntry("min.insync.replicas", "2");
    assertThat(cluster.numPartitions()).isEqualTo(4);
  }

  @Test
  void shouldRefuseASpecThatContradictsItself() {
    assertThatThrownBy(() -> new TopicSpec("t", Map.of("cleanup.policy", "delete"), true))
        .hasMessageContaining("t");
  }

  @Test
  void shouldRefuseATopicThatIsNotInTheCatalog() {
    assertThatThrownBy(() -> TopicCatalog.spec("nope")).hasMessageContaining("nope");
  }

  @Test
  void shouldNameTopicsWithDifferentNumbersOfPartitions() {
    assertThat(TopicCatalog.mismatch(Map.of("traces", 4, "trace-batches", 6)))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("topic traces has 4 partitions and topic trace-batches has 6"));
    assertThat(TopicCatalog.mismatch(Map.of("traces", 4, "trace-batches", 4))).isEmpty();
    assertThat(TopicCatalog.mismatch(Map.of("traces", 4))).isEmpty();
  }
}
