package io.tracetide.processor.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordBatchTest {

  @Test
  void shouldGoBackToARecordByItsPosition() {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      records.add(
          new ConsumerRecord<>("traces", 0, 100 + 3L * i, bytes("key" + i), bytes("value" + i)));
    }
    ConsumerRecord<byte[], byte[]> carrier = RecordBatch.of(records, new ByteWriter());
    RecordBatch batch = new RecordBatch(carrier.value(), carrier.offset());
    List<Integer> positions = new ArrayList<>();
    while (batch.next()) {
      positions.add(batch.position());
    }

    for (int i = 4; i >= 0; i--) {
      RecordBatch at = batch.at(positions.get(i));
      assertThat(at.offset()).isEqualTo(100 + 3L * i);
      assertThat(new String(at.value(), UTF_8)).isEqualTo("value" + i);
      assertThat(at.key()).isEqualTo(("key" + i).getBytes(UTF_8));
    }
    assertThat(batch.next()).isFalse();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
