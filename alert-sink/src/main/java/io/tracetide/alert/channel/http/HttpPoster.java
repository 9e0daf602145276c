package io.tracetide.alert.channel.http;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.ResponseTimeoutException;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.SplitHttpResponse;
import com.linecorp.armeria.common.util.EventLoopGroups;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to one URL, or to paths of its host. The URL may be a secret: only its host is ever
 * shown.
 *
 * <p>The host is resolved for each post, all its addresses must satisfy the policy, and the
 * connection goes to one of them under the host's name (Host header, SNI, certificate check).
 * Redirects are not followed. A post uses status and headers of the response only; a body of more
 * than 4 KiB closes the connection. A call has the body, too.
 */
public final class HttpPoster implements AutoCloseable {
  /** Longest response that {@link #call} reads. */
  static final int MAX_READ_BYTES = 256 << 10;

  private static final int MAX_DRAINED_BYTES = 4 << 10;

  private final URI target;
  private final String host;
  private final AddressPolicy policy;
  private final Duration timeout;
  private final Clock clock;
  private final EventLoopGroup eventLoop = EventLoopGroups.newEventLoopGroup(1, "post", true);
  private final ClientFactory connections;
  private int posts;

  /**
   * Creates a poster without opening a connection.
   *
   * @param target absolute, http or https
   * @param timeout for everything, connecting included
   * @param clock what a date in Retry-After is compared with
   */
  public HttpPoster(
      URI target, AddressPolicy policy, Duration connectTimeout, Duration timeout, Clock clock) {
    this.target = target;
    this.host = target.getHost().replaceAll("[\\[\\]]", "");
    this.policy = policy;
    this.timeout = timeout;
    this.clock = clock;
    this.connections =
        ClientFactory.builder()
            .workerGroup(eventLoop, false)
            .connectTimeout(connectTimeout)
            .idleTimeout(Duration.ofSeconds(30))
            .build();
  }

  /**
   * Makes one attempt, of which only the status matters.
   *
   * @param notificationId sent as {@code Idempotency-Key}; the same for each retry
   * @param headers further headers, such as {@code authorization}
   */
  public DeliveryResult post(String notificationId, byte[] json, Map<String, String> headers) {
    return attempt(
            address ->
                headOf(
                    send(
                        address,
                        pathAndQuery(),
                        json,
                        sent(notificationId, headers),
                        MAX_DRAINED_BYTES)))
        .result();
  }

  /**
   * Makes one attempt at a path of the target's host and reads the response, up to {@value
   * #MAX_READ_BYTES} bytes.
   *
   * @param path absolute, instead of the target's path
   */
  public HttpAnswer call(
      String path, String notificationId, byte[] json, Map<String, String> headers) {
    return attempt(
        address ->
            wholeOf(send(address, path, json, sent(notificationId, headers), MAX_READ_BYTES)));
  }

  /** One exchange with a permitted address. */
  private interface Exchange {
    HttpAnswer with(InetAddress address);
  }

  private HttpAnswer attempt(Exchange exchange) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return HttpAnswer.none(
          Retryable.because(FailureReason.UNKNOWN_HOST, "no address for " + host));
    }
    if (!Arrays.stream(addresses).allMatch(policy::permits)) {
      return HttpAnswer.none(
          new Rejected(
              FailureReason.BLOCKED_ADDRESS,
              host + " is on this machine or a private network; allowPrivate: true permits that"));
    }
    return exchange.with(addresses[posts++ % addresses.length]);
  }

  private HttpAnswer headOf(HttpResponse response) {
    SplitHttpResponse answer = response.split();
    return await(
        response,
        answer.headers(),
        head -> {
          // The body is drained, so that the connection can be reused; too long a body closes it.
          var unused = answer.body().subscribe();
          return answer(head, "");
        });
  }

  private HttpAnswer wholeOf(HttpResponse response) {
    return await(
        response,
        response.aggregate(),
        whole -> answer(whole.headers(), whole.content(StandardCharsets.UTF_8)));
  }

  private HttpAnswer answer(ResponseHeaders head, String body) {
    @Nullable String retryAfter = head.get(HttpHeaderNames.RETRY_AFTER);
    return new HttpAnswer(
        HttpVerdict.of(head.status().code(), retryAfter, clock),
        body,
        HttpVerdict.delay(retryAfter, clock));
  }

  private <T> HttpAnswer await(
      HttpResponse response, CompletableFuture<T> part, Function<T, HttpAnswer> read) {
    try {
      return read.apply(part.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.abort();
      return HttpAnswer.none(noAnswer());
    } catch (ExecutionException e) {
      response.abort();
      return HttpAnswer.none(failure(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      response.abort();
      Thread.currentThread().interrupt();
      return HttpAnswer.none(
          Retryable.because(FailureReason.INTERRUPTED, "cut short by a shutdown"));
    }
  }

  private static Map<String, String> sent(String notificationId, Map<String, String> headers) {
    Map<String, String> sent = new TreeMap<>(headers);
    sent.put("idempotency-key", notificationId);
    sent.put("user-agent", "Tracetide");
    return sent;
  }

  private HttpResponse send(
      InetAddress address,
      String path,
      byte[] json,
      Map<String, String> headers,
      int longestResponse) {
    boolean tls = "https".equals(target.getScheme());
    SessionProtocol protocol = tls ? SessionProtocol.HTTPS : SessionProtocol.H1C;
    int port = target.getPort() == -1 ? protocol.defaultPort() : target.getPort();
    Endpoint endpoint = Endpoint.of(host, port).withIpAddr(literal(address));
    RequestHeadersBuilder head =
        RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON);
    headers.forEach(head::set);
    return WebClient.builder(protocol, endpoint)
        .factory(connections)
        .responseTimeout(timeout)
        .maxResponseLength(longestResponse)
        .build()
        .execute(HttpRequest.of(head.build(), HttpData.wrap(json)));
  }

  private String pathAndQuery() {
    String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    return target.getRawQuery() == null ? path : path + "?" + target.getRawQuery();
  }

  /** The address without the interface of a local IPv6 address. */
  private static String literal(InetAddress address) {
    return address.getHostAddress().split("%", 2)[0];
  }

  private DeliveryResult failure(Throwable thrown) {
    boolean connected = !(thrown instanceof UnprocessedRequestException);
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ContentTooLargeException) {
        return new Rejected(FailureReason.UNEXPECTED_ANSWER, "too long an answer from " + host);
      }
      if (cause instanceof ResponseTimeoutException) {
        return noAnswer();
      }
      if (cause instanceof ConnectTimeoutException) {
        return Retryable.because(FailureReason.CONNECT_FAILED, "no connection in time to " + host);
      }
      if (cause instanceof SSLException) {
        return Retryable.because(
            FailureReason.TLS_FAILED,
            "no secure connection to " + host + ": certificate or protocol");
      }
    }
    return connected
        ? Retryable.because(FailureReason.CONNECTION_LOST, host + " closed without an answer")
        : Retryable.because(FailureReason.CONNECT_FAILED, "no connection to " + host);
  }

  private DeliveryResult noAnswer() {
    return Retryable.because(
        FailureReason.TIMEOUT, "no answer from " + host + " within " + timeout.toMillis() + " ms");
  }

  @Override
  public void close() {
    connections.close();
    // Closed without Netty's default quiet period of two seconds, because there are no further
    // posts.
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
