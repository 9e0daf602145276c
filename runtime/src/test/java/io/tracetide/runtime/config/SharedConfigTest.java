package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedConfigTest {
  record Root(KafkaConfig kafka, RegistryConfig registry) {}

  private static final Root DEFAULTS = new Root(KafkaConfig.defaults(), RegistryConfig.defaults());

  @Test
  void shouldPinKeysAndDefaults() {
    assertThat(ConfigReader.keys(DEFAULTS))
        .containsExactly(
            new ConfigKey("kafka.bootstrapServers", "string", "127.0.0.1:9092"),
            new ConfigKey("kafka.properties", "map of string", "{}"),
            new ConfigKey("kafka.meters", "one of selected, all", "selected"),
            new ConfigKey("registry.url", "string", "http://127.0.0.1:8081/apis/ccompat/v7"),
            new ConfigKey("registry.username", "string", "\"\""),
            new ConfigKey("registry.password", "secret", ""),
            new ConfigKey("registry.connectTimeout", "duration", "5s"),
            new ConfigKey("registry.requestTimeout", "duration", "10s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka: {bootstrapServers: nowhere}",
        "kafka: {bootstrapServers: 'a:1,,b:2'}",
        "kafka: {bootstrapServers: ''}",
        "registry: {url: 'localhost:8081'}",
        "registry: {url: 'http://me:hunter2@localhost'}",
        "registry: {username: me}",
        "registry: {connectTimeout: 0s}"
      })
  void shouldRefuseInvalidSettings(String yaml) {
    assertThatThrownBy(() -> ConfigReader.parse(yaml, DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void shouldAcceptSeveralServersAndCredentials() {
    Root read =
        ConfigReader.parse(
            """
            kafka: {bootstrapServers: "a:9092, [::1]:9092"}
            registry: {url: "https://registry.example/apis/", username: me, password: "${env:P}"}
            """,
            DEFAULTS,
            Map.of("P", "hunter2"));

    assertThat(read.kafka().bootstrapServers()).isEqualTo("a:9092, [::1]:9092");
    assertThat(read.registry().password().reveal()).isEqualTo("hunter2");
  }

  @Test
  void shouldMaskPasswordsAmongClientProperties() {
    KafkaConfig config =
        new KafkaConfig(
            "a:1",
            Map.of(
                "sasl.jaas.config", "password=hunter2",
                "ssl.key.password", "hunter2",
                "ssl.keystore.key", "hunter2",
                "client.id", "shown"));

    assertThat(config.toString()).contains("client.id=shown").doesNotContain("hunter2");
  }
}
