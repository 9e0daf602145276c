package io.tracetide.processor.query.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI 3.1 document of the query API. Its sources are files by topic: {@code api.yaml} with
 * what is common, and others with {@code paths} and {@code schemas}. Tests validate answers against
 * it.
 */
public final class ApiDocument {
  private static final String DIRECTORY = "/io/tracetide/processor/openapi/";
  private static final String COMMON = "api.yaml";
  private static final List<String> TOPICS =
      List.of(
          "services.yaml",
          "anomalies.yaml",
          "audit.yaml",
          "traces.yaml",
          "live.yaml",
          "prometheus.yaml",
          "jaeger.yaml",
          "alerts.yaml",
          "process.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROPERTIES = "properties";
  private static final String REQUIRED = "required";

  private ApiDocument() {}

  /** Reads the document; a new copy with each call. */
  public static ObjectNode read() {
    ObjectNode document = (ObjectNode) yaml(COMMON);
    ObjectNode paths = document.withObject("/paths");
    ObjectNode schemas = document.withObject("/components/schemas");
    for (String topic : TOPICS) {
      JsonNode part = yaml(topic);
      part.path("paths").properties().forEach(path -> paths.set(path.getKey(), path.getValue()));
      part.path("schemas")
          .properties()
          .forEach(each -> schemas.set(each.getKey(), each.getValue()));
    }
    requireAll(document);
    return document;
  }

  /** A field without a value is null and not absent, so every field is required. */
  private static void requireAll(JsonNode node) {
    if (node instanceof ObjectNode schema
        && schema.path(PROPERTIES).isObject()
        && schema.has("type")
        && !schema.has(REQUIRED)) {
      ArrayNode required = schema.putArray(REQUIRED);
      schema.get(PROPERTIES).fieldNames().forEachRemaining(required::add);
    }
    node.forEach(ApiDocument::requireAll);
  }

  private static JsonNode yaml(String file) {
    try (InputStream in = ApiDocument.class.getResourceAsStream(DIRECTORY + file)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + DIRECTORY + file);
      }
      Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return JSON.valueToTree(content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
