package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

  private static final Path DIRECTORY =
      Path.of("src/main/resources/io/tracetide/processor/dashboard");

  private static List<String> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(DIRECTORY)) {
      return all.filter(Files::isRegularFile)
          .map(file -> "/dashboard/" + DIRECTORY.relativize(file))
          .filter(name -> name.endsWith(ending) && !name.endsWith("index.html"))
          .sorted()
          .toList();
    }
  }

  static List<String> scripts() throws IOException {
    return files(".js");
  }

  @Test
  void shouldServeEachFileOfThePage() throws Exception {
    for (String file : files("")) {
      assertThat(get(file).statusCode()).as(file).isEqualTo(200);
    }
  }

  @Test
  void shouldImportOnlyModulesThatExist() throws Exception {
    for (String script : scripts()) {
      Matcher imported =
          Pattern.compile("(?:from |import\\()'([^']+)'").matcher(get(script).body());
      while (imported.find()) {
        String module = URI.create(script).resolve(imported.group(1)).toString();
        assertThat(get(module).statusCode()).as(module + " of " + script).isEqualTo(200);
      }
    }
  }

  @Test
  void shouldTakeAtMost300KibibytesWhenCompressed() throws Exception {
    List<String> all = new ArrayList<>(files(""));
    all.addAll(List.of("/", "/dashboard/uplot.js", "/dashboard/uplot.css"));
    long bytes = 0;
    for (String file : all) {
      HttpRequest compressed = request(file).header("accept-encoding", "gzip").build();
      bytes += client.send(compressed, HttpResponse.BodyHandlers.ofByteArray()).body().length;
    }

    assertThat(bytes).isBetween(50_000L, 300L << 10);
  }

  @ParameterizedTest
  @MethodSource("scripts")
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
