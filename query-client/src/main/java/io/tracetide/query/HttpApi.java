package io.tracetide.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Requests to one processor. */
final class HttpApi {
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");
  private static final int MOST_PROBLEM_CHARS = 2_000;

  private final HttpClient http;
  private final String base;
  private final Optional<Supplier<String>> token;
  private final Duration timeout;
  private final int mostBytes;

  /**
   * An API.
   *
   * @param base scheme, host and port, with a path in front of a proxy; without a slash at the end
   * @param timeout for the whole answer
   * @param mostBytes of an answer
   */
  HttpApi(
      HttpClient http,
      String base,
      Optional<Supplier<String>> token,
      Duration timeout,
      int mostBytes) {
    this.http = http;
    this.base = base;
    this.token = token;
    this.timeout = timeout;
    this.mostBytes = mostBytes;
  }

  HttpClient http() {
    return http;
  }

  /** The address of live queries. */
  URI live() {
    return URI.create(base.replaceFirst("^http", "ws") + "/monitoring/live");
  }

  /** Value of the header {@code Authorization}; empty without a token. */
  Optional<String> authorization() {
    return token.map(
        supplier -> {
          String given = supplier.get();
          if (!TOKEN.matcher(given).matches()) {
            // The message of HttpClient would have the token.
            throw new IllegalArgumentException(
                "the token is empty or has characters that no token has, such as a line break");
          }
          return "Bearer " + given;
        });
  }

  <T> T get(String path, Query query, Class<T> type) {
    return QueryJson.read(answer("GET", path, query, null), type);
  }

  <T> T post(String path, Query query, Object body, Class<T> type) {
    return QueryJson.read(answer("POST", path, query, QueryJson.write(body)), type);
  }

  void delete(String path, Query query) {
    byte[] unused = answer("DELETE", path, query, null);
  }

  private byte[] answer(String method, String path, Query query, byte @Nullable [] sent) {
    String parameters = query.encoded();
    URI uri = URI.create(base + path + (parameters.isEmpty() ? "" : "?" + parameters));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .method(
                method,
                sent == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(sent))
            .header("Accept", "application/json")
            .header("Accept-Encoding", "gzip");
    if (sent != null) {
      request.header("Content-Type", "application/json");
    }
    authorization().ifPresent(value -> request.header("Authorization", value));
    HttpResponse<InputStream> response;
    byte[] body;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      body = body(response);
    } catch (IOException e) {
      throw QueryException.unanswered(base + path + ": " + reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw QueryException.unanswered(base + path + ": interrupted", e);
    }
    if (response.statusCode() != 200) {
      throw problem(response.statusCode(), body);
    }
    return body;
  }

  private byte[] body(HttpResponse<InputStream> response) throws IOException {
    boolean zipped =
        response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
    try (InputStream raw = response.body();
        InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
      byte[] body = in.readNBytes(mostBytes + 1);
      if (body.length > mostBytes) {
        throw QueryException.unreadable(
            "it has more than %d bytes: query a shorter range, or raise maxAnswerBytes"
                .formatted(mostBytes),
            null);
      }
      return body;
    }
  }

  /** The failure that an answer describes. */
  static QueryException problem(int status, byte[] body) {
    try {
      JsonNode json = QueryJson.MAPPER.readTree(body);
      if (json != null && json.hasNonNull("title")) {
        return new QueryException(
            status, json.path("title").asText(), json.path("detail").asText(""), null);
      }
      if (json != null && json.isTextual()) {
        // The form of Alertmanager's API.
        return new QueryException(status, "Refused", json.asText(), null);
      }
    } catch (IOException e) {
      // described below
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return new QueryException(
        status,
        status == 401 ? "Not signed in" : "Refused",
        text.isEmpty()
            ? "the answer has no text"
            : text.substring(0, Math.min(text.length(), MOST_PROBLEM_CHARS)),
        null);
  }

  static String reason(Throwable e) {
    if (e instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    if (e instanceof ConnectException && e.getMessage() == null) {
      return "no connection";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
