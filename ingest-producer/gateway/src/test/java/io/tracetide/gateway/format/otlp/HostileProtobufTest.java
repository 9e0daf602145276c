package io.tracetide.gateway.format.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.gateway.record.Truncation;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HostileProtobufTest {

  private static final byte[] CHECKOUT = Spans.checkout().toByteArray();

  private final OtlpProtobuf protobuf = new OtlpProtobuf();

  @Property(tries = 20_000)
  void shouldReadOrRefuseAnyBytes(@ForAll @Size(max = 200) byte[] body) {
    readOrRefuse(body);
  }

  @Property(tries = 20_000)
  void shouldReadOrRefuseABentRequest(@ForAll @Size(4) byte[] values, @ForAll int place) {
    byte[] body = CHECKOUT.clone();
    for (int i = 0; i < values.length; i++) {
      body[Math.floorMod(place * (i + 1), body.length)] = values[i];
    }
    readOrRefuse(body);
  }

  @Test
  void shouldWalkMillionsOfEmptyAttributesWithoutBuildingThem() {
    int attributes = 5_000_000;
    ByteArrayOutputStream span = new ByteArrayOutputStream();
    span.writeBytes(Spans.span(CapturedBatch.NOW).build().toByteArray());
    byte[] empty = {9 << 3 | 2, 0};
    byte[] many = new byte[2 * attributes];
    for (int i = 0; i < many.length; i++) {
      many[i] = empty[i % 2];
    }
    span.writeBytes(many);
    byte[] body = nest(nest(nest(span.toByteArray(), 2), 2), 1);
    CapturedBatch batch = CapturedBatch.withDefaults();

    long began = System.nanoTime();
    batch.read(protobuf, body);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(batch.onlyEvent().getTags()).hasSize(1);
    assertThat(batch.count(Truncation.TAG_DROPPED)).isZero();
  }

  private void readOrRefuse(byte[] body) {
    try {
      CapturedBatch.withDefaults().read(protobuf, body);
    } catch (RefusedRequestException e) {
      assertThat(e.refusal()).isEqualTo(RequestRefusal.MALFORMED);
    }
  }

  private static byte[] nest(byte[] message, int field) {
    ByteArrayOutputStream around = new ByteArrayOutputStream();
    around.write(field << 3 | 2);
    int length = message.length;
    while (length > 0x7F) {
      around.write(length & 0x7F | 0x80);
      length >>>= 7;
    }
    around.write(length);
    around.writeBytes(message);
    return around.toByteArray();
  }
}
