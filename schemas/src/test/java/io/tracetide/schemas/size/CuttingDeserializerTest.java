package io.tracetide.schemas.size;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CuttingDeserializerTest {

  private final RecordHeaders headers = new RecordHeaders();

  @Test
  void shouldNotCutAValueOfExactlyTheLimit() {
    ByteBuffer value = ByteBuffer.wrap(new byte[RecordLimits.VALUE_BYTES]);
    ByteBuffer key = ByteBuffer.wrap(new byte[RecordLimits.KEY_BYTES]);

    assertThat(CuttingDeserializer.ofValues().deserialize("t", headers, value)).isSameAs(value);
    assertThat(CuttingDeserializer.ofKeys().deserialize("t", headers, key)).isSameAs(key);
    assertThat(Oversized.in(headers)).isNull();
  }

  @Test
  void shouldKeepTheBeginningAndTheSizeOfALargerValue() {
    byte[] value = new byte[RecordLimits.VALUE_BYTES + 1];
    value[0] = 42;
    ByteBuffer read = ByteBuffer.wrap(value);

    ByteBuffer kept = CuttingDeserializer.ofValues().deserialize("t", headers, read);

    assertThat(kept.remaining()).isEqualTo(Oversized.PREFIX_BYTES);
    assertThat(kept.get(0)).isEqualTo((byte) 42);
    assertThat(kept.array()).as("what was fetched is not held").hasSize(Oversized.PREFIX_BYTES);
    assertThat(read.remaining()).as("left as it was").isEqualTo(value.length);
    Oversized cut = Oversized.in(headers);
    assertThat(cut).isNotNull();
    assertThat(cut.fullKey()).isNull();
    assertThat(cut.fullValue()).isEqualTo(Oversized.Size.of(ByteBuffer.wrap(value)));
    assertThat(cut.describe()).isEqualTo("value of 1000001 bytes");
  }

  @Test
  void shouldMarkKeyAndValue() {
    CuttingDeserializer.ofKeys()
        .deserialize("t", headers, ByteBuffer.wrap(new byte[RecordLimits.KEY_BYTES + 1]));
    CuttingDeserializer.ofValues(10).deserialize("t", headers, ByteBuffer.wrap(new byte[11]));

    Oversized cut = Oversized.in(headers);
    assertThat(cut.describe()).isEqualTo("key of 8193 bytes, value of 11 bytes");
    RecordHeaders letter = new RecordHeaders();
    cut.addTo(letter);
    assertThat(letter.toArray())
        .extracting(Header::key)
        .containsExactly("keyBytes", "keySha256", "valueBytes", "valueSha256");
    assertThat(new String(letter.lastHeader("valueBytes").value(), UTF_8)).isEqualTo("11");
  }

  @Test
  void shouldNotTakeAServicesHeaderForAMark() {
    headers.add("tracetide-oversized", "1".getBytes(UTF_8));

    assertThat(Oversized.in(headers)).isNull();
  }

  @Test
  void shouldReturnArrays() {
    byte[] value = "value".getBytes(UTF_8);
    ByteBuffer amongOthers = ByteBuffer.wrap("a value.".getBytes(UTF_8), 2, 5);

    assertThat(CuttingDeserializer.ofValues().toArrays().deserialize("t", headers, amongOthers))
        .isEqualTo(value);
    assertThat(CuttingDeserializer.ofValues(3).toArrays().deserialize("t", headers, value))
        .isEqualTo(value);
    assertThat(Oversized.in(headers).fullValue().bytes()).isEqualTo(5);
  }

  @Test
  void shouldComputeTheHash() {
    assertThat(Oversized.Size.of(ByteBuffer.wrap("abc".getBytes(UTF_8))).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
