package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 0x01020304, Integer.MAX_VALUE, -1})
  void shouldReadBackTheSchemaId(int id) {
    byte[] record = new byte[WireFormat.HEADER_BYTES];

    WireFormat.writeHeader(record, id);

    assertThat(WireFormat.schemaId(record)).isEqualTo(id);
  }

  @Test
  void shouldWriteTheHeaderOfConfluent() {
    byte[] record = new byte[WireFormat.HEADER_BYTES];

    WireFormat.writeHeader(record, 0x01020304);

    assertThat(record).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void shouldReportWhyTheHeaderIsInvalid() {
    assertRefused(new byte[0], Reason.EMPTY);
    assertRefused(new byte[] {1, 0, 0, 0, 1}, Reason.BAD_MAGIC);
    assertRefused(
        "{\"traceId\":\"a\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8), Reason.BAD_MAGIC);
    assertRefused(new byte[] {0, 0, 0, 1}, Reason.TRUNCATED);
  }

  private static void assertRefused(byte[] record, Reason reason) {
    assertThatThrownBy(() -> WireFormat.schemaId(record))
        .asInstanceOf(InstanceOfAssertFactories.type(MalformedRecordException.class))
        .extracting(MalformedRecordException::reason)
        .isEqualTo(reason);
  }
}
