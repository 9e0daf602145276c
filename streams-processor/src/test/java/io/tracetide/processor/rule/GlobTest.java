package io.tracetide.processor.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "shop,       shop,          true",
    "shop,       shops,         false",
    "shop,       sho,           false",
    "shop*,      shop,          true",
    "shop*,      shop-eu,       true",
    "*eu,        shop-eu,       true",
    "*eu,        shop-eu-1,     false",
    "s*p*u,      shop-eu,       true",
    "*o*o*,      foo,           true",
    "*o*o*,      fo,            false",
    "s?op,       shop,          true",
    "s?op,       sop,           false",
    "?,          😀,            true",
    "*,          '',            true",
    "'',         '',            true",
    "'',         a,             false",
    "GET /{id}?, GET /{id}!,    true",
    "a.c,        abc,           false",
    "a*b*c,      'a\nb\nc',     true",
    "*ab,        aab,           true",
    "a*ab,       aab,           true",
  })
  void shouldMatch(String pattern, String name, boolean matches) {
    assertThat(Glob.of(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a\\*,    a*,   true",
    "a\\*,    ab,   false",
    "\\?,     ?,    true",
    "\\?,     x,    false",
    "\\\\*,   '\\x', true",
    "a\\b,    ab,   true",
    "a\\,     a\\,  true",
    "*\\**,   a*b,  true",
    "*\\**,   ab,   false",
  })
  void shouldTakeWhatFollowsABackslashAsItIs(String pattern, String name, boolean matches) {
    assertThat(Glob.escaped(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  void shouldMatchHostilePatternsQuickly() {
    Glob hostile = Glob.of("*a".repeat(60) + "b");

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(2), () -> assertThat(hostile.matches("a".repeat(20_000))).isFalse());
  }
}
