package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of the dashboard and its files, as they are served. */
class PageTest extends QueryServerFixture {
  @Test
  void shouldServeThePageUnderAStrictPolicy() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(type(page)).startsWith("text/html");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("cache-control")).contains("no-store");
    assertThat(page.body())
        .doesNotContain("Sign out")
        .doesNotContain("<style")
        .doesNotContain("style=")
        .doesNotContain("onclick");
    assertThat(page.body()).doesNotContainPattern("<script(?![^>]* src=)");
    for (String link : links(page.body())) {
      assertThat(get(link).statusCode()).as(link).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard/main.js",
        "/dashboard/api.js",
        "/dashboard/format.js",
        "/dashboard/element.js",
        "/dashboard/charts.js",
        "/dashboard/services.js",
        "/dashboard/anomalies.js",
        "/dashboard/traces.js",
        "/dashboard/trace.js"
      })
  void shouldNeverTurnDataIntoMarkup(String script) throws Exception {
    HttpResponse<String> response = get(script);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).startsWith("text/javascript");
    assertThat(response.body())
        .doesNotContain("innerHTML")
        .doesNotContain("outerHTML")
        .doesNotContain("insertAdjacentHTML")
        .doesNotContain("document.write")
        .doesNotContain("eval(");
  }

  @Test
  void shouldLetBrowsersKeepThePage() throws Exception {
    String tag = get("/dashboard/uplot.js").headers().firstValue("etag").orElseThrow();

    HttpResponse<String> again =
        client.send(
            request("/dashboard/uplot.js").header("if-none-match", tag).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard/..%2findex.html",
        "/dashboard/..%2f..%2fapplication.yaml",
        "/dashboard/%2e%2e/%2e%2e/etc/passwd",
        "/dashboard/..%5c..%5cetc",
        "/dashboard/",
        "/dashboard/package-info.class",
        "/index.html",
        "/monitoring",
        "/monitoring/analytics/x"
      })
  void shouldServeNothingBesideItsFiles(String path) throws Exception {
    assertThat(get(path).statusCode()).isIn(400, 404);
  }

  private static List<String> links(String page) {
    return Pattern.compile("(?:href|src)=\"(/[^\"]*)\"")
        .matcher(page)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
