package io.tracetide.processor.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.size.CuttingDeserializer;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.RecordLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchingClientsTest {

  private static final TopicPartition TRACES = new TopicPartition("traces", 3);
  private static final TopicPartition OTHERS = new TopicPartition("others", 0);

  private final BatchingClients clients =
      new BatchingClients(Set.of("traces"), InputProgress.of("traces"));

  @Property(tries = 50)
  void shouldHandOutEveryRecordInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int n) {
    Random random = new Random(seed);
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    long offset = 1_000_000;
    for (int i = 0; i < n; i++) {
      offset += 1 + random.nextInt(3); // Offsets have gaps where transactions end.
      byte[] key = random.nextInt(4) == 0 ? null : new byte[random.nextInt(40)];
      byte[] value = random.nextInt(9) == 0 ? null : new byte[random.nextInt(3_000)];
      if (value != null) {
        random.nextBytes(value);
      }
      records.add(record(TRACES, offset, 1_700_000_000_000L + i, key, value));
    }

    ConsumerRecords<byte[], byte[]> batched = clients.batch(polled(TRACES, records));

    assertThat(batched.count()).isLessThanOrEqualTo(1 + n * 3_000 / 90_000);
    assertThat(batched.nextOffsets().get(TRACES).offset()).isEqualTo(offset + 1);
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> rest = new ArrayList<>(records);
    for (ConsumerRecord<byte[], byte[]> carrier : batched.records(TRACES)) {
      assertThat(RecordBatch.isMarked(carrier.headers())).isTrue();
      assertThat(carrier.offset())
          .as("a commit before the batch is processed begins with its first record")
          .isEqualTo(rest.get(0).offset());
      RecordBatch batch = new RecordBatch(carrier.value(), carrier.offset());
      while (batch.next()) {
        ConsumerRecord<ByteBuffer, ByteBuffer> expected = rest.remove(0);
        assertThat(batch.offset()).isEqualTo(expected.offset());
        assertThat(batch.timestamp()).isEqualTo(expected.timestamp());
        assertThat(batch.key()).isEqualTo(Utils.toNullableArray(expected.key()));
        assertThat(batch.value())
            .isEqualTo(expected.value() == null ? new byte[0] : Utils.toArray(expected.value()));
      }
    }
    assertThat(rest).isEmpty();
  }

  @Test
  void shouldLeaveOtherTopicsAlone() {
    ConsumerRecord<ByteBuffer, ByteBuffer> record =
        record(OTHERS, 7, 42, null, "v".getBytes(UTF_8));

    assertThat(clients.batch(polled(OTHERS, List.of(record))).records(OTHERS))
        .singleElement()
        .satisfies(
            other -> {
              assertThat(other.offset()).isEqualTo(7);
              assertThat(other.timestamp()).isEqualTo(42);
              assertThat(other.key()).isNull();
              assertThat(other.value()).isEqualTo("v".getBytes(UTF_8));
              assertThat(other.headers()).isSameAs(record.headers());
            });
  }

  @Test
  void shouldNotTakeAServicesHeaderForAMark() {
    ConsumerRecord<ByteBuffer, ByteBuffer> pretender =
        record(TRACES, 7, 42, null, "v".getBytes(UTF_8));
    pretender.headers().add("tracetide-batch", null);

    ConsumerRecord<byte[], byte[]> carrier =
        clients.batch(polled(TRACES, List.of(pretender))).records(TRACES).get(0);

    RecordBatch batch = new RecordBatch(carrier.value(), carrier.offset());
    assertThat(batch.next()).isTrue();
    assertThat(batch.value()).isEqualTo("v".getBytes(UTF_8));
  }

  @Test
  void shouldBeginAnotherBatchTenSecondsOfEventTimeLater() {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    long[] times = {5_000, 0, 15_000, 15_001, 3_000, 25_001, 25_002};
    for (int i = 0; i < times.length; i++) {
      records.add(record(TRACES, i, times[i], null, new byte[10]));
    }

    assertThat(clients.batch(polled(TRACES, records)).records(TRACES))
        .extracting(ConsumerRecord::offset)
        .as("late records begin no batch")
        .containsExactly(0L, 3L, 6L);
  }

  @Test
  void shouldBeginAnotherBatchForLargeKeysToo() {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      records.add(record(TRACES, i, 42, new byte[8_000], null));
    }

    assertThat(clients.batch(polled(TRACES, records)).records(TRACES))
        .hasSize(9)
        .allSatisfy(batch -> assertThat(batch.value().length).isLessThan(110_000));
  }

  @Test
  void shouldKeepTheOriginalSizeOfACutRecord() {
    byte[] key = new byte[RecordLimits.KEY_BYTES + 1];
    byte[] value = new byte[RecordLimits.VALUE_BYTES + 1];
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records =
        List.of(
            record(TRACES, 7, 42, null, "before".getBytes(UTF_8)),
            cut(8, key, value),
            cut(9, null, value),
            cut(10, key, null),
            record(TRACES, 12, 42, null, "after".getBytes(UTF_8)));

    ConsumerRecord<byte[], byte[]> carrier =
        clients.batch(polled(TRACES, records)).records(TRACES).get(0);

    assertThat(carrier.value().length).isLessThan(10_000);
    RecordBatch batch = new RecordBatch(carrier.value(), carrier.offset());
    assertThat(batch.next()).isTrue();
    assertThat(batch.oversized()).isNull();
    assertThat(batch.value()).isEqualTo("before".getBytes(UTF_8));
    Oversized.Size fullKey = Oversized.Size.of(ByteBuffer.wrap(key));
    Oversized.Size fullValue = Oversized.Size.of(ByteBuffer.wrap(value));
    for (Oversized expected :
        List.of(
            new Oversized(fullKey, fullValue),
            new Oversized(null, fullValue),
            new Oversized(fullKey, null))) {
      assertThat(batch.next()).isTrue();
      assertThat(batch.oversized()).isEqualTo(expected);
    }
    assertThat(batch.offset()).isEqualTo(10);
    assertThat(batch.next()).isTrue();
    assertThat(batch.offset()).isEqualTo(12);
    assertThat(batch.oversized()).isNull();
    assertThat(batch.value()).isEqualTo("after".getBytes(UTF_8));
    assertThat(batch.next()).isFalse();
  }

  @Test
  void shouldEndAPollThatHasHandedOutMuchAndGoOnWithTheSameRecord() {
    PollRation ration = new PollRation();
    Deserializer<ByteBuffer> values = ration.limit(CuttingDeserializer.ofValues());
    ByteBuffer large = ByteBuffer.wrap(new byte[RecordLimits.VALUE_BYTES]);
    ration.begin();
    int handedOut = 0;
    try {
      for (; handedOut < 1_000; handedOut++) {
        values.deserialize("t", new RecordHeaders(), large);
      }
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("a poll has handed out");
    }

    assertThat(handedOut).isBetween(10, 20);
    ration.begin();
    assertThat(values.deserialize("t", new RecordHeaders(), large)).isSameAs(large);
  }

  private static ConsumerRecord<ByteBuffer, ByteBuffer> cut(
      long offset, byte @Nullable [] key, byte @Nullable [] value) {
    RecordHeaders headers = new RecordHeaders();
    ByteBuffer itsKey =
        key == null
            ? null
            : CuttingDeserializer.ofKeys().deserialize("t", headers, ByteBuffer.wrap(key));
    ByteBuffer itsValue =
        value == null
            ? null
            : CuttingDeserializer.ofValues().deserialize("t", headers, ByteBuffer.wrap(value));
    return new ConsumerRecord<>(
        TRACES.topic(),
        TRACES.partition(),
        offset,
        42,
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length,
        value == null ? -1 : value.length,
        itsKey,
        itsValue,
        headers,
        Optional.of(1));
  }

  private static ConsumerRecords<ByteBuffer, ByteBuffer> polled(
      TopicPartition partition, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    long next = records.get(records.size() - 1).offset() + 1;
    return new ConsumerRecords<>(
        Map.of(partition, records), Map.of(partition, new OffsetAndMetadata(next)));
  }

  private static ConsumerRecord<ByteBuffer, ByteBuffer> record(
      TopicPartition partition, long offset, long timestamp, byte[] key, byte[] value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        timestamp,
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length,
        value == null ? -1 : value.length,
        slice(key),
        slice(value),
        new RecordHeaders(),
        Optional.of(1));
  }

  /** The bytes as they lie in what was fetched, among others. */
  private static @Nullable ByteBuffer slice(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    byte[] fetched = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, fetched, 3, bytes.length);
    return ByteBuffer.wrap(fetched, 3, bytes.length);
  }
}
