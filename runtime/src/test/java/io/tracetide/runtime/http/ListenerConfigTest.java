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
            new ConfigKey("listener.maxConnectionsPerAddress", "int", "32"),
            new ConfigKey("listener.maxRequestBytes", "long", "4194304"),
            new ConfigKey("listener.tokens", "path", ""),
            new ConfigKey("listener.tls.certificate", "path", ""),
            new ConfigKey("listener.tls.key", "path", ""),
            new ConfigKey("listener.tls.clientCa", "path", ""),
            new ConfigKey("listener.reloadInterval", "duration", "10s"),
            new ConfigKey("listener.openMetrics", "boolean", "false"),
            new ConfigKey("listener.insecure", "boolean", "false"),
            new ConfigKey("listener.cors.origins", "list of string", "[]"));
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
  void shouldServeOtherMachinesOnlyWhenConfigured(String host, boolean loopback) {
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

  /** Beyond loopback it takes both, or a word that it is meant so. */
  @ParameterizedTest(name = "loopback={0} tokens={1} tls={2} insecure={3} -> {4}")
  @CsvSource({
    "true,  false, false, false, starts",
    "true,  true,  false, false, starts",
    "true,  false, true,  false, starts",
    "true,  true,  true,  false, starts",
    "false, false, false, false, no tokens and no TLS",
    "false, true,  false, false, 'no TLS, so that tokens could be read'",
    "false, false, true,  false, no tokens",
    "false, true,  true,  false, starts",
    "true,  false, false, true,  starts",
    "true,  true,  false, true,  starts",
    "true,  false, true,  true,  starts",
    "true,  true,  true,  true,  starts",
    "false, false, false, true,  starts",
    "false, true,  false, true,  starts",
    "false, false, true,  true,  starts",
    "false, true,  true,  true,  starts",
  })
  void shouldServeOtherMachinesOnlyWithTokensAndTlsOrInsecure(
      boolean loopback, boolean tokens, boolean tls, boolean insecure, String outcome) {
    String yaml =
        "listener: {host: %s, insecure: %s%s%s}"
            .formatted(
                loopback ? "127.0.0.1" : "0.0.0.0",
                insecure,
                tokens ? ", tokens: t.yaml" : "",
                tls ? ", tls: {certificate: c.pem, key: k.pem}" : "");

    if (outcome.equals("starts")) {
      assertThat(ConfigReader.parse(yaml, DEFAULTS, Map.of()).listener().isOnLoopback())
          .isEqualTo(loopback);
    } else {
      assertThatThrownBy(() -> ConfigReader.parse(yaml, DEFAULTS, Map.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "configuration: listener.host: got \"0.0.0.0\", expected a loopback address such as"
                  + " 127.0.0.1, because this listener has "
                  + outcome)
          .message()
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "certificate: c.pem, key",
    "key: k.pem, certificate",
    "clientCa: ca.pem, certificate",
  })
  void shouldRefuseHalfOfTls(String yaml, String lacking) {
    assertThatThrownBy(
            () -> ConfigReader.parse("listener: {tls: {" + yaml + "}}", DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("listener.tls." + lacking);
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
        "maxConnectionsPerAddress: 0",
        "reloadInterval: 0s",
        "maxRequestBytes: 0"
      })
  void shouldRefuseInvalidSettings(String yaml) {
    assertThatThrownBy(() -> ConfigReader.parse("listener: {" + yaml + "}", DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("listener." + yaml.split(":")[0]);
  }

  @Test
  void shouldMoveToAnotherPort() {
    assertThat(ListenerConfig.onPort(1).withPort(2)).isEqualTo(ListenerConfig.onPort(2));
  }
}
