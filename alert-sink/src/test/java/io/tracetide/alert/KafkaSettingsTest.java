package io.tracetide.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.topology.SinkFailurePolicy;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.KafkaConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once, the alert sink",
    "application.id, other, sink.applicationId",
    "state.dir, /tmp, sink.stateDir",
    "group.id, other, the alert sink",
    "enable.auto.commit, true, the alert sink",
    "isolation.level, read_uncommitted, the alert sink",
    "auto.offset.reset, latest, the delivery of the alert sink",
    "acks, 0, the alert sink",
    "enable.idempotence, false, the alert sink",
  })
  void shouldRejectKafkaPropertiesThatContradictAGuarantee(String key, String value, String by) {
    Checks checks = Checks.check();

    SinkConfig.defaults().check(kafka(Map.of(key, value)), checks);

    assertThatThrownBy(checks::done)
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("kafka.properties." + key + ": got \"" + value + "\"")
        .hasMessageContaining(by);
  }

  @Test
  void shouldApplyDefaultsThenTheOperatorsThenGuarantees() {
    KafkaSettings settings =
        settings(Map.of("commit.interval.ms", "200", "isolation.level", "read_committed"));

    assertThat(settings.streams().toMap())
        .containsEntry("commit.interval.ms", "200")
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("processing.exception.handler", SinkFailurePolicy.class);
    assertThat(settings.delivering("group").toMap())
        .containsEntry("group.id", "group")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("isolation.level", "read_committed");
    assertThat(settings.outcomes().toMap())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true);
  }

  private static KafkaSettings settings(Map<String, String> properties) {
    return new KafkaSettings(SinkConfig.defaults(), kafka(properties));
  }

  private static KafkaConfig kafka(Map<String, String> properties) {
    return new KafkaConfig("127.0.0.1:9092", properties);
  }
}
