package io.tracetide.standalone.access;

import io.tracetide.runtime.config.Secret;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * With what a tool talks to a role.
 *
 * @param token sent with each request; none where none is asked for
 * @param tls whom to trust; empty trusts those that the platform trusts
 */
public record Credentials(Secret token, Optional<SSLContext> tls) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** For roles that ask for nothing. */
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
