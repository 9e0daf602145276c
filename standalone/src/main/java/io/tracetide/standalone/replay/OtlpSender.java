package io.tracetide.standalone.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.access.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches to an OTLP/HTTP receiver, or to the gateway's own JSON, over one connection, like
 * an exporter: retryable responses are followed by retries with growing random pauses, refusals are
 * not.
 */
public final class OtlpSender {
  /** Endpoint and retries. */
  public record Settings(
      URI endpoint,
      boolean gzip,
      Duration requestTimeout,
      Duration patience,
      Credentials credentials) {
    /** Settings with retries for longer than a restart of the receiver. */
    public static Settings to(URI endpoint) {
      return new Settings(
          endpoint, false, Duration.ofSeconds(60), Duration.ofMinutes(3), Credentials.NONE);
    }

    public Settings withGzip(boolean on) {
      return new Settings(endpoint, on, requestTimeout, patience, credentials);
    }

    public Settings withCredentials(Credentials other) {
      return new Settings(endpoint, gzip, requestTimeout, patience, other);
    }
  }

  // OTLP's retryable status codes; only the first means that no span was accepted.
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Set<Integer> RETRYABLE = Set.of(TOO_MANY_REQUESTS, 502, 503, 504);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_ADVICE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final Settings settings;
  private volatile @Nullable String lastProblem;
  private volatile @Nullable String trouble;

  public OtlpSender(Settings settings) {
    this.settings = settings;
    this.http = settings.credentials().client();
  }

  /** Description of the last failure. */
  public Optional<String> lastProblem() {
    return Optional.ofNullable(lastProblem);
  }

  /** Why the current batch is sent again; empty when it is not. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * Sends until there is a final response or the retries are used up; returns the outcome of the
   * spans.
   *
   * @throws EnvironmentException when the receiver's certificate is not trusted, since retries
   *     would not help
   */
  public ReplayTally send(Batch batch) throws InterruptedException {
    HttpRequest request = request(batch);
    long deadline = System.nanoTime() + settings.patience().toNanos();
    boolean uncertain = false;
    int tries = 0;
    while (true) {
      Attempt attempt = attempt(request, batch);
      if (attempt.isFinal()) {
        trouble = null;
        return tally(batch, attempt.accepted(), uncertain, tries);
      }
      trouble = lastProblem;
      uncertain |= attempt.mayHaveBeenTaken();
      Duration pause = pause(tries++, attempt.advice());
      if (System.nanoTime() + pause.toNanos() > deadline) {
        return tally(batch, 0, false, tries);
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
  }

  private static ReplayTally tally(Batch batch, long accepted, boolean uncertain, int retries) {
    return new ReplayTally(
        batch.spans(), accepted, batch.spans() - accepted, uncertain ? batch.spans() : 0, retries);
  }

  /**
   * The outcome of one request.
   *
   * @param isFinal whether there must be no retry
   * @param accepted accepted spans, if final
   * @param mayHaveBeenTaken whether the spans may have been accepted although the request failed
   * @param advice the receiver's {@code Retry-After}
   */
  private record Attempt(
      boolean isFinal, long accepted, boolean mayHaveBeenTaken, Duration advice) {
    static Attempt settled(long accepted) {
      return new Attempt(true, accepted, false, Duration.ZERO);
    }

    static Attempt again(boolean mayHaveBeenTaken, Duration advice) {
      return new Attempt(false, 0, mayHaveBeenTaken, advice);
    }
  }

  private HttpRequest request(Batch batch) {
    byte[] body = batch.body().get();
    HttpRequest.Builder request =
        settings
            .credentials()
            .sign(HttpRequest.newBuilder(settings.endpoint()))
            .timeout(settings.requestTimeout())
            .header("Content-Type", batch.contentType());
    if (settings.gzip()) {
      request.header("Content-Encoding", "gzip");
      body = compress(body);
    }
    return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
  }

  private static byte[] compress(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Writing to memory does not fail.
    }
    return out.toByteArray();
  }

  private Attempt attempt(HttpRequest request, Batch batch) throws InterruptedException {
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() == 200) {
        return Attempt.settled(batch.spans() - refused(batch, answer.body()));
      }
      lastProblem = "HTTP %d %s".formatted(answer.statusCode(), text(answer.body())).strip();
      if (!RETRYABLE.contains(answer.statusCode())) {
        return Attempt.settled(0);
      }
      return Attempt.again(answer.statusCode() != TOO_MANY_REQUESTS, advice(answer));
    } catch (ConnectException e) {
      lastProblem = "no connection to " + settings.endpoint();
      return Attempt.again(false, Duration.ZERO);
    } catch (SSLException e) {
      refuseUntrusted(e);
      lastProblem = "no TLS connection to %s: %s".formatted(settings.endpoint(), e.getMessage());
      return Attempt.again(true, Duration.ZERO);
    } catch (IOException e) {
      lastProblem = "the answer was lost: " + e.getMessage();
      return Attempt.again(true, Duration.ZERO);
    }
  }

  private void refuseUntrusted(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        throw new EnvironmentException(
            "the certificate of %s is not trusted (%s): name it, or that of its issuer, with --trust"
                .formatted(settings.endpoint(), failure.getMessage()),
            failure);
      }
    }
  }

  /**
   * Number of refused spans in a response 200: of a partial success, or of each event of the
   * gateway's own JSON.
   */
  private long refused(Batch batch, byte[] body) {
    try {
      long refused;
      if (batch.contentType().equals(Batch.JSON)) {
        JsonNode json = JSON.readTree(body);
        refused =
            json.path("partialSuccess").path("rejectedSpans").asLong()
                + json.path("rejected").size();
      } else {
        refused = ExportTraceServiceResponse.parseFrom(body).getPartialSuccess().getRejectedSpans();
      }
      if (refused > 0) {
        lastProblem = "partial success: " + text(body);
      }
      return refused;
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      lastProblem = "the answer is not OTLP: " + e.getMessage();
      return batch.spans();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Reading from memory does not fail.
    }
  }

  private static String text(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static Duration advice(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(v -> v.matches("\\d{1,6}"))
        .map(v -> min(Duration.ofSeconds(Long.parseLong(v)), LONGEST_ADVICE))
        .orElse(Duration.ZERO);
  }

  /** Full jitter over a growing range, added to the receiver's {@code Retry-After}. */
  private static Duration pause(int tries, Duration advice) {
    Duration range = min(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10)), LONGEST_PAUSE);
    return advice.plusMillis(ThreadLocalRandom.current().nextLong(1, range.toMillis() + 1));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
