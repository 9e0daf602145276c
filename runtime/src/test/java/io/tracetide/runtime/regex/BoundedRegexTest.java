package io.tracetide.runtime.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.re2j.Pattern;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedRegexTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1000}){1000}",
        "((a{90}){90,}){90}",
        "(?:(?:(?:(?:(?:(?:(?:a{9}){9}){9}){9}){9}){9}){9}){9}",
        "(?:(a{1000})[[:alpha:](]){1000}",
        "(?:(a{1000})\\Q(\\E){1000}",
        "a{999}b{999}c{999}",
      })
  void shouldRefuseRepetitionsThatMakeALargeProgram(String expression) {
    assertTimeout(
        Duration.ofSeconds(5),
        () ->
            assertThatThrownBy(() -> BoundedRegex.compile(expression, 0, 500, 2_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 2000 instructions"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:\\d{4}[ -]){3}\\d{4}",
        "(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",
        "[A-Z]{2}\\d{2}[A-Z0-9]{11,30}",
        "\\p{L}{1,64}@\\x{41}{3}",
        "(a{3}){2,}",
      })
  void shouldCompileOrdinaryRepetitions(String expression) {
    assertThat(BoundedRegex.compile(expression, 0, 500, 2_000)).isNotNull();
  }

  @Test
  void shouldRefuseAnExpressionThatIsTooLong() {
    assertThatThrownBy(() -> BoundedRegex.compile("a".repeat(501), 0, 500, 2_000))
        .hasMessage("a regular expression of at most 500 characters");
  }

  @Test
  void shouldMatchInLinearTimeWhereBacktrackingIsExponential() {
    Pattern pattern = BoundedRegex.compile("(a+)+b|(a|aa)+c|(.*a){12}d", 0, 500, 2_000);

    assertTimeout(
        Duration.ofSeconds(5), () -> assertThat(pattern.matches("a".repeat(10_000))).isFalse());
  }
}
