package io.tracetide.standalone.launch;

import io.tracetide.runtime.http.tls.TlsClients;
import io.tracetide.runtime.http.tls.TlsConfig;
import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until {@code /readyz} of a role responds with 200. */
public final class Readiness {
  private static final Duration POLL = Duration.ofMillis(100);

  private final HttpClient http;

  /** For a listener without TLS. */
  public Readiness() {
    this(TlsConfig.NONE);
  }

  /** For a listener of this machine with this certificate, if one is configured. */
  public Readiness(TlsConfig tls) {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2));
    if (tls.isPresent()) {
      client.sslContext(TlsClients.itself(tls));
    }
    http = client.build();
  }

  /** A check before each attempt; throws an {@link EnvironmentException} to stop waiting. */
  public interface Precondition {
    void check();
  }

  /**
   * Returns when {@code /readyz} responds with 200.
   *
   * @param name of the role, for the message
   * @param precondition checked before each attempt
   */
  public void await(String name, String url, Duration timeout, Precondition precondition)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/readyz")).timeout(Duration.ofSeconds(5)).build();
    long deadline = System.nanoTime() + timeout.toNanos();
    String last = "no connection";
    while (true) {
      precondition.check();
      try {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() == 200) {
          return;
        }
        last =
            "HTTP %d %s"
                .formatted(
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8).replaceAll("\\s+", " "));
      } catch (IOException e) {
        last = "no connection";
      }
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "the %s was not ready within %d s (%s): see the logs in the data directory"
                .formatted(name, timeout.toSeconds(), last));
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }
}
