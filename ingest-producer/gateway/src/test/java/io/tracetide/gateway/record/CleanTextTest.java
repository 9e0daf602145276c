package io.tracetide.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CleanTextTest {

  private final Truncations truncations = new Truncations();
  private final Masker masker = Masker.of(PrivacyConfig.defaults());
  private final CleanText text =
      new CleanText(
          CapturedBatch.tight(),
          truncations,
          masker,
          new KnownTexts(masker).reading(),
          masker.findings());

  @Property(tries = 2_000)
  void shouldStayWithinItsLimitWithoutCursorControls(@ForAll String raw) {
    String clean = text.key(raw);

    assertThat(clean.getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(CapturedBatch.tight().keyBytes());
    assertThat(clean.codePoints().noneMatch(Character::isISOControl)).isTrue();
    assertThat(new String(clean.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(clean);
  }

  @Test
  void shouldReturnPlainTextAsItCame() {
    String raw = "GET /cart";

    assertThat(text.name(raw)).isSameAs(raw);
    assertThat(truncations.of(Truncation.TEXT_CUT)).isZero();
  }

  @Test
  void shouldKeepLinesInValuesAndNotInNames() {
    assertThat(text.value("a\r\n\tb")).isEqualTo("a\r\n\tb");
    assertThat(text.name("a\nb")).isEqualTo("a\uFFFDb");
  }

  @Test
  void shouldReplaceDirectionOverridesAndHalfSurrogates() {
    assertThat(text.value("a\u202Eb\uD83D")).isEqualTo("a\uFFFDb\uFFFD");
    assertThat(truncations.of(Truncation.CHARACTER_REPLACED)).isEqualTo(2);
  }

  @Test
  void shouldCutBetweenCharacters() {
    assertThat(text.value("x".repeat(14) + "\uD83D\uDE00")).isEqualTo("x".repeat(14));
    assertThat(text.value("x".repeat(12) + "\uD83D\uDE00"))
        .isEqualTo("x".repeat(12) + "\uD83D\uDE00");
    assertThat(truncations.of(Truncation.TEXT_CUT)).isEqualTo(1);
  }
}
