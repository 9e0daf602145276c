package io.tracetide.alert.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.topology.InputLog.InputsRefusedException;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.SuppliedClock;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SuspensionWatchTest {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final SuspensionWatch watch = new SuspensionWatch(new SuppliedClock(() -> now));

  @Test
  void shouldDoubtRequestsForAFewSecondsAfterASuspension() {
    pass(SuspensionWatch.LONGEST_PAUSE);
    assertThat(watch.isInDoubt()).isFalse();

    pass(SuspensionWatch.LONGEST_PAUSE.plus(MILLISECOND));
    assertThat(watch.isInDoubt()).isTrue();
    pass(SuspensionWatch.DOUBT.minus(MILLISECOND));
    assertThat(watch.isInDoubt()).isTrue();
    pass(MILLISECOND);
    assertThat(watch.isInDoubt()).isFalse();
  }

  @Test
  void shouldNotDoubtForLongWhenTheClockIsSetBack() {
    pass(Duration.ofMinutes(1));
    assertThat(watch.isInDoubt()).isTrue();
    pass(Duration.ofHours(-1));

    assertThat(watch.isInDoubt()).isFalse();
  }

  @Test
  void shouldRefuseInputsThatMayBeOld() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    KafkaInputLog inputs =
        new KafkaInputLog(producer, new InMemorySchemaRegistry(), new DecisionProgress(), watch);
    ExternalAlert alert =
        new ExternalAlert(Map.of("alertname", "Down"), Map.of(), now, now.plusSeconds(300), "");
    pass(Duration.ofMinutes(1));

    assertThatThrownBy(() -> inputs.append(List.of(InputWriter.input("default", now, alert))))
        .isInstanceOf(InputsRefusedException.class)
        .hasMessageContaining("suspended");
    assertThat(producer.history()).isEmpty();
    pass(SuspensionWatch.DOUBT);
    inputs.append(List.of(InputWriter.input("default", now, alert)));
    assertThat(producer.history()).hasSize(1);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
