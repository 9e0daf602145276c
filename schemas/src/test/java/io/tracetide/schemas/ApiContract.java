package io.tracetide.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tests answers over HTTP against an OpenAPI document, for tests of every module. Objects may have
 * the documented fields only, so that the document stays complete; clients must accept others.
 */
public final class ApiContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROPERTIES = "properties";
  private static final String OTHERS = "additionalProperties";

  private static final Set<String> VERBS = Set.of("get", "post", "put", "delete");

  /** Statuses of every path that describe the connection, or a defect, and not the API. */
  private static final Set<Integer> OF_EVERY_PATH = Set.of(405, 408, 413, 421, 429, 500);

  /** Files of pages, forms of people, and requests between instances. */
  private static final List<String> NOT_DESCRIBED =
      List.of("/dashboard/", "/login", "/logout", "/internal/");

  private final ObjectNode document;
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

  public ApiContract(JsonNode document) {
    this.document = document.deepCopy();
    forbidOthers(this.document.at("/components"));
    forbidOthers(this.document.path("paths"));
  }

  private static void forbidOthers(JsonNode node) {
    if (node instanceof ObjectNode schema
        && schema.path(PROPERTIES).isObject()
        && !schema.has(OTHERS)) {
      schema.put(OTHERS, false);
    }
    node.forEach(ApiContract::forbidOthers);
  }

  /** The response, unless the document does not describe it. */
  public <T> HttpResponse<T> checked(HttpResponse<T> response) {
    String type = response.headers().firstValue("content-type").orElse("");
    String body =
        response.body() instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.UTF_8)
            : response.body() instanceof String text ? text : "";
    check(response.request().method(), response.uri(), response.statusCode(), type, body);
    return response;
  }

  /**
   * Tests an answer.
   *
   * @param body empty when there is none, or it is not a text
   */
  public void check(String method, URI uri, int status, String type, String body) {
    List<String> problems = problems(method, uri, status, type, body);
    if (!problems.isEmpty()) {
      throw new AssertionError(
          "%s %s answered %d, which the OpenAPI document does not describe:%n%s%n%s"
              .formatted(method, uri, status, String.join("\n", problems), shortened(body)));
    }
  }

  private static String shortened(String body) {
    return body.length() <= 2_000 ? body : body.substring(0, 2_000) + "…";
  }

  private List<String> problems(String method, URI uri, int status, String type, String body) {
    if (NOT_DESCRIBED.stream().anyMatch(uri.getPath()::startsWith)
        || OF_EVERY_PATH.contains(status)) {
      return List.of();
    }
    Optional<String> path = path(uri.getRawPath());
    if (path.isEmpty()) {
      return status == 404 || status == 400 ? List.of() : List.of("the path is not described");
    }
    String verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    JsonNode operation = document.path("paths").path(path.get()).path(verb);
    JsonNode responses = operation.path("responses");
    JsonNode response =
        resolved(responses.path(responses.has("" + status) ? "" + status : "default"));
    if (response.isMissingNode()) {
      return List.of("the method or the status is not described");
    }
    List<String> problems = new ArrayList<>();
    if (status == 200 && path.get().startsWith("/monitoring/")) {
      undescribed(uri, operation).forEach(name -> problems.add("parameter " + name));
    }
    if (!body.isEmpty() && !method.equals("HEAD")) {
      problems.addAll(bodyProblems(response.path("content"), type, body));
    }
    return problems;
  }

  private List<String> bodyProblems(JsonNode content, String type, String body) {
    String plain = type.split(";", 2)[0].strip();
    if (!content.has(plain)) {
      return List.of("the content type is not described: " + type);
    }
    if (!plain.endsWith("json") || plain.endsWith("ndjson")) {
      return List.of();
    }
    JsonNode schema = content.path(plain).path("schema");
    return schemas
        .computeIfAbsent(schema.toString(), text -> compiled(schema))
        .validate(
            body,
            InputFormat.JSON,
            context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(Object::toString)
        .limit(10)
        .toList();
  }

  private JsonSchema compiled(JsonNode schema) {
    ObjectNode root = JSON.createObjectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.putArray("allOf").add(schema);
    root.set("components", document.path("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
  }

  /** Names of parameters in a query that an operation does not have. */
  private Set<String> undescribed(URI uri, JsonNode operation) {
    Set<String> names = new TreeSet<>();
    if (uri.getRawQuery() != null && !uri.getRawQuery().isEmpty()) {
      for (String parameter : uri.getRawQuery().split("&", -1)) {
        names.add(parameter.split("=", 2)[0]);
      }
    }
    names.removeAll(parameters(operation));
    return names;
  }

  /**
   * Tests that the document has these routes, such as {@code GET /monitoring/traces/:id}, and no
   * others.
   */
  public void checkRoutes(Collection<String> routes) {
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (VERBS.contains(operation.getKey())) {
          String pattern = path.getKey().replaceAll("\\{(\\w+)}", ":$1");
          described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + pattern);
        }
      }
    }
    Set<String> served = new TreeSet<>();
    for (String route : routes) {
      String path = route.substring(route.indexOf(' ') + 1);
      boolean variant = route.startsWith("HEAD ") || route.startsWith("CONNECT ");
      if (!variant && NOT_DESCRIBED.stream().noneMatch(path::startsWith)) {
        served.add(route);
      }
    }
    if (!described.equals(served)) {
      throw new AssertionError(
          "the OpenAPI document describes%n%s%nand served are%n%s".formatted(described, served));
    }
  }

  /** Names of the parameters of an operation's query. */
  public Set<String> parameters(JsonNode operation) {
    Set<String> names = new TreeSet<>();
    for (JsonNode each : operation.path("parameters")) {
      JsonNode parameter = resolved(each);
      if (parameter.path("in").asText().equals("query")) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  /** The described path that matches; one without parameters has priority. */
  private Optional<String> path(String requested) {
    if (document.path("paths").has(requested)) {
      return Optional.of(requested);
    }
    String[] segments = requested.split("/", -1);
    for (Map.Entry<String, JsonNode> each : document.path("paths").properties()) {
      String[] described = each.getKey().split("/", -1);
      boolean same = described.length == segments.length;
      for (int i = 0; same && i < segments.length; i++) {
        same = described[i].startsWith("{") || described[i].equals(segments[i]);
      }
      if (same) {
        return Optional.of(each.getKey());
      }
    }
    return Optional.empty();
  }
}
