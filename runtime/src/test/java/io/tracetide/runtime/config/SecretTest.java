package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void shouldMaskItselfInEveryText() {
    Secret secret = Secret.of("hunter2");
    RegistryConfig holder =
        new RegistryConfig(
            "http://localhost", "me", secret, Duration.ofSeconds(1), Duration.ofSeconds(1));

    assertThat(secret).hasToString("<redacted>");
    assertThat(holder.toString()).contains("me", "<redacted>").doesNotContain("hunter2");
    assertThat(secret.reveal()).isEqualTo("hunter2");
    assertThat(secret.isPresent()).isTrue();
  }

  @Test
  void shouldRefuseToBecomeJsonOrASerialisedObject() {
    ObjectMapper json = new ObjectMapper();

    assertThatThrownBy(() -> json.writeValueAsString(Map.of("password", Secret.of("hunter2"))))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageNotContaining("hunter2");
    assertThat(Secret.of("hunter2")).isNotInstanceOf(Serializable.class);
  }

  @Test
  void shouldBeEqualToTheSameSecretOnly() {
    assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
    assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).isNotEqualTo(Secret.NONE);
    assertThat(Secret.of("")).isSameAs(Secret.NONE);
    assertThat(Secret.NONE.isPresent()).isFalse();
  }
}
