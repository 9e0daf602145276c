package io.tracetide.runtime.kafka.client;

import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;

/** Clients of the schema registry, made from the configuration. */
public final class RegistryClients {

  private static final int ATTEMPTS = 4;

  private RegistryClients() {}

  /** A client that sends a request up to four times. */
  public static HttpSchemaRegistry create(RegistryConfig config) {
    return create(config, ATTEMPTS);
  }

  /**
   * A client.
   *
   * @param attempts how often a request is sent before it fails
   */
  public static HttpSchemaRegistry create(RegistryConfig config, int attempts) {
    return HttpSchemaRegistry.create(
        new RegistrySettings(
            config.url(),
            config.username(),
            config.password().reveal(),
            config.connectTimeout(),
            config.requestTimeout(),
            attempts));
  }
}
