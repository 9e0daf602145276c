package io.tracetide.alert.message;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A URL with places for values: {@code https://traces.example.com/{traceId}?tenant={tenant}}. */
final class UrlTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
  private static final int MAX_LENGTH = 2_000;

  private final String template;

  /** A template; an empty one gives no URL. */
  UrlTemplate(String template) {
    this.template = template;
  }

  /** Whether a text is a template of http or https URLs whose host is fixed. */
  static boolean isValid(String template) {
    int path = template.indexOf('/', template.indexOf("://") + 3);
    int place = template.indexOf('{');
    return isWebAddress(PLACE.matcher(template).replaceAll("x"))
        && (place < 0 || (path > 0 && place > path));
  }

  /** Whether a text is an absolute http or https URL without user and password. */
  static boolean isWebAddress(String url) {
    try {
      URI uri = new URI(url);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      return web && uri.getHost() != null && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * The URL with values, each encoded. Empty when there is no template, a value is missing, or the
   * URL would be too long; also for a value that is a dot segment, which would change the path.
   */
  Optional<String> fill(Map<String, String> values) {
    if (template.isEmpty()) {
      return Optional.empty();
    }
    Matcher place = PLACE.matcher(template);
    StringBuilder url = new StringBuilder();
    while (place.find()) {
      String value = values.get(place.group(1));
      if (value == null || value.isEmpty() || value.equals(".") || value.equals("..")) {
        return Optional.empty();
      }
      place.appendReplacement(url, Matcher.quoteReplacement(encode(value)));
    }
    place.appendTail(url);
    return url.length() > MAX_LENGTH ? Optional.empty() : Optional.of(url.toString());
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
