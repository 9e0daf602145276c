package io.tracetide.alert.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelMatcherTest {

  /** Input, and the canonical form of what Alertmanager reads. */
  static Stream<Arguments> lists() {
    return Stream.of(
        Arguments.of("{}", ""),
        Arguments.of("", ""),
        Arguments.of("{foo='}", "foo=\"'\""),
        Arguments.of("{foo=\\\"}", "foo=\"\\\"\""),
        Arguments.of("{foo=bar}", "foo=\"bar\""),
        Arguments.of("{foo=~\"bar.*\"}", "foo=~\"bar.*\""),
        Arguments.of("{foo!=bar}", "foo!=\"bar\""),
        Arguments.of("{foo!~\"bar.*\"}", "foo!~\"bar.*\""),
        Arguments.of(
            "{foo=\"bar\", baz!~\".*quux\", derp=\"wat\"}",
            "foo=\"bar\" baz!~\".*quux\" derp=\"wat\""),
        Arguments.of("{foo=\"\"}", "foo=\"\""),
        Arguments.of("{foo=\"bar,quux\", job=\"job1\"}", "foo=\"bar,quux\" job=\"job1\""),
        Arguments.of("{foo = \"bar\", dings != \"bums\", }", "foo=\"bar\" dings!=\"bums\""),
        Arguments.of("foo=bar,dings!=bums", "foo=\"bar\" dings!=\"bums\""),
        Arguments.of("foo=bar, dings!=bums", "foo=\"bar\" dings!=\"bums\""),
        Arguments.of(
            "{quote=\"She said: \\\"Hi, ladies! That's gender-neutral…\\\"\"}",
            "quote=\"She said: \\\"Hi, ladies! That's gender-neutral…\\\"\""),
        Arguments.of("statuscode=~\"5..\"", "statuscode=~\"5..\""),
        Arguments.of("tricky=~~~", "tricky=~\"~~\""),
        Arguments.of("trickier==\\\\=\\=\\\"", "trickier=\"=\\\\=\\\\=\\\"\""),
        Arguments.of(
            "contains_quote != \"\\\"\" , contains_comma !~ \"foo,bar\" , ",
            "contains_quote!=\"\\\"\" contains_comma!~\"foo,bar\""),
        Arguments.of("{foo=bar}}", "foo=\"bar}\""),
        Arguments.of("{foo=,bar=}}", "foo=\"\" bar=\"}\""),
        Arguments.of("job=", "job=\"\""),
        // Only in the syntax of UTF-8.
        Arguments.of("{\"k8s.pod\"=\"a\", b=c}", "k8s.pod=\"a\" b=\"c\""),
        Arguments.of("\"a b\"=~\"c\\td\"", "\"a b\"=~\"c\\td\""),
        Arguments.of("{é=\"ü\"}", "é=\"ü\""),
        Arguments.of("{\"\\u00e9\"=\"\\x41\"}", "é=\"A\""));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void shouldReadListsAsAlertmanagerDoes(String text, String canonical) {
    List<LabelMatcher> matchers = LabelMatcher.parseAll(text);

    assertThat(matchers.stream().map(LabelMatcher::toString).collect(Collectors.joining(" ")))
        .isEqualTo(canonical);
    assertThat(
            matchers.stream()
                .map(LabelMatcher::toString)
                .flatMap(one -> LabelMatcher.parseAll(one).stream()))
        .isEqualTo(matchers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "{,}",
        "{foo=bar",
        "foo",
        "foo==\"a\"b\"",
        "foo=\"bar",
        "\"foo\"bar\"=x",
        "\"a\\q\"=b",
        "0a=b}",
        "foo=~\"(\"",
        "=a"
      })
  void shouldRefuseOtherLists(String text) {
    if (text.equals("{foo=bar")) {
      assertThat(LabelMatcher.parseAll(text)).hasToString("[foo=\"bar\"]");
    } else {
      assertThatThrownBy(() -> LabelMatcher.parseAll(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("expected ");
    }
  }

  @Test
  void shouldHaveThePartsOfTheText() {
    LabelMatcher matcher = LabelMatcher.parse(" severity !~ \"low|info\" ");

    assertThat(matcher.label()).isEqualTo("severity");
    assertThat(matcher.value()).isEqualTo("low|info");
    assertThat(matcher.isRegex()).isTrue();
    assertThat(matcher.isEqual()).isFalse();
    assertThat(matcher).hasToString("severity!~\"low|info\"");
    assertThat(LabelMatcher.parse("\"k8s.pod\"=a").label()).isEqualTo("k8s.pod");
    assertThatThrownBy(() -> LabelMatcher.parse("{a=b}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeEqualToTheSameMatcherInAnotherForm() {
    assertThat(LabelMatcher.parse("a=\"b\""))
        .isEqualTo(LabelMatcher.parse("a = b"))
        .hasSameHashCodeAs(LabelMatcher.of("a", "b", false, true))
        .isEqualTo(LabelMatcher.of("a", "b", false, true))
        .isNotEqualTo(LabelMatcher.of("a", "b", true, true))
        .isNotEqualTo(LabelMatcher.of("a", "b", false, false))
        .isNotEqualTo(LabelMatcher.of("a", "c", false, true));
  }

  @Test
  void shouldMatchTheWholeValueAndTakeAnAbsentLabelAsEmpty() {
    Map<String, String> labels = Map.of("service", "checkout", "text", "a\nb");

    assertThat(LabelMatcher.parse("service=~check").matches(labels)).isFalse();
    assertThat(LabelMatcher.parse("service=~check|checkout").matches(labels)).isTrue();
    assertThat(LabelMatcher.parse("service!~pay").matches(labels)).isTrue();
    assertThat(LabelMatcher.parse("text=~a.b").matches(labels)).isFalse();
    assertThat(LabelMatcher.parse("zone=").matches(labels)).isTrue();
    assertThat(LabelMatcher.parse("zone!=a").matches(labels)).isTrue();
    assertThat(LabelMatcher.parse("zone=~.+").matches(labels)).isFalse();
  }

  @Test
  void shouldLimitTheExpressionsOfSilences() {
    assertThatThrownBy(() -> LabelMatcher.of("a", "x".repeat(1_025), true, true))
        .hasMessageContaining("1024 characters");
    assertThatThrownBy(() -> LabelMatcher.of("a", "((a{100}){100})", true, true))
        .hasMessageContaining("2000 instructions");
    assertThatThrownBy(() -> LabelMatcher.of("", "x", false, true))
        .hasMessageContaining("name of a label");
    assertThat(LabelMatcher.of("a", "x".repeat(2_000), false, true).value()).hasSize(2_000);
  }
}
