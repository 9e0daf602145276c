package io.tracetide.alert.channel;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Makes addresses of messages, which may come from data, safe for links. */
public final class WebLink {
  private static final int MAX_LENGTH = 3_000;
  private static final String PLAIN = "-._~:/?#@!$&*+,;=%";

  /**
   * The address with percent-encoding of all characters that delimit links in HTML, Markdown or
   * mrkdwn; empty unless it is an http or https address with a host and without a user.
   */
  public static Optional<String> of(String url) {
    if (url.isEmpty() || url.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String encoded = encode(url);
    try {
      URI uri = new URI(encoded);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean web = scheme.equals("https") || scheme.equals("http");
      return web && uri.getHost() != null && uri.getRawUserInfo() == null
          ? Optional.of(encoded)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String encode(String url) {
    StringBuilder encoded = new StringBuilder(url.length());
    for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || PLAIN.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }

  private WebLink() {}
}
