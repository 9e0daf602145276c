package io.tracetide.standalone.access;

import io.tracetide.runtime.config.Secret;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The token and the trusted certificates of a tool for its requests to a role.
 *
 * @param token sent with each request; none for roles without tokens
 * @param tls trusted certificates; empty for those of the platform
 */
public record Credentials(Secret token, Optional<SSLContext> tls) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** For roles without tokens and with certificates that the platform trusts. */
  public static final Credentials NONE = new Credentials(Secret.NONE, Optional.empty());

  public HttpClient client() {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    tls.ifPresent(client::sslContext);
    return client.build();
  }

  public HttpRequest.Builder sign(HttpRequest.Builder request) {
    return token.isPresent()
        ? request.header("Authorization", "Bearer " + token.reveal())
        : request;
  }
}
