package io.tracetide.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.registry.RegistryReply.Answer;
import io.tracetide.schemas.registry.RegistryReply.NoAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to the registry's REST API. An attempt tries the URLs in turn, from the one that
 * answered last, until one responds. When all fail (no connection, a time-out, 429, 5xx), a pause
 * and another attempt follow. Redirects are not followed, because the credentials are for these
 * URLs only.
 */
final class RegistryHttp {

  /** Largest body of a response; larger schemas are refused. */
  static final int MAX_BODY_BYTES = 256 << 10;

  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistrySettings settings;
  private final List<String> urls;
  private final HttpClient client;
  private final @Nullable String authorization;
  private final RetryPace pace;
  private final Backoff backoff;
  private final AtomicInteger preferred = new AtomicInteger();

  RegistryHttp(RegistrySettings settings, RetryPace pace, RandomGenerator random) {
    this.settings = settings;
    this.urls = settings.urls();
    this.pace = pace;
    this.backoff = new Backoff(random);
    this.authorization = authorization(settings);
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .build();
  }

  /**
   * Sends a request and retries until there is a response.
   *
   * @param path below the base URL, starting with a slash
   * @param body JSON; null for none
   * @return the response; its status is neither 429 nor 5xx
   * @throws RegistryUnavailableException if there is none
   */
  Answer send(String method, String path, @Nullable JsonNode body) {
    for (int round = 1; ; round++) {
      RegistryReply reply = round(method, path, body);
      if (reply instanceof Answer answer) {
        return answer;
      }
      NoAnswer none = (NoAnswer) reply;
      if (round == settings.maxAttempts()) {
        throw new RegistryUnavailableException(
            "schema registry gave no answer to %s %s in %d attempts: %s"
                .formatted(method, path, round, none.reason()),
            none.cause());
      }
      LOG.debug(
          "schema registry gave no answer method={} path={} round={} reason={}",
          method,
          path,
          round,
          none.reason());
      pause(backoff.after(round, none.retryAfter()));
    }
  }

  private RegistryReply round(String method, String path, @Nullable JsonNode body) {
    int first = preferred.get();
    RegistryReply reply = once(request(method, urls.get(first) + path, body));
    for (int i = 1; i < urls.size() && reply instanceof NoAnswer; i++) {
      int index = (first + i) % urls.size();
      reply = once(request(method, urls.get(index) + path, body));
      if (reply instanceof Answer) {
        preferred.set(index);
      }
    }
    return reply;
  }

  private RegistryReply once(HttpRequest request) {
    CompletableFuture<HttpResponse<Optional<byte[]>>> sent =
        client.sendAsync(request, info -> new LimitedBody(MAX_BODY_BYTES));
    long timeoutMs = settings.requestTimeout().toMillis();
    try {
      // A timeout of the request would end with the headers; this one includes the body.
      return reply(request.uri(), sent.get(timeoutMs, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      sent.cancel(true);
      return new NoAnswer(
          at(request.uri()) + " took longer than " + timeoutMs + " ms", Duration.ZERO, e);
    } catch (ExecutionException e) {
      return failure(request.uri(), e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while asking the registry", e);
    }
  }

  private static RegistryReply reply(URI uri, HttpResponse<Optional<byte[]>> response) {
    int status = response.statusCode();
    if (status == 429 || status >= 500) {
      return new NoAnswer(
          at(uri) + " answered " + status, Backoff.retryAfter(response.headers()), null);
    }
    Optional<byte[]> body = response.body();
    return new Answer(at(uri), status, body.map(RegistryHttp::json).orElse(null), body.isEmpty());
  }

  private static NoAnswer failure(URI uri, Throwable cause) {
    if (!(cause instanceof IOException)) {
      throw new IllegalStateException("request to " + at(uri) + " failed", cause);
    }
    String what =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new NoAnswer(at(uri) + " could not be asked: " + what, Duration.ZERO, cause);
  }

  private HttpRequest request(String method, String url, @Nullable JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Accept", CONTENT_TYPE + ", application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body == null) {
      return request.method(method, BodyPublishers.noBody()).build();
    }
    return request
        .header("Content-Type", CONTENT_TYPE)
        .method(method, BodyPublishers.ofString(body.toString()))
        .build();
  }

  private void pause(Duration duration) {
    try {
      pace.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while waiting to ask again", e);
    }
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static @Nullable String authorization(RegistrySettings settings) {
    if (settings.username().isEmpty()) {
      return null;
    }
    String pair = settings.username() + ":" + settings.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String at(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
