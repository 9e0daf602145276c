package io.tracetide.schemas.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

class BoundedProducerTest {

  /** Nothing listens there: what is handed to Kafka's own producer waits for metadata and fails. */
  private static final Map<String, Object> NOWHERE =
      Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", 1);

  @Test
  void shouldRefuseARecordThatIsTooLargeWithoutSendingIt() throws Exception {
    List<Exception> failures = new ArrayList<>();
    try (BoundedProducer producer = new BoundedProducer(NOWHERE)) {
      Future<RecordMetadata> sent =
          producer.send(record(RecordLimits.RECORD_BYTES + 1), (m, e) -> failures.add(e));

      assertThatThrownBy(sent::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(OversizedRecordException.class)
          .hasMessageContaining("a record for topic has 1032001 bytes, at most 1032000 are sent");
      assertThat(failures).singleElement().isInstanceOf(OversizedRecordException.class);
    }
  }

  @Test
  void shouldSendARecordWithinTheLimit() {
    try (BoundedProducer producer = new BoundedProducer(NOWHERE)) {
      assertThatThrownBy(() -> producer.send(record(RecordLimits.RECORD_BYTES)).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
    }
  }

  @Test
  void shouldCountKeyValueAndHeaders() {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("topic", new byte[10], new byte[100]);
    record.headers().add("name", new byte[1_000]);

    assertThat(RecordLimits.bytes(record)).isBetween(1_114L, 1_200L);
    assertThat(RecordLimits.bytes(new ProducerRecord<>("topic", null, null))).isZero();
  }

  private static ProducerRecord<byte[], byte[]> record(int bytes) {
    return new ProducerRecord<>("topic", new byte[bytes]);
  }
}
