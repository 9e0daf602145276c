package io.tracetide.instrumentation.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.tracetide.client.EmitterSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings of the emitter behind the exporter: those of every emitter, from wherever OpenTelemetry
 * takes its own, with what is usual on one machine for those that are missing.
 */
final class ExporterSettings {

  private static final String UNKNOWN_SERVICE = "unknown_service:java";

  /** What a new installation on this machine listens on. */
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

  /** The name that the SDK's resource gets; spans say it themselves, measurements need it. */
  private static String serviceName(ConfigProperties config) {
    String name = config.getString("otel.service.name");
    return name != null
        ? name
        : config.getMap("otel.resource.attributes").getOrDefault("service.name", UNKNOWN_SERVICE);
  }
}
