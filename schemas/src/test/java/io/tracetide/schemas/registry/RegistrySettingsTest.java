package io.tracetide.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

  @Test
  void shouldTakeSeveralUrlsAndDropSlashesAtTheirEnds() {
    RegistrySettings settings =
        RegistrySettings.of("http://a:8081/, https://b/apis/ccompat/v7//,,");

    assertThat(settings.urls()).containsExactly("http://a:8081", "https://b/apis/ccompat/v7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " , ", "localhost:8081", "ftp://a", "http://", "http://a b"})
  void shouldRefuseWhatIsNotAnHttpUrl(String url) {
    assertThatThrownBy(() -> RegistrySettings.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schema registry url");
  }

  @Test
  void shouldRefuseCredentialsInTheUrlWithoutRepeatingThem() {
    assertThatThrownBy(() -> RegistrySettings.of("http://me:s3cr3t@a:8081"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cr3t");
  }

  @Test
  void shouldRefuseTimeoutsAndAttemptsOutOfRange() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RegistrySettings("http://a", "", "", Duration.ZERO, second, 1))
        .hasMessageContaining("connectTimeout");
    assertThatThrownBy(
            () -> new RegistrySettings("http://a", "", "", second, Duration.ofMillis(-1), 1))
        .hasMessageContaining("requestTimeout");
    assertThatThrownBy(() -> new RegistrySettings("http://a", "", "", second, second, 0))
        .hasMessageContaining("maxAttempts");
  }
}
