package io.tracetide.gateway.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PatternConfig;
import io.tracetide.runtime.privacy.PrivacyConfig;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KnownTextsTest {

  private final KnownTexts known = new KnownTexts(Masker.of(PrivacyConfig.defaults()));

  private final KnownTexts.Reading reading = known.reading();

  @Test
  void shouldMakeATextThatComesAgainOnlyOnce() {
    fromBytes("GET /cart");
    String second = fromBytes("GET /cart");
    String third = fromBytes("GET /cart");

    assertThat(known.isHarmless(second)).isTrue();
    assertThat(third).isSameAs(second).isEqualTo("GET /cart");
    assertThat(known.isHarmless("GET /other")).isFalse();
  }

  @Test
  void shouldDistinguishTheLastTextFromCachedOnes() {
    String once = fromBytes("once");
    assertThat(reading.isHarmless(once)).isFalse();

    fromBytes("again");
    fromBytes("again");
    String again = fromBytes("again");
    assertThat(reading.isHarmless(again)).isTrue();
    assertThat(reading.isHarmless(once)).isFalse();
    assertThat(reading.isHarmless("again")).isTrue();
  }

  @Test
  void shouldNotCachePersonalDataOrLongOrNonAsciiText() {
    for (String text :
        List.of("jane@example.com", "8.8.8.8", "caf\u00e9", "a\nb", "x".repeat(65))) {
      for (int i = 0; i < 3; i++) {
        assertThat(fromBytes(text)).isEqualTo(text);
        assertThat(known.isHarmless(fromBytes(text))).isFalse();
      }
    }
  }

  @Test
  void shouldKeepNothingThatAPatternOfTheOperatorsOwnFinds() {
    PrivacyConfig defaults = PrivacyConfig.defaults();
    KnownTexts strict =
        new KnownTexts(
            Masker.of(
                new PrivacyConfig(
                    defaults.email(),
                    defaults.card(),
                    defaults.iban(),
                    defaults.phone(),
                    defaults.ip(),
                    defaults.secretKeys(),
                    defaults.exemptKeys(),
                    List.of(new PatternConfig("employee", "E-\\d{5}")),
                    defaults.pseudonymKey())));
    byte[] text = "by E-12345".getBytes(UTF_8);
    for (int i = 0; i < 3; i++) {
      assertThat(strict.isHarmless(strict.reading().of(text, 0, text.length))).isFalse();
    }
  }

  @Property
  void shouldGiveTheTextOfAnyBytes(@ForAll @Size(max = 80) List<@Size(max = 80) String> texts) {
    for (String text : texts) {
      for (int i = 0; i < 3; i++) {
        assertThat(fromBytes(text)).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
      }
    }
  }

  private String fromBytes(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return reading.of(bytes, 1, bytes.length - 2);
  }
}
