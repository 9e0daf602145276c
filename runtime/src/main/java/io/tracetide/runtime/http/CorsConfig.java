package io.tracetide.runtime.http;

import io.tracetide.runtime.config.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * The web pages that may call a listener from a browser.
 *
 * @param origins of the pages, each as a browser sends it, {@code https://shop.example} or {@code
 *     http://localhost:3000}; {@code *} alone for every page; empty for none
 */
public record CorsConfig(List<String> origins) {
  public static final CorsConfig NONE = new CorsConfig(List.of());

  static final String ANY = "*";

  public CorsConfig {
    origins = List.copyOf(origins);
    Checks.check()
        .that(
            origins.equals(List.of(ANY)) || origins.stream().allMatch(CorsConfig::isOrigin),
            "origins",
            origins,
            "origins without a path, such as https://shop.example, or * alone for every page")
        .done();
  }

  boolean isPresent() {
    return !origins.isEmpty();
  }

  /** Whether a page of that origin may call; compared as text, in the form that browsers send. */
  public boolean admits(String origin) {
    return origins.contains(ANY) || origins.contains(origin);
  }

  boolean admitsAny() {
    return origins.contains(ANY);
  }

  private static boolean isOrigin(String text) {
    try {
      URI origin = new URI(text);
      String scheme = origin.getScheme();
      return ("http".equals(scheme) || "https".equals(scheme))
          && origin.getHost() != null
          && text.equals(
              scheme
                  + "://"
                  + origin.getHost().toLowerCase(Locale.ROOT)
                  + (origin.getPort() < 0 ? "" : ":" + origin.getPort()));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
