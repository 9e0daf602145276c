package io.tracetide.gateway.format.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.record.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void shouldNotCopyValidText() {
    byte[] good = "[\"na\u00efve \u65e5\u672c \ud83d\ude00\", 12345678]".getBytes(UTF_8);

    Payload text = JsonText.of(new Payload(good, 1, good.length - 2), good.length);

    assertThat(text.bytes()).isSameAs(good);
    assertThat(text.from()).isEqualTo(1);
    assertThat(text.length()).isEqualTo(good.length - 2);
  }

  @Test
  void shouldPassOverAByteOrderMark() {
    byte[] marked = "\ufeff{}".getBytes(UTF_8);

    assertThat(read(marked)).isEqualTo("{}");
  }

  @Test
  void shouldReplaceWhatIsNoUtf8() {
    assertThat(read("caf\u00e9 au lait".getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo("caf\ufffd au lait");
    assertThat(read(new byte[] {'a', (byte) 0xE2, (byte) 0x82})).isEqualTo("a\ufffd");
    assertThat(read(new byte[] {(byte) 0xC0, (byte) 0x80, 'b'})).isEqualTo("\ufffd\ufffdb");
  }

  @Test
  void shouldLimitTheSizeOfARepairedBody() {
    byte[] bad = new byte[1_000];
    java.util.Arrays.fill(bad, (byte) 0xFF);

    assertThat(JsonText.of(Payload.of(bad), 2_999)).isNull();
    assertThat(JsonText.of(Payload.of(bad), 3_000).length()).isEqualTo(3_000);
  }

  /** Compared with the decoder of the JDK, which may produce fewer replacement characters. */
  @Property(tries = 2_000)
  void shouldAgreeWithTheDecoderOfTheLibrary(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(3) == 0 ? (byte) ('a' + i % 26) : bytes[i];
    }

    String read = read(bytes);
    assertThat(read.replaceAll("\ufffd+", "?"))
        .isEqualTo(new String(bytes, UTF_8).replaceAll("\ufffd+", "?"));
    assertThat(read(read.getBytes(UTF_8))).isEqualTo(read);
  }

  private static String read(byte[] bytes) {
    Payload text = JsonText.of(Payload.of(bytes), Integer.MAX_VALUE);
    return new String(text.bytes(), text.from(), text.length(), UTF_8);
  }
}
