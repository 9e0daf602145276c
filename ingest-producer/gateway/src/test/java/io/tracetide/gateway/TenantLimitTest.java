package io.tracetide.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ownership by tenant and rate limits. */
class TenantLimitTest {
  private static final String EVENT =
      """
      {"type": "COMPLETED", "traceId": "t", "serviceName": "s", "operationName": "o",
       "tenantId": "globex", "durationMicros": 5}
      """;

  private final Token acme =
      Token.create(new TokenName(TokenClass.INGEST, "acme"), new SecureRandom());
  private final Token globex =
      Token.create(new TokenName(TokenClass.INGEST, "globex"), new SecureRandom());

  private RunningGateway start(Path directory, String yaml) throws IOException {
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"), "tokens:\n" + line(acme) + line(globex));
    GatewayConfig config =
        ConfigReader.parse(
            "listener: {tokens: '%s'}%n%s".formatted(tokens, yaml),
            RunningGateway.config(GatewayConfig.defaults().inFlightBytes()),
            Map.of());
    return RunningGateway.start(config, true);
  }

  private static String line(Token token) {
    return "  %s: {sha256: [%s], tenants: [%s]}%n"
        .formatted(token.name(), HexFormat.of().formatHex(token.sha256()), token.name().id());
  }

  private static HttpResponse<byte[]> send(RunningGateway gateway, Token token, String body) {
    return gateway.post(
        "/v1/trace-events",
        RunningGateway.JSON,
        body.getBytes(UTF_8),
        "Authorization",
        "Bearer " + token.reveal());
  }

  @Test
  void shouldTakeTheTenantFromTheTokenAlone(@TempDir Path directory) throws Exception {
    try (RunningGateway gateway = start(directory, "")) {
      assertThat(send(gateway, acme, EVENT).statusCode()).isEqualTo(200);

      AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(gateway.registry, TraceEvent.class);
      assertThat(gateway.kafka.history())
          .extracting(record -> decoder.decode(record.value()).getTenantId())
          .containsExactly("acme");
      HttpResponse<byte[]> refused =
          gateway.post("/v1/trace-events", RunningGateway.JSON, EVENT.getBytes(UTF_8));
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(gateway.kafka.history()).hasSize(1);
    }
  }

  @Test
  void shouldRefuseOnlyTheTenantThatExceedsItsRate(@TempDir Path directory) throws Exception {
    String rates =
        "rates: {tenants: {acme: {eventsPerSecond: 0.1, bytesPerSecond: 0, burst: 30s}}}";
    try (RunningGateway gateway = start(directory, rates)) {
      String three = "[" + EVENT + "," + EVENT + "," + EVENT + "]";
      assertThat(send(gateway, acme, three).statusCode()).isEqualTo(200);

      HttpResponse<byte[]> refused = send(gateway, acme, EVENT);

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after"))
          .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(5, 10));
      assertThat(send(gateway, globex, three).statusCode()).isEqualTo(200);
      assertThat(gateway.kafka.history()).hasSize(6);
    }
  }
}
