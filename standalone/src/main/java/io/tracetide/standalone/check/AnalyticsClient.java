package io.tracetide.standalone.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.standalone.access.Credentials;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code /monitoring/analytics} of a processor by the minute, and its meters. */
final class AnalyticsClient {
  static final String WHOLE_SERVICE = "*";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI processor;
  private final Credentials credentials;

  AnalyticsClient(URI processor, Credentials credentials) {
    this.http = credentials.client();
    this.processor = processor;
    this.credentials = credentials;
  }

  /**
   * All operations of a service, and the whole service under {@link #WHOLE_SERVICE}.
   *
   * @throws IOException when the processor does not respond, or only partially
   */
  Map<Minute, AnsweredMinute> minutes(String service, long fromMs, long toMs)
      throws IOException, InterruptedException {
    String query =
        "granularity=1m&from=%s&to=%s&services=%s"
            .formatted(
                Instant.ofEpochMilli(fromMs),
                Instant.ofEpochMilli(toMs),
                URLEncoder.encode(service.replace(",", "\\,"), StandardCharsets.UTF_8));
    HttpRequest request =
        credentials
            .sign(HttpRequest.newBuilder(processor.resolve("/monitoring/analytics?" + query)))
            .timeout(Duration.ofSeconds(30))
            .build();
    HttpResponse<byte[]> answer = send(request);
    if (answer.statusCode() != 200) {
      throw new IOException(
          "HTTP %d %s"
              .formatted(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8)));
    }
    JsonNode body = JSON.readTree(answer.body());
    if (body.path("partial").asBoolean()) {
      throw new IOException("the answer is partial: " + body.path("missing"));
    }
    return minutes(body);
  }

  /** The processor's meters; empty when {@code /metrics} is not accessible. */
  Optional<IntakeMeters> meters() throws InterruptedException {
    HttpRequest request =
        credentials
            .sign(HttpRequest.newBuilder(processor.resolve("/metrics")))
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      HttpResponse<byte[]> answer = send(request);
      return answer.statusCode() == 200
          ? Optional.of(IntakeMeters.parse(new String(answer.body(), StandardCharsets.UTF_8)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (ConnectException e) { // The exception has no message.
      throw new IOException("no connection", e);
    }
  }

  private static Map<Minute, AnsweredMinute> minutes(JsonNode body) {
    Map<Minute, AnsweredMinute> minutes = new HashMap<>();
    for (JsonNode series : body.path("series")) {
      for (JsonNode point : series.path("points")) {
        AnsweredMinute answered =
            new AnsweredMinute(
                point.path("count").asLong(),
                point.path("errors").asLong(),
                number(point, "p50Ms"),
                number(point, "p95Ms"),
                number(point, "p99Ms"));
        if (answered.count() > 0) {
          minutes.put(
              new Minute(
                  series.path("service").asText(),
                  series.path("operation").asText(),
                  Instant.parse(point.path("start").asText()).toEpochMilli()),
              answered);
        }
      }
    }
    return minutes;
  }

  private static double number(JsonNode point, String field) {
    return point.path(field).isNumber() ? point.path(field).asDouble() : Double.NaN;
  }
}
