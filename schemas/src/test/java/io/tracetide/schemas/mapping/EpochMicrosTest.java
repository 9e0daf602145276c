package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;

class EpochMicrosTest {

  private static Instant decoded(long micros) {
    return new TimeConversions.TimestampMicrosConversion()
        .fromLong(micros, Schema.create(Schema.Type.LONG), LogicalTypes.timestampMicros());
  }

  @Property
  void shouldReturnTheMicrosecondsThatAvroDecoded(@ForAll long micros) {
    assertThat(EpochMicros.of(decoded(micros))).isEqualTo(micros);
  }

  @Example
  void shouldBeExactAtTheEndsOfTheRange() {
    for (long micros : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE}) {
      assertThat(EpochMicros.of(decoded(micros))).isEqualTo(micros);
    }
  }
}
