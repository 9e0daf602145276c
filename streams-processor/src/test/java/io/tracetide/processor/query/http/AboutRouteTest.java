package io.tracetide.processor.query.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page learns about its caller. */
class AboutRouteTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:00:00Z"), ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode get(Listener listener, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(listener.url() + "/monitoring/about"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return JSON.readTree(
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body());
  }

  @Test
  void shouldTellThatEverybodyMayActWithoutTokens() throws Exception {
    try (Listener listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new AboutRoute(DashboardConfig.defaults(), "", CLOCK))) {
      JsonNode about = get(listener);

      assertThat(about.path("now").asText()).isEqualTo("2026-03-01T10:00:00Z");
      assertThat(about.path("instance").asText()).endsWith(":" + listener.port());
      assertThat(about.path("alerting").asBoolean()).isFalse();
      assertThat(about.path("caller"))
          .isEqualTo(
              JSON.readTree("{\"name\":null,\"tenants\":[],\"allTenants\":true,\"mayAct\":true}"));
    }
  }

  @Test
  void shouldNameTheTokenAndItsTenants(@TempDir Path directory) throws Exception {
    Token reader = Token.create(new TokenName(TokenClass.QUERY, "wall"), new SecureRandom());
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens: {tq_wall: {sha256: [%s], tenants: [a, b]}}"
                .formatted(HexFormat.of().formatHex(reader.sha256())));
    DashboardConfig config =
        new DashboardConfig(
            "http://127.0.0.1:9093", Optional.empty(), "", "https://jaeger/trace/{traceId}");
    try (Listener listener =
        Listener.start(
            ListenerConfig.onPort(0).withTokens(tokens),
            new Admission((method, route) -> Access.READ, true, Clock.systemUTC(), event -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new AboutRoute(config, "node-1:8080", CLOCK))) {
      JsonNode about = get(listener, "Authorization", "Bearer " + reader.reveal());

      assertThat(about.path("instance").asText()).isEqualTo("node-1:8080");
      assertThat(about.path("alerting").asBoolean()).isTrue();
      assertThat(about.path("traceUrl").asText()).isEqualTo("https://jaeger/trace/{traceId}");
      assertThat(about.path("caller"))
          .isEqualTo(
              JSON.readTree(
                  "{\"name\":\"tq_wall\",\"tenants\":[\"a\",\"b\"],\"allTenants\":false,\"mayAct\":false}"));
    }
  }
}
