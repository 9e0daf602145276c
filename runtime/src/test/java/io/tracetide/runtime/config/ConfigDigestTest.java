package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigDigestTest {

  record Section(String name, List<String> names, Secret secret, Map<String, String> more) {}

  @Test
  void shouldChangeWithValuesButNotWithSecretsOrOrder() {
    String digest = ConfigDigest.of(section("a", "one", Map.of("x", "1", "ssl.password", "p")));

    Map<String, String> reversed = new LinkedHashMap<>();
    reversed.put("x", "1");
    reversed.put("ssl.password", "other");
    assertThat(ConfigDigest.of(section("a", "two", reversed))).isEqualTo(digest).hasSize(64);
    assertThat(ConfigDigest.of(section("b", "one", Map.of("x", "1", "ssl.password", "p"))))
        .isNotEqualTo(digest);
    assertThat(ConfigDigest.of(section("a", "one", Map.of("x", "2", "ssl.password", "p"))))
        .isNotEqualTo(digest);
  }

  private static Section section(String name, String secret, Map<String, String> more) {
    return new Section(name, List.of("n", "m"), Secret.of(secret), more);
  }
}
