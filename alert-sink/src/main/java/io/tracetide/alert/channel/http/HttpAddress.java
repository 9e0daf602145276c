package io.tracetide.alert.channel.http;

import io.tracetide.runtime.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** The check of an address in the configuration, which may be a secret. */
public final class HttpAddress {
  /** Valid addresses, as they follow the word "expected". */
  public static final String EXPECTED =
      "an https:// address without user, password and fragment; http:// needs allowHttp: true";

  /** Whether the text is an address that {@link HttpPoster} can post to. */
  public static boolean isValid(Secret url, boolean allowHttp) {
    return parse(url.reveal())
        .filter(
            uri -> "https".equals(uri.getScheme()) || (allowHttp && "http".equals(uri.getScheme())))
        .filter(uri -> uri.getHost() != null)
        .filter(uri -> uri.getRawUserInfo() == null && uri.getRawFragment() == null)
        .filter(uri -> uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() < 65_536))
        .isPresent();
  }

  private static Optional<URI> parse(String url) {
    try {
      return Optional.of(new URI(url));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private HttpAddress() {}
}
