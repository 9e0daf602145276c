package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.health.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Preflight requests and requests of pages of other origins. */
class CrossOriginTest {

  private static final String SHOP = "https://shop.example";

  @TempDir private Path directory;
  private Listener listener;

  @AfterEach
  void stop() {
    if (listener != null) {
      listener.close();
    }
  }

  @Test
  void shouldAnswerThePreflightOfAConfiguredOrigin() {
    start("cors: {origins: ['" + SHOP + "']}");

    AggregatedHttpResponse answer = preflight("/v1/traces", SHOP);

    assertThat(answer.status().code()).isEqualTo(204);
    assertThat(answer.headers().get("access-control-allow-origin")).isEqualTo(SHOP);
    assertThat(answer.headers().get("access-control-allow-methods")).isEqualTo("POST");
    assertThat(answer.headers().get("access-control-allow-headers"))
        .isEqualTo("authorization,content-type");
    assertThat(answer.headers().contains("access-control-allow-credentials")).isFalse();
    assertThat(answer.headers().get("vary")).contains("Origin");
    AggregatedHttpResponse called = call("/v1/traces", SHOP);
    assertThat(called.status().code()).isEqualTo(200);
    assertThat(called.headers().get("access-control-allow-origin")).isEqualTo(SHOP);
    assertThat(called.headers().get("vary")).containsIgnoringCase("origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example.evil",
        "http://shop.example",
        "https://shop.example:443",
        "https://SHOP.example",
        "https://shop.example/",
        "null",
        "*"
      })
  void shouldRefuseEveryOtherOriginWithTheReason(String origin) {
    start("cors: {origins: ['" + SHOP + "']}");

    AggregatedHttpResponse answer = preflight("/v1/traces", origin);

    assertThat(answer.status().code()).isEqualTo(403);
    assertThat(answer.contentUtf8()).contains("cors.origins");
    assertThat(answer.headers().contains("access-control-allow-origin")).isFalse();
    assertThat(call("/v1/traces", origin).headers().contains("access-control-allow-origin"))
        .isFalse();
  }

  @Test
  void shouldReportThatNoOriginIsConfigured() {
    start("");

    AggregatedHttpResponse answer = preflight("/v1/traces", SHOP);

    assertThat(answer.status().code()).isEqualTo(403);
    assertThat(answer.contentUtf8()).contains("cors.origins", "is empty");
    assertThat(call("/v1/traces", SHOP).headers().contains("access-control-allow-origin"))
        .isFalse();
  }

  @Test
  void shouldAdmitEveryOriginWithAStar() {
    start("cors: {origins: ['*']}");

    AggregatedHttpResponse answer = preflight("/v1/traces", "null");

    assertThat(answer.status().code()).isEqualTo(204);
    assertThat(answer.headers().get("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.headers().contains("access-control-allow-credentials")).isFalse();
  }

  @Test
  void shouldRequireATokenForTheCallAndNotForThePreflight() throws IOException {
    Path tokens = directory.resolve("tokens.yaml");
    Files.writeString(tokens, "tokens: {}\n");
    start("tokens: '" + tokens + "', cors: {origins: ['" + SHOP + "']}");

    assertThat(preflight("/v1/traces", SHOP).status().code()).isEqualTo(204);
    AggregatedHttpResponse called = call("/v1/traces", SHOP);
    assertThat(called.status().code()).isEqualTo(401);
    assertThat(called.headers().get("access-control-allow-origin"))
        .as("a page can read why")
        .isEqualTo(SHOP);
    assertThat(preflight("/v1/traces", "https://other.example").status().code()).isEqualTo(403);
  }

  @Test
  void shouldNotAnswerAPreflightForAnUnknownPath() {
    start("cors: {origins: ['" + SHOP + "']}");

    AggregatedHttpResponse answer = preflight("/nowhere", SHOP);

    assertThat(answer.status().code()).isIn(403, 404);
    assertThat(answer.headers().contains("access-control-allow-origin")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example",
        "https://shop.example/",
        "https://shop.example/a",
        "https://",
        "null",
        "https://Shop.example",
        "https://*.example",
        "ftp://shop.example",
        ""
      })
  void shouldRefuseInvalidOrigins(String origin) {
    assertThatThrownBy(() -> new CorsConfig(List.of(origin))).hasMessageContaining("origins");
    assertThatThrownBy(() -> new CorsConfig(List.of("*", SHOP))).hasMessageContaining("origins");
  }

  private void start(String config) {
    listener =
        Listener.start(
            Configured.listener(config),
            new Admission((method, route) -> Access.INGEST_WORK, false, Clock.systemUTC(), e -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server -> server.route().post("/v1/traces").build((ctx, req) -> HttpResponse.of(200)));
  }

  private AggregatedHttpResponse preflight(String path, String origin) {
    return send(
        RequestHeaders.builder(HttpMethod.OPTIONS, path)
            .set("origin", origin)
            .set("access-control-request-method", "POST")
            .set("access-control-request-headers", "authorization,content-type"));
  }

  private AggregatedHttpResponse call(String path, String origin) {
    return send(RequestHeaders.builder(HttpMethod.POST, path).set("origin", origin));
  }

  private AggregatedHttpResponse send(RequestHeadersBuilder headers) {
    return WebClient.of(listener.url()).execute(headers.build()).aggregate().join();
  }
}
