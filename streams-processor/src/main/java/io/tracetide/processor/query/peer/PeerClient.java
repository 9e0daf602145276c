package io.tracetide.processor.query.peer;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.client.retry.Backoff;
import com.linecorp.armeria.client.retry.RetryRule;
import com.linecorp.armeria.client.retry.RetryingClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.auth.AuthToken;
import com.linecorp.armeria.common.util.Exceptions;
import io.tracetide.processor.query.peer.PeerReply.Answered;
import io.tracetide.processor.query.peer.PeerReply.Failed;
import io.tracetide.processor.query.peer.message.PeerFailure;
import io.tracetide.runtime.http.tls.TlsFiles;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sends requests to other instances over HTTP and returns failures as values. Thread-safe. */
final class PeerClient implements AutoCloseable {
  /** Below the idle timeout of any listener, so that no request uses a connection being closed. */
  private static final Duration IDLE = Duration.ofSeconds(2);

  /**
   * A response that exceeds this fails all requests on its connection. Requests name a lower limit,
   * so only a peer that ignores it sends such a response.
   */
  private static final long MARGIN_BYTES = 65_536;

  private final int maxAnswerBytes;
  private final String scheme;
  private final ClientFactory connections;
  private final WebClient http;
  private final WebClient streams;

  /**
   * A client with or without TLS.
   *
   * @param tls the client's certificate and the trusted ones; empty sends plain text
   */
  PeerClient(PeerConfig config, Optional<TlsFiles> tls) {
    maxAnswerBytes = config.maxAnswerBytes();
    scheme = tls.isPresent() ? "https://" : "http://";
    ClientFactoryBuilder factory =
        ClientFactory.builder().connectTimeout(config.connectTimeout()).idleTimeout(IDLE);
    tls.ifPresent(files -> files.secure(factory));
    connections = factory.build();
    http =
        client(config)
            .factory(connections)
            .responseTimeout(config.responseTimeout())
            .maxResponseLength(config.maxAnswerBytes() + MARGIN_BYTES)
            // The connection was being closed: the peer has not read the request.
            .decorator(
                RetryingClient.newDecorator(
                    RetryRule.builder()
                        .onUnprocessed()
                        .thenBackoff(Backoff.withoutDelay().withMaxAttempts(2))))
            .build();
    streams =
        client(config)
            .factory(connections)
            .responseTimeout(Duration.ZERO)
            .maxResponseLength(0)
            .build();
  }

  private static WebClientBuilder client(PeerConfig config) {
    WebClientBuilder client = WebClient.builder();
    if (config.token().isPresent()) {
      client.auth(AuthToken.ofOAuth2(config.token().reveal()));
    }
    return client;
  }

  /** Greatest response, to be named in requests. */
  int maxAnswerBytes() {
    return maxAnswerBytes;
  }

  /**
   * Sends a message.
   *
   * @param host as {@code host:port}
   */
  PeerCall send(String host, String path, byte[] message) {
    HttpResponse response =
        http.execute(
            HttpRequest.builder()
                .post(scheme + host + path)
                .content(MediaType.OCTET_STREAM, HttpData.wrap(message))
                .build());
    CompletableFuture<PeerReply> reply =
        response
            .aggregate()
            .handle(
                (whole, failure) ->
                    failure == null ? reply(whole) : failed(Exceptions.peel(failure)));
    return new PeerCall(reply, response::abort);
  }

  /**
   * Sends a message whose response does not end.
   *
   * @param host as {@code host:port}
   */
  IncomingFeed stream(String host, String path, byte[] message) {
    return new IncomingFeed(
        streams.execute(
            HttpRequest.builder()
                .post(scheme + host + path)
                .content(MediaType.OCTET_STREAM, HttpData.wrap(message))
                .build()),
        maxAnswerBytes);
  }

  private static PeerReply reply(AggregatedHttpResponse response) {
    HttpStatus status = response.status();
    if (status.equals(HttpStatus.OK)) {
      return new Answered(response.content().array());
    }
    return new Failed(reason(status), "HTTP " + status.code());
  }

  private static PeerFailure reason(HttpStatus status) {
    return switch (status.code()) {
      case 401, 429 -> PeerFailure.REFUSED;
      case 404 -> PeerFailure.NOT_HELD;
      case 413 -> PeerFailure.TOO_LARGE;
      case 415 -> PeerFailure.OTHER_FORMAT;
      case 503 -> PeerFailure.UNAVAILABLE;
      default -> PeerFailure.GARBLED;
    };
  }

  private static PeerReply failed(Throwable failure) {
    PeerFailure reason =
        failure instanceof ResponseTimeoutException
            ? PeerFailure.TIMED_OUT
            : failure instanceof ContentTooLargeException
                ? PeerFailure.TOO_LARGE
                : PeerFailure.UNREACHABLE;
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new Failed(reason, String.valueOf(cause));
  }

  @Override
  public void close() {
    connections.close();
  }
}
