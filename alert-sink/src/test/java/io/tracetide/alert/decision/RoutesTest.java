package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.route.LabelMatcher;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final Map<String, String> LABELS =
      Map.of("service", "checkout", "operation", "POST /pay", "severity", "high");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "service=checkout; true",
        "service = \"checkout\"; true",
        "service=check.*; false",
        "service=~check.*; true",
        "service=~check; false",
        "service!=checkout; false",
        "service!=cart; true",
        "operation!~GET .*; true",
        "operation=\"POST /pay\"; true",
        "severity=~\"high|critical\"; true",
        "service=~\"check\\w+\"; true",
        "operation=\"POST \\\\/pay\"; false",
        "severity=\"hi\\\"gh\"; false",
        "rule=; true",
        "rule!=; false",
      })
  void shouldMatchAsAlertmanagerDoes(String matcher, boolean matches) {
    assertThat(LabelMatcher.parse(matcher).matches(LABELS)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "service",
        "=x",
        "service=~(",
        "ser vice=x",
        "service=\"x",
        "service=a\"b",
        "service=~(?!a)"
      })
  void shouldRefuseInvalidMatchers(String text) {
    assertThatThrownBy(() -> LabelMatcher.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTakeTheFirstRouteThatMatches() {
    Routes routes =
        new Routes(
            List.of(
                route("pager", "severity=critical"),
                route("shop", "service=checkout", "severity=~high|critical"),
                route("later", "service=checkout")),
            List.of("log"));

    assertThat(routes.receiversOf(LABELS)).containsExactly("shop");
    assertThat(routes.receiversOf(Map.of("service", "cart"))).containsExactly("log");
  }

  private static Routes.Route route(String receiver, String... matchers) {
    return new Routes.Route(
        List.of(matchers).stream().map(LabelMatcher::parse).toList(), List.of(receiver));
  }
}
