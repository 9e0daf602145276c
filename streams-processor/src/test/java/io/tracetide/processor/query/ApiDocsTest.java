package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.dashboard.DashboardQuery;
import io.tracetide.processor.query.docs.ApiDocument;
import io.tracetide.processor.query.objective.BudgetQuery;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.schemas.ApiContract;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document of the query API, and its page. */
class ApiDocsTest extends QueryServerFixture {
  private static final ObjectNode DOCUMENT = ApiDocument.read();

  private static Collection<String> withForm(List<String> parameters) {
    Set<String> all = new TreeSet<>(parameters);
    all.add("format");
    return all;
  }

  @Test
  void shouldDescribeEveryParameter() {
    Map<String, Collection<String>> accepted =
        Map.of(
            "/monitoring/analytics", withForm(AnalyticsQuery.PARAMETERS),
            "/monitoring/dashboard", DashboardQuery.PARAMETERS,
            "/monitoring/services", ServicesQuery.PARAMETERS,
            "/monitoring/objectives", BudgetQuery.PARAMETERS,
            "/monitoring/anomalies", withForm(AnomalyQuery.PARAMETERS),
            "/monitoring/incidents", AnomalyQuery.PARAMETERS,
            "/monitoring/traces", withForm(TraceListQuery.PARAMETERS));

    accepted.forEach(
        (path, parameters) ->
            assertThat(CONTRACT.parameters(DOCUMENT.path("paths").path(path).path("get")))
                .as(path)
                .containsExactlyInAnyOrderElementsOf(parameters));
  }

  @Test
  void shouldReferToWhatExistsAndNameEachOperationOnce() {
    for (JsonNode reference : DOCUMENT.findValues("$ref")) {
      assertThat(DOCUMENT.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
    List<String> ids = DOCUMENT.findValuesAsText("operationId");
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    Set<String> used = new HashSet<>();
    DOCUMENT.findValues("$ref").forEach(reference -> used.add(reference.asText()));
    DOCUMENT
        .at("/components/schemas")
        .fieldNames()
        .forEachRemaining(name -> assertThat(used).contains("#/components/schemas/" + name));
  }

  /** An unquoted comma ends a text in the sources, and leaves a key without a value. */
  @Test
  void shouldHaveAValueForEachKey() {
    assertThat(keysWithoutValue(DOCUMENT)).isEmpty();
  }

  private static List<String> keysWithoutValue(JsonNode node) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue().isNull()) {
        found.add(field.getKey());
      }
    }
    node.forEach(child -> found.addAll(keysWithoutValue(child)));
    return found;
  }

  @Test
  void shouldFindFieldsThatAreNotDescribed() {
    ApiContract contract = new ApiContract(DOCUMENT);
    URI services = URI.create("http://localhost/monitoring/services?timeRange=1h");
    String answer =
        "{\"from\":\"2026-03-01T10:00:00Z\",\"to\":\"2026-03-01T11:00:00Z\",\"partial\":false,"
            + "\"missing\":[],\"services\":[]%s}";

    contract.check("GET", services, 200, "application/json", answer.formatted(""));

    assertThatThrownBy(
            () ->
                contract.check(
                    "GET", services, 200, "application/json", answer.formatted(",\"more\":1")))
        .hasMessageContaining("more");
    assertThatThrownBy(
            () ->
                contract.check(
                    "GET",
                    services,
                    200,
                    "application/json",
                    answer.formatted("").replace(",\"missing\":[]", "")))
        .hasMessageContaining("missing");
    assertThatThrownBy(
            () ->
                contract.check(
                    "GET",
                    services,
                    200,
                    "application/json",
                    answer.formatted("").replace("10:00:00Z", "10 o'clock")))
        .hasMessageContaining("from");
    assertThatThrownBy(() -> contract.check("GET", services, 418, "application/json", "{}"))
        .hasMessageContaining("status");
    assertThatThrownBy(
            () ->
                contract.check(
                    "GET",
                    URI.create(services + "&colour=red"),
                    200,
                    "application/json",
                    answer.formatted("")))
        .hasMessageContaining("colour");
    assertThatThrownBy(
            () -> contract.check("GET", URI.create("http://x/elsewhere"), 200, "text/plain", ""))
        .hasMessageContaining("path");
  }

  @Test
  void shouldServeTheDocument() throws Exception {
    HttpResponse<String> response = get("/docs/openapi.json");

    assertThat(type(response)).startsWith("application/json");
    assertThat(JSON.readTree(response.body())).isEqualTo(DOCUMENT);
    assertThat(DOCUMENT.get("openapi").asText()).isEqualTo("3.1.0");
    String tag = response.headers().firstValue("etag").orElseThrow();
    HttpRequest again =
        request("/docs/openapi.json").header("if-none-match", "\"other\", " + tag).build();
    assertThat(client.send(again, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(304);
  }

  @Test
  void shouldServeAPageOfAllOperationsFromThisServerOnly() throws Exception {
    HttpResponse<String> response = get("/docs");
    String page = response.body();

    assertThat(type(response)).startsWith("text/html");
    assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    for (String id : DOCUMENT.findValuesAsText("operationId")) {
      assertThat(page).contains("<article id=\"" + id + "\">");
    }
    Matcher files = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page);
    Set<String> checked = new HashSet<>();
    while (files.find()) {
      String target = files.group(1);
      if (target.startsWith("#")) {
        assertThat(page).contains("id=\"" + target.substring(1) + "\"");
      } else if (checked.add(target)) {
        assertThat(target).startsWith("/");
        assertThat(client.send(request(target).build(), HttpResponse.BodyHandlers.discarding()))
            .as(target)
            .extracting(HttpResponse::statusCode)
            .isEqualTo(200);
      }
    }
    assertThat(page).doesNotContain(" style=", "onclick", "<style");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/monitoring/analytics?metrics=distribution,cpu&quantiles=0.5,0.999&compareTo=previous",
        "/monitoring/analytics?topBy=p95&limit=1",
        "/monitoring/dashboard?compareTo=1w&topBy=change",
        "/monitoring/incidents",
        "/monitoring/objectives",
        "/monitoring/services",
        "/monitoring/traces?events=true",
        "/api/v1/query?query=1",
        "/api/v1/query?query=vector(1)",
        "/api/v1/query_range?query=1&start=0&end=60&step=30",
        "/api/v1/metadata",
        "/api/v1/rules",
        "/api/v1/alerts",
        "/api/v1/labels",
        "/api/v1/status/buildinfo",
        "/api/metrics/minstep",
        "/livez",
        "/readyz",
      })
  void shouldAnswerAsDescribed(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(200);
  }
}
