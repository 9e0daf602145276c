package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerConfigTest {
  record Root(ListenerConfig listener) {}

  private static final Root DEFAULTS = new Root(ListenerConfig.onPort(4318));

  @Test
  void shouldPinKeysAndDefaults() {
    assertThat(ConfigReader.keys(DEFAULTS))
        .containsExactly(
            new ConfigKey("listener.host", "string", "127.0.0.1"),
            new ConfigKey("listener.port", "int", "4318"),
            new ConfigKey("listener.requestTimeout", "duration", "15s"),
            new ConfigKey("listener.idleTimeout", "duration", "10s"),
            new ConfigKey("listener.maxConnections", "int", "256"),
            new ConfigKey("listener.maxRequestBytes", "long", "4194304"),
            new ConfigKey("listener.insecure", "boolean", "false"));
  }

  /** Only what is certainly this machine may be served without authentication and TLS. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "localhost, true",
    "'::1', true",
    "'::ffff:127.0.0.1', true",
    "0.0.0.0, false",
    "'::', false",
    "10.0.0.1, false",
    "example.org, false",
    "localhost.example.org, false",
    "127.1, false",
    "0x7f000001, false",
    "2130706433, false",
  })
  void shouldBeOpenToOthersOnlyWhenSaidSo(String host, boolean loopback) {
    assertThat(ListenerConfig.isLoopback(host)).isEqualTo(loopback);

    String yaml = "listener: {host: '" + host + "'}";
    if (loopback) {
      assertThat(ConfigReader.parse(yaml, DEFAULTS, Map.of()).listener().host()).isEqualTo(host);
    } else {
      assertThatThrownBy(() -> ConfigReader.parse(yaml, DEFAULTS, Map.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "configuration: listener.host: got \"" + host + "\", expected a loopback address")
          .hasMessageContaining("insecure: true");
    }
    String insecure = "listener: {host: '" + host + "', insecure: true}";
    assertThat(ConfigReader.parse(insecure, DEFAULTS, Map.of()).listener().insecure()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: ''",
        "port: 65536",
        "port: -1",
        "requestTimeout: 0s",
        "idleTimeout: 0s",
        "maxConnections: 0",
        "maxRequestBytes: 0"
      })
  void shouldRefuseWhatCannotWork(String yaml) {
    assertThatThrownBy(() -> ConfigReader.parse("listener: {" + yaml + "}", DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("listener." + yaml.split(":")[0]);
  }

  @Test
  void shouldMoveToAnotherPort() {
    assertThat(ListenerConfig.onPort(1).withPort(2)).isEqualTo(ListenerConfig.onPort(2));
  }
}
