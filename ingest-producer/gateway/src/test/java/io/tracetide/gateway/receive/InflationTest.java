package io.tracetide.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class InflationTest {

  private static final int LIMIT = 1 << 20;

  private final Inflation inflation = new Inflation(LIMIT);
  private final InFlight inFlight = new InFlight(LIMIT);

  @Test
  void shouldInflateUpToItsLimitInTheRoomOfTheResult() throws IOException {
    byte[] plain = new byte[LIMIT];
    new Random(1).nextBytes(plain);

    Payload body = inflate(gzip(plain));

    assertThat(Arrays.copyOf(body.bytes(), body.length())).isEqualTo(plain);
    assertThat(inFlight.heldBytes()).isEqualTo(LIMIT);
  }

  @Test
  void shouldInflateAllMembersWhateverTheDeclaredSize() throws IOException {
    byte[] first = "first ".repeat(9_000).getBytes();
    byte[] members = join(gzip(first), gzip("second".getBytes()), gzip(new byte[0]));

    Payload body = inflate(members);

    assertThat(new String(body.bytes(), 0, body.length()))
        .isEqualTo("first ".repeat(9_000) + "second");
    assertThat(inFlight.heldBytes()).isEqualTo(first.length + 6);
  }

  @Test
  void shouldTakeNoRoomForABomb() throws IOException {
    byte[] half = gzip(new byte[LIMIT / 2 + 1]);

    for (byte[] bomb : new byte[][] {gzip(new byte[LIMIT + 1]), join(half, half)}) {
      assertThatThrownBy(() -> inflate(bomb))
          .isInstanceOfSatisfying(
              RefusedRequestException.class,
              e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.TOO_LARGE));
      assertThat(inFlight.heldBytes()).isZero();
    }
  }

  @Test
  void shouldIgnoreAnImplausibleDeclaredSize() throws IOException {
    byte[] small = gzip("small".getBytes());
    // The trailer declares one MiB.
    small[small.length - 2] = 0x10;
    small[small.length - 4] = 0;

    assertThatThrownBy(() -> inflate(small))
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.MALFORMED));
    assertThat(inFlight.heldBytes()).isZero();
  }

  @Test
  void shouldRefuseWhatIsNotGzipOrCutOff() throws IOException {
    byte[] whole = gzip("something longer than nothing".getBytes());

    for (byte[] bad :
        new byte[][] {
          new byte[0], {1, 2, 3}, new byte[100], Arrays.copyOf(whole, whole.length - 9)
        }) {
      assertThatThrownBy(() -> inflate(bad)).isInstanceOf(RefusedRequestException.class);
    }
  }

  private Payload inflate(byte[] body) {
    return inflation.inflate(new Message(Payload.of(body), true), inFlight.open());
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(plain);
    }
    return compressed.toByteArray();
  }
}
