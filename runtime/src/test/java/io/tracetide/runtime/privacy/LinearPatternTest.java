package io.tracetide.runtime.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ab+c?",
        "(?:a|bc){2,3}",
        "[a-c]{2}d",
        "\\bab\\b",
        "a.c",
        "[^ab]c+",
        "(?i)A[BC]",
        "\\w+\\d",
        "c\\s?d{1,}",
        "a{3}",
      })
  void shouldFindWhatTheJdkFinds(String expression) {
    Random random = new Random(7);
    // Alternatives are written longest first where it matters, so both agree on the longest.
    Pattern jdk = Pattern.compile(expression);
    LinearPattern ours = LinearPattern.compile(expression);
    for (int n = 0; n < 2_000; n++) {
      String text = text(random);
      LinearPattern.Search search = ours.in(text, text.length());
      Matcher matcher = jdk.matcher(text);
      int from = 0;
      while (matcher.find(from)) {
        assertThat(search.find(from)).as("%s in '%s' from %d", expression, text, from).isTrue();
        assertThat(search.start()).as("%s in '%s'", expression, text).isEqualTo(matcher.start());
        assertThat(search.end()).as("%s in '%s'", expression, text).isEqualTo(matcher.end());
        from = search.end();
      }
      assertThat(search.find(from)).isFalse();
    }
  }

  @Test
  void shouldNotBlowUpOnExpressionsThatBacktrackForever() {
    LinearPattern pattern = LinearPattern.compile("(a*)*(a|aa)+(.*a){10}x");
    String text = "a".repeat(16_384);

    assertTimeout(Duration.ofSeconds(5), () -> pattern.in(text, text.length()).find(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a*",
        "(",
        ")",
        "[",
        "[]",
        "a**",
        "a{2",
        "a{3,1}",
        "\\",
        "\\q",
        "(?=a)",
        "^a",
        "a$",
        "*",
        "(a{1000}){1000}",
        "\\1",
        "[z-a]",
      })
  void shouldRefuseWhatItDoesNotKnow(String expression) {
    assertThatThrownBy(() -> LinearPattern.compile(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append("abcdABC 12_".charAt(random.nextInt(11)));
    }
    return text.toString();
  }
}
