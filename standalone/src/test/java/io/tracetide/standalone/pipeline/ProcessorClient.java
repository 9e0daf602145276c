package io.tracetide.standalone.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.standalone.ApiAnswers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** Queries a processor in a process of its own, which may be down for a while. */
final class ProcessorClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  ProcessorClient(int port) {
    this.url = "http://127.0.0.1:" + port;
  }

  boolean isReady() throws InterruptedException {
    return !text("/readyz").isEmpty();
  }

  /** Spans of a service that queries count; 0 while the processor does not answer. */
  long counted(String service) throws Exception {
    return counted(service, "*");
  }

  /** Spans of an operation that queries count; 0 while the processor does not answer. */
  long counted(String service, String operation) throws Exception {
    Instant to = Instant.now().plusSeconds(60);
    JsonNode answer =
        get(
            "/monitoring/analytics?granularity=1h&services=%s&operations=%s&from=%s&to=%s"
                .formatted(
                    service, operation.replace(" ", "%20"), to.minus(Duration.ofHours(6)), to));
    long count = 0;
    for (JsonNode series : answer.path("series")) {
      for (JsonNode point : series.get("points")) {
        count += point.get("count").asLong();
      }
    }
    return count;
  }

  /** An empty object unless the processor answers with 200. */
  JsonNode get(String path) throws Exception {
    String text = text(path);
    return text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
  }

  /** An empty text unless the processor answers with 200. */
  String text(String path) throws InterruptedException {
    try {
      HttpResponse<String> response =
          ApiAnswers.checked(
              http.send(
                  HttpRequest.newBuilder(URI.create(url + path))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  HttpResponse.BodyHandlers.ofString()));
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException e) {
      return ""; // Not up.
    }
  }
}
