package io.tracetide.alert.channel.http;

import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Checks the URLs of HTTP endpoints in a configuration; they are secrets as a whole. */
public final class EndpointUrl {
  /** Valid values, for error messages. */
  public static final String EXPECTED =
      "an https:// address without user, password and fragment; http:// needs allowHttp: true";

  /** Whether the text is a URL that a channel may post to. */
  public static boolean isValid(Secret url, boolean allowHttp) {
    return parse(url)
        .filter(
            uri -> "https".equals(uri.getScheme()) || (allowHttp && "http".equals(uri.getScheme())))
        .filter(uri -> uri.getHost() != null)
        .filter(uri -> uri.getRawUserInfo() == null && uri.getRawFragment() == null)
        .filter(uri -> uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() < 65_536))
        .isPresent();
  }

  private static Optional<URI> parse(Secret url) {
    try {
      return Optional.of(new URI(url.reveal()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private EndpointUrl() {}
}
