package io.tracetide.processor.query.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** An OpenAPI document as one HTML page without scripts of its own. */
final class ApiPage {
  private static final Set<String> METHODS = Set.of("get", "post", "delete");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%1$s</title>
        <link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/dashboard/style/base.css">
        <link rel="stylesheet" href="/dashboard/style/docs.css">
        <script src="/dashboard/theme.js"></script>
      </head>
      <body class="docs">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/"><img src="/dashboard/icon.svg" alt="" width="24" height="24">Tracetide</a>
          <a href="/docs/openapi.json">openapi.json</a>
        </header>
        <nav aria-label="Contents">
      """;

  private final ObjectNode document;
  private final StringBuilder page = new StringBuilder(100_000);

  ApiPage(ObjectNode document) {
    this.document = document;
  }

  String html() {
    String title = document.at("/info/title").asText();
    page.append(HEAD.formatted(escaped(title)));
    contents();
    add("</nav>\n<main id=\"main\" tabindex=\"-1\">\n<h1>", escaped(title), "</h1>\n");
    add("<p>", text(document.at("/info/description")), "</p>\n");
    for (JsonNode tag : document.path("tags")) {
      section(tag);
    }
    schemas();
    add("</main>\n</body>\n</html>\n");
    return page.toString();
  }

  private void contents() {
    add("<ul>\n");
    for (JsonNode tag : document.path("tags")) {
      String name = tag.path("name").asText();
      add("<li><a href=\"#", escaped(name), "\">", escaped(name), "</a></li>\n");
    }
    add("<li><a href=\"#Schemas\">Schemas</a></li>\n</ul>\n");
  }

  private void section(JsonNode tag) {
    String name = tag.path("name").asText();
    add("<section id=\"", escaped(name), "\">\n<h2>", escaped(name), "</h2>\n");
    add("<p>", text(tag.path("description")), "</p>\n");
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())
            && operation.getValue().at("/tags/0").asText().equals(name)) {
          operation(path.getKey(), operation.getKey(), path.getValue(), operation.getValue());
        }
      }
    }
    add("</section>\n");
  }

  private void operation(String path, String method, JsonNode of, JsonNode operation) {
    String id = operation.path("operationId").asText();
    add("<article id=\"", escaped(id), "\">\n<h3><span class=\"method\">");
    add(method.toUpperCase(Locale.ROOT), "</span> <code>", escaped(path), "</code></h3>\n");
    add("<p>", text(operation.path("summary")), ". ", text(operation.path("description")));
    add("</p>\n");
    List<JsonNode> parameters = new ArrayList<>();
    of.path("parameters").forEach(parameters::add);
    operation.path("parameters").forEach(parameters::add);
    if (!parameters.isEmpty()) {
      add("<table>\n<thead><tr><th>Parameter</th><th>Type</th><th>Meaning</th></tr></thead>\n");
      add("<tbody>\n");
      parameters.forEach(parameter -> parameter(resolved(parameter)));
      add("</tbody>\n</table>\n");
    }
    add("<table>\n<thead><tr><th>Status</th><th>Answer</th><th>Meaning</th></tr></thead>\n");
    add("<tbody>\n");
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      response(response.getKey(), resolved(response.getValue()));
    }
    add("</tbody>\n</table>\n</article>\n");
  }

  private void parameter(JsonNode parameter) {
    boolean required = parameter.path("required").asBoolean();
    String where = parameter.path("in").asText();
    row(
        "<code>" + escaped(parameter.path("name").asText()) + "</code>",
        type(parameter.path("schema")) + (where.equals("query") ? "" : ", " + escaped(where)),
        (required ? "Required. " : "") + text(parameter.path("description")));
  }

  private void response(String status, JsonNode response) {
    List<String> forms = new ArrayList<>();
    for (Map.Entry<String, JsonNode> form : response.path("content").properties()) {
      JsonNode schema = form.getValue().path("schema");
      String type = schema.isEmpty() ? "" : " " + type(schema);
      forms.add("<code>" + escaped(form.getKey()) + "</code>" + type);
    }
    row(escaped(status), String.join("<br>", forms), text(response.path("description")));
  }

  private void schemas() {
    add("<section id=\"Schemas\">\n<h2>Schemas</h2>\n");
    for (Map.Entry<String, JsonNode> each : document.at("/components/schemas").properties()) {
      JsonNode schema = each.getValue();
      add("<article id=\"schema-", escaped(each.getKey()), "\">\n<h3>", escaped(each.getKey()));
      add("</h3>\n<p>", text(schema.path("description")), "</p>\n");
      if (schema.has("properties")) {
        add("<table>\n<thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead>\n");
        add("<tbody>\n");
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
          row(
              "<code>" + escaped(field.getKey()) + "</code>",
              type(field.getValue()),
              text(field.getValue().path("description")));
        }
        add("</tbody>\n</table>\n");
      } else {
        add("<p>", type(schema), "</p>\n");
      }
      add("</article>\n");
    }
    add("</section>\n");
  }

  private void row(String... cells) {
    add("<tr>");
    for (String cell : cells) {
      add("<td>", cell, "</td>");
    }
    add("</tr>\n");
  }

  /** The type of a schema as a few words, with links to other schemas. */
  private static String type(JsonNode schema) {
    if (schema.has("$ref")) {
      String name = schema.get("$ref").asText().replaceFirst(".*/", "");
      return "<a href=\"#schema-" + escaped(name) + "\">" + escaped(name) + "</a>";
    }
    if (schema.has("oneOf")) {
      List<String> types = new ArrayList<>();
      schema.get("oneOf").forEach(each -> types.add(type(each)));
      return String.join(" or ", types);
    }
    if (schema.has("const")) {
      return "<code>" + escaped(schema.get("const").asText()) + "</code>";
    }
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.get("enum").forEach(each -> values.add("<code>" + escaped(each.asText()) + "</code>"));
      return String.join(", ", values);
    }
    return plainType(schema);
  }

  private static String plainType(JsonNode schema) {
    List<String> names = new ArrayList<>();
    JsonNode type = schema.path("type");
    (type.isArray() ? type : List.of(type)).forEach(each -> names.add(each.asText()));
    String joined = String.join(" or ", names);
    if (names.contains("array") && schema.has("items")) {
      return joined + " of " + type(schema.get("items"));
    }
    if (schema.path("additionalProperties").isObject()) {
      return joined + " of " + type(schema.get("additionalProperties"));
    }
    return joined + (schema.has("format") ? ", " + escaped(schema.get("format").asText()) : "");
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static String text(JsonNode text) {
    return CODE.matcher(escaped(text.asText(""))).replaceAll("<code>$1</code>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private void add(String... parts) {
    for (String part : parts) {
      page.append(part);
    }
  }
}
