package io.tracetide.instrumentation.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterSettingsTest {

  @Test
  void shouldReadEverySettingFromText() {
    Map<String, String> texts = new HashMap<>();
    texts.put("excludedPaths", "/health, *.css");
    texts.put("failureStatus", "400");
    texts.put("routeAttributes", "a,b");
    texts.put("user", "hashed");
    texts.put("session", "off");
    texts.put("joinCallers", "false");
    texts.put("answerTrace", "false");

    assertThat(FilterSettings.defaults().with(texts))
        .isEqualTo(
            new FilterSettings(
                List.of("/health", "*.css"),
                400,
                List.of("a", "b"),
                Disclosure.HASHED,
                Disclosure.OFF,
                false,
                false));
    assertThat(FilterSettings.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .containsExactlyInAnyOrderElementsOf(texts.keySet());
  }

  @Test
  void shouldKeepWhatIsNotGiven() {
    FilterSettings settings = FilterSettings.defaults().withFailureStatus(400);

    assertThat(settings.with(Map.of())).isEqualTo(settings);
  }

  @Test
  void shouldNameEverythingThatMakesNoSense() {
    assertThatThrownBy(
            () ->
                FilterSettings.defaults()
                    .with(
                        Map.of(
                            "failureStatus", "many",
                            "user", "secret",
                            "joinCallers", "perhaps",
                            "excludePaths", "/health")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("failureStatus is many")
        .hasMessageContaining("user is secret")
        .hasMessageContaining("joinCallers is perhaps")
        .hasMessageContaining("excludePaths is not a setting");
    assertThatThrownBy(() -> FilterSettings.defaults().withExcludedPaths("health", "/a/*/b"))
        .hasMessageContaining("health,")
        .hasMessageContaining("/a/*/b");
  }

  @Test
  void shouldRefuseToPublishIdsOfSessions() {
    assertThatThrownBy(() -> FilterSettings.defaults().withSession(Disclosure.PLAIN))
        .hasMessageContaining("the id grants access to the session");
    assertThat(Disclosure.HASHED.of("0F2A11"))
        .matches("[0-9a-f]{32}")
        .isEqualTo(Disclosure.HASHED.of("0F2A11"))
        .isNotEqualTo(Disclosure.HASHED.of("0F2A12"));
  }
}
