package io.tracetide.runtime.config;

import java.time.Duration;

/**
 * The connection of every role to the schema registry.
 *
 * @param url of the Confluent Schema Registry API
 * @param username for basic authentication, empty for none
 */
public record RegistryConfig(
    String url,
    String username,
    Secret password,
    Duration connectTimeout,
    Duration requestTimeout) {
  public RegistryConfig {
    Checks.check()
        .that(
            url.matches("https?://[^\\s/?#@]+([/][^\\s?#]*)?"),
            "url",
            url.contains("@") ? "" : url,
            "an http:// or https:// address, with any credentials in username and password")
        .that(
            username.isEmpty() != password.isPresent(),
            "username",
            username,
            "username and password together, or neither")
        .positive("connectTimeout", connectTimeout)
        .positive("requestTimeout", requestTimeout)
        .done();
  }

  public static RegistryConfig defaults() {
    return new RegistryConfig(
        "http://127.0.0.1:8081/apis/ccompat/v7",
        "",
        Secret.NONE,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10));
  }
}
