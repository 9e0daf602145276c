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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskPatternTest {

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
        "[]a]+c",
        "[^]a]b",
      })
  void shouldFindTheSameMatchesAsTheJdk(String expression) {
    Random random = new Random(7);
    // Alternatives are written longest first where it matters, so both agree on the longest.
    Pattern jdk = Pattern.compile(expression);
    MaskPattern ours = MaskPattern.compile(expression);
    for (int n = 0; n < 2_000; n++) {
      String text = text(random);
      MaskPattern.Search search = ours.in(text, text.length());
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
  void shouldMatchInLinearTimeWhereTheJdkBacktracks() {
    MaskPattern pattern = MaskPattern.compile("(a*)*(a|aa)+(.*a){10}x");
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
        "\\b",
        "\\Aa",
        "((a{99}){99}){99}",
        "\\Q\\p{",
        "\\Q\\",
        "\\Q[\\E^a",
        "[a-z&&[^aeiou]]+x",
        "[a[0-9]]+z",
      })
  void shouldRefuseUnsupportedSyntax(String expression) {
    assertThatThrownBy(() -> MaskPattern.compile(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void shouldNotBecomeQuadraticWhenEverySearchLooksForALongerMatch() {
    MaskPattern pattern = MaskPattern.compile("a|a.*x");
    String text = "a".repeat(16_384);

    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          MaskPattern.Search search = pattern.in(text, text.length());
          int matches = 0;
          for (int from = 0; search.find(from); from = search.end()) {
            matches++;
          }
          assertThat(matches).isEqualTo(16_384);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "(?=a), 'look-around', 'at character 1: (?=a)'",
    "ab(?!c), 'look-around', 'at character 3: (?!c)'",
    "(a)\\1, 'back references', 'at character 4: \\1'",
    "a++, 'possessive', 'at character 2: ++'",
    "x(, 'missing closing )', 'at character 1: x('",
    "x^a, '\\b in place of an anchor', 'at character 2'",
  })
  void shouldReportThePositionOfUnsupportedSyntax(String expression, String hint, String position) {
    assertThatThrownBy(() -> MaskPattern.compile(expression))
        .hasMessageContaining(hint)
        .hasMessageContaining(position);
  }

  @Test
  void shouldFindMatchesWhereverTheyLieInALongText() {
    MaskPattern pattern = MaskPattern.compile("\\bE-\\d+\\b");
    for (int before = 0; before < 2_200; before += 7) {
      String text =
          "é ".repeat(before / 2) + " ".repeat(before % 2) + "E-12345 " + "x".repeat(3_000);
      MaskPattern.Search search = pattern.in(text, text.length());
      assertThat(search.find(0)).isTrue();
      assertThat(text.substring(search.start(), search.end())).isEqualTo("E-12345");
      assertThat(search.find(search.end())).isFalse();
    }
  }

  @Test
  void shouldBoundTheLengthOfAMatch() {
    MaskPattern.Search search =
        MaskPattern.compile("E-\\d+").in("no E-" + "1".repeat(5_000), 5_005);

    assertThat(search.find(0)).isTrue();
    assertThat(search.start()).isEqualTo(3);
    assertThat(search.end() - search.start()).isEqualTo(MaskPattern.LONGEST_MATCH);
    assertThat(search.find(search.end())).isFalse();
  }

  @Test
  void shouldMatchCharactersBeyondTheBasicPlaneAsOne() {
    MaskPattern.Search search = MaskPattern.compile("<.>").in("a <\uD83D\uDE00>", 6);

    assertThat(search.find(0)).isTrue();
    assertThat(search.end()).isEqualTo(6);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append("abcdABC 12_".charAt(random.nextInt(11)));
    }
    return text.toString();
  }
}
