package io.tracetide.processor.exposition.remote;

import io.tracetide.processor.exposition.remote.RemoteWriteConfig.Protocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Posts requests of remote write. */
final class WriteClient {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;
  private static final int UNSUPPORTED = 415;
  private static final int MOST_QUOTED = 300;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final RemoteWriteConfig config;
  private final HttpClient client;

  /** The outcome of a request. */
  sealed interface Outcome {
    /** The receiver has the samples. */
    record Accepted() implements Outcome {}

    /**
     * It may have them later.
     *
     * @param after time that the receiver wants to be left alone
     */
    record Retry(String reason, Optional<Duration> after) implements Outcome {}

    /** It never will. */
    record Rejected(String reason) implements Outcome {}
  }

  WriteClient(RemoteWriteConfig config) {
    this.config = config;
    client =
        HttpClient.newBuilder()
            .connectTimeout(config.timeout())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  Outcome send(WriteRequest request) throws InterruptedException {
    try {
      return outcome(
          client.send(http(request), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      return new Outcome.Retry(
          e.getClass().getSimpleName() + ": " + e.getMessage(), Optional.empty());
    }
  }

  private HttpRequest http(WriteRequest request) {
    boolean first = config.protocol() == Protocol.V1;
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(config.url()))
            .timeout(config.timeout())
            .header("Content-Encoding", "snappy")
            .header(
                "Content-Type",
                first
                    ? "application/x-protobuf"
                    : "application/x-protobuf;proto=io.prometheus.write.v2.Request")
            .header("X-Prometheus-Remote-Write-Version", first ? "0.1.0" : "2.0.0")
            .header("User-Agent", "tracetide")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
    if (!config.tenantHeader().isEmpty()) {
      builder.header(config.tenantHeader(), request.tenant());
    }
    if (config.bearerToken().isPresent()) {
      builder.header("Authorization", "Bearer " + config.bearerToken().reveal());
    } else if (!config.username().isBlank()) {
      String user = config.username() + ":" + config.password().reveal();
      builder.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    return builder.build();
  }

  private Outcome outcome(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Outcome.Accepted();
    }
    String reason = "status " + status + ": " + quoted(response.body());
    if (status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS) {
      return new Outcome.Retry(reason, retryAfter(response));
    }
    if (status == UNSUPPORTED && config.protocol() == Protocol.V2) {
      return new Outcome.Rejected(
          reason + " (the receiver does not know remote write 2.0: set protocol to v1)");
    }
    return new Outcome.Rejected(reason);
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  private static String quoted(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
  }
}
