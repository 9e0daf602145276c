package io.tracetide.instrumentation.otel;

import static io.tracetide.instrumentation.otel.ExportedText.EXPORTED;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The source of spans: the service, the other attributes of its resource, and the instrumentation
 * scope.
 */
record Origin(String serviceName, Map<String, String> metadata) {

  static final String SERVICE_NAME = "service.name";
  private static final String UNKNOWN_SERVICE = "unknown_service";

  static Origin of(Resource resource, InstrumentationScopeInfo scope) {
    AttributeTexts texts = new AttributeTexts(ExportedText.TAGS);
    String[] service = {""};
    resource
        .getAttributes()
        .forEach(
            (key, value) -> {
              if (key.getKey().equals(SERVICE_NAME)) {
                service[0] = EXPORTED.name(AttributeValue.text(value));
              } else {
                texts.put(key.getKey(), AttributeValue.text(value));
              }
            });
    Map<String, String> metadata = new LinkedHashMap<>(texts.toMap());
    putUnlessEmpty(metadata, "otel.scope.name", scope.getName());
    putUnlessEmpty(metadata, "otel.scope.version", scope.getVersion());
    return new Origin(service[0].isBlank() ? UNKNOWN_SERVICE : service[0], metadata);
  }

  private static void putUnlessEmpty(
      Map<String, String> metadata, String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      metadata.put(key, EXPORTED.name(value));
    }
  }
}
