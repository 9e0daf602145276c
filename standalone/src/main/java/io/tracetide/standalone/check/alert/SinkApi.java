package io.tracetide.standalone.check.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.standalone.check.alert.Post.Episode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client of the API of the instances that repeats a request, at any of them, until it gets 200.
 */
final class SinkApi {
  /** That of Prometheus. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Of a request that reads. */
  private static final Duration LONGEST_READ = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LASTS = Duration.ofHours(6);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();
  private final List<SinkProcess> sinks;
  private final Duration timeout;

  SinkApi(List<SinkProcess> sinks) {
    this(sinks, TIMEOUT);
  }

  /**
   * A client of these instances.
   *
   * @param timeout of one attempt
   */
  SinkApi(List<SinkProcess> sinks, Duration timeout) {
    this.sinks = List.copyOf(sinks);
    this.timeout = timeout;
  }

  /**
   * Where an alert belongs.
   *
   * @param tenant its tenant
   * @param service its service
   */
  record Origin(String tenant, String service) {}

  /**
   * Posts alerts of one service in one request.
   *
   * @param firing whether they last; else they have ended now
   * @return number of attempts
   */
  int post(Origin origin, Collection<Episode> episodes, boolean firing, Random random)
      throws InterruptedException {
    return post("/api/v2/alerts", alerts(origin, episodes, firing), random);
  }

  /** The body of a request with alerts. */
  static String alerts(Origin origin, Collection<Episode> episodes, boolean firing) {
    Instant now = Instant.now();
    List<Map<String, Object>> alerts = new ArrayList<>();
    for (Episode episode : episodes) {
      Instant endsAt = firing ? now.plus(LASTS) : now;
      alerts.add(
          Map.of(
              "labels",
              Map.of(
                  "alertname", "Load",
                  "severity", "high",
                  "tenant", origin.tenant(),
                  "service", origin.service(),
                  "operation", episode.name()),
              "startsAt",
              episode.startsAt().toString(),
              "endsAt",
              (endsAt.isBefore(episode.startsAt()) ? episode.startsAt() : endsAt).toString()));
    }
    return text(alerts);
  }

  /** The body of a request for a silence of one alert for an hour. */
  static String silence(String tenant, String operation) {
    Instant now = Instant.now();
    return text(
        Map.of(
            "matchers",
            List.of(matcher("tenant", tenant), matcher("operation", operation)),
            "startsAt",
            now.toString(),
            "endsAt",
            now.plus(LASTS).toString(),
            "createdBy",
            "check-alerts",
            "comment",
            "check"));
  }

  private static Map<String, Object> matcher(String name, String value) {
    return Map.of("name", name, "value", value, "isRegex", false, "isEqual", true);
  }

  private static String text(Object json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int post(String path, String body, Random random) throws InterruptedException {
    int attempts = 0;
    while (true) {
      attempts++;
      SinkProcess sink = sinks.get(random.nextInt(sinks.size()));
      if (post(sink, path, body)) {
        return attempts;
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }

  /** Makes one attempt at one instance; returns whether the answer is 200. */
  boolean post(SinkProcess sink, String path, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sink.url() + path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** The answer of an instance; empty if it is not 200. */
  Optional<JsonNode> get(SinkProcess sink, String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sink.url() + path)).timeout(LONGEST_READ).build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return answer.statusCode() == 200
          ? Optional.of(JSON.readTree(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
