package io.tracetide.processor.query.alerting;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.http.tls.TlsConfig;
import io.tracetide.runtime.http.tls.TlsFiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Requests to the alert sink, each with the token of the caller for whom it is sent. */
public final class SinkClient implements AutoCloseable {
  private static final Duration CONNECTED = Duration.ofSeconds(1);

  /** A write waits for Kafka and the decision. */
  private static final Duration ANSWERED = Duration.ofSeconds(9);

  /** Below the idle timeout of any listener, so that no request uses a connection being closed. */
  private static final Duration IDLE = Duration.ofSeconds(2);

  private static final Duration CHECKED_FOR = Duration.ofMinutes(1);
  private static final long MAX_ANSWER_BYTES = 16L << 20;
  private static final String PROTECTED = "/api/v2/receivers";

  private final ClientFactory connections;
  private final WebClient http;
  private final Clock clock;
  private volatile @Nullable Instant protectedUntil;

  /** An answer of the alert sink. */
  record Answer(HttpStatus status, MediaType type, HttpData content) {}

  /**
   * Sends requests to the configured address.
   *
   * @param own certificate of this process, which it presents when it has one
   */
  public SinkClient(DashboardConfig config, TlsConfig own, Clock clock) {
    ClientFactoryBuilder factory =
        ClientFactory.builder().connectTimeout(CONNECTED).idleTimeout(IDLE);
    if (own.isPresent()) {
      TlsFiles.read(own, config.alertsCertificates()).secure(factory);
    } else {
      config
          .alertsCertificates()
          .ifPresent(trusted -> factory.tlsCustomizer(tls -> tls.trustManager(trusted.toFile())));
    }
    this.connections = factory.build();
    this.http =
        WebClient.builder(config.alertsUrl())
            .factory(connections)
            .maxResponseLength(MAX_ANSWER_BYTES)
            .build();
    this.clock = clock;
  }

  /**
   * Whether the alert sink asks for a token, and so shows each caller its own tenants only. A
   * positive answer holds for a minute.
   */
  CompletableFuture<Boolean> separatesTenants() {
    @Nullable Instant until = protectedUntil;
    if (until != null && clock.instant().isBefore(until)) {
      return CompletableFuture.completedFuture(true);
    }
    return send(RequestHeaders.of(HttpMethod.GET, PROTECTED), HttpData.empty())
        .thenApply(
            answer -> {
              boolean separates = answer.status().equals(HttpStatus.UNAUTHORIZED);
              if (separates) {
                protectedUntil = clock.instant().plus(CHECKED_FOR);
              }
              return separates;
            });
  }

  /**
   * Sends a request with the token of its caller.
   *
   * @param path with the query
   */
  CompletableFuture<Answer> send(
      String path, AggregatedHttpRequest request, Optional<Token> credentials) {
    RequestHeadersBuilder headers = RequestHeaders.builder(request.method(), path);
    credentials.ifPresent(
        token -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token.reveal()));
    if (request.method() == HttpMethod.POST) {
      headers.contentType(MediaType.JSON);
    }
    return send(headers.build(), request.content());
  }

  private CompletableFuture<Answer> send(RequestHeaders headers, HttpData content) {
    return http.execute(
            HttpRequest.of(headers, content),
            RequestOptions.builder().responseTimeout(ANSWERED).build())
        .aggregate()
        .thenApply(
            answer -> {
              @Nullable MediaType type = answer.contentType();
              return new Answer(
                  answer.status(), type == null ? MediaType.JSON_UTF_8 : type, answer.content());
            });
  }

  /** The kind of a failure, without an address. */
  static String cause(Throwable failure) {
    return Exceptions.peel(failure).getClass().getSimpleName();
  }

  @Override
  public void close() {
    connections.close();
  }
}
