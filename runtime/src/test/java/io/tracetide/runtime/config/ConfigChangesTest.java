package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigChangesTest {

  record Inner(Duration grace, Secret token, String url) {}

  record Item(String name) {}

  record Outer(
      int threads,
      Inner inner,
      Optional<Inner> other,
      List<String> names,
      List<Item> items,
      Map<String, String> labels,
      String password) {}

  private static final Inner INNER = new Inner(Duration.ofSeconds(5), Secret.NONE, "");
  private static final Outer DEFAULTS =
      new Outer(2, INNER, Optional.empty(), List.of(), List.of(), Map.of(), "");

  @Test
  void shouldBeEmptyForTheDefaults() {
    assertThat(ConfigChanges.of(DEFAULTS, DEFAULTS)).isEmpty();
  }

  @Test
  void shouldListChangedKeysWithoutSecrets() {
    Outer changed =
        new Outer(
            4,
            new Inner(Duration.ofMinutes(1), Secret.of("s3cret"), "https://me:s3cret@host/write"),
            Optional.of(new Inner(Duration.ZERO, Secret.of("s3cret"), "")),
            List.of("a", "b"),
            List.of(new Item("s3cret"), new Item("two")),
            Map.of("team", "shop", "apiKey.secret", "s3cret"),
            "s3cret");

    Map<String, String> changes = ConfigChanges.of(changed, DEFAULTS);

    assertThat(changes)
        .contains(
            entry("threads", "4"),
            entry("inner.grace", "1m"),
            entry("inner.token", "<redacted>"),
            entry("inner.url", "https://<redacted>@host/write"),
            entry("names", "[a, b]"),
            entry("items", "2 sections"),
            entry("password", "<redacted>"));
    assertThat(changes.get("other")).startsWith("{grace: ").contains("token: <redacted>");
    assertThat(changes.toString()).doesNotContain("s3cret").contains("team: shop");
  }

  @Test
  void shouldCutLongValues() {
    Outer changed =
        new Outer(2, INNER, Optional.empty(), List.of("x".repeat(5_000)), List.of(), Map.of(), "");

    assertThat(ConfigChanges.of(changed, DEFAULTS).get("names")).hasSize(201).endsWith("…");
  }
}
