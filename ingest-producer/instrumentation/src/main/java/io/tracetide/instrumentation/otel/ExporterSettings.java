package io.tracetide.instrumentation.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.tracetide.client.EmitterSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings of the exporter's emitter, read from OpenTelemetry's configuration. Missing addresses
 * default to localhost.
 */
final class ExporterSettings {

  private static final String UNKNOWN_SERVICE = "unknown_service:java";

  /** Default addresses of a local installation. */
  private static final Map<String, String> LOCAL =
      Map.of(
          "tracetide.bootstrap.servers", "127.0.0.1:9092",
          "tracetide.schema.registry.url", "http://127.0.0.1:8081/apis/ccompat/v7");

  private ExporterSettings() {}

  static EmitterSettings of(ConfigProperties config, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(LOCAL);
    settings.putAll(EmitterSettings.properties(environment));
    for (String name : EmitterSettings.names()) {
      String value = config.getString(name);
      if (value != null) {
        settings.put(name, value);
      }
    }
    settings.putIfAbsent("tracetide.service.name", serviceName(config));
    return EmitterSettings.of(settings);
  }

  /** The service name of the SDK's resource, which metrics need; spans have their own. */
  private static String serviceName(ConfigProperties config) {
    String name = config.getString("otel.service.name");
    return name != null
        ? name
        : config.getMap("otel.resource.attributes").getOrDefault("service.name", UNKNOWN_SERVICE);
  }
}
