package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SafeTextTest {

  @Property(tries = 2_000)
  void shouldStayWithinItsLimitAndRemoveControlCharacters(
      @ForAll String raw, @ForAll @IntRange(min = 1, max = 40) int maxBytes) {
    SafeText safe = SafeText.of(raw, maxBytes, false);

    assertThat(safe.text().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(maxBytes);
    assertThat(safe.text().codePoints().noneMatch(Character::isISOControl)).isTrue();
    if (SafeText.isPlain(raw) && raw.length() <= maxBytes) {
      assertThat(safe).isEqualTo(new SafeText(raw, 0, false));
    }
  }

  @Test
  void shouldCutBetweenCharactersAndReportTheChanges() {
    assertThat(SafeText.of("ab\u202E\uD83D\uDE00", 8, true))
        .isEqualTo(new SafeText("ab\uFFFD", 1, true));
    assertThat(SafeText.of("a\nb", 8, true)).isEqualTo(new SafeText("a\nb", 0, false));
    assertThat(SafeText.of("a\nb", 8, false)).isEqualTo(new SafeText("a\uFFFDb", 1, false));
  }
}
