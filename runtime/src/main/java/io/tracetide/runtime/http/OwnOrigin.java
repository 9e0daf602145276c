package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import java.net.URI;

/**
 * Whether a browser sent a request for a page of this listener. A browser adds cookies to requests
 * that pages of other sites cause, and it reports their origin, which scripts cannot change.
 */
public final class OwnOrigin {
  private static final String SITE = "sec-fetch-site";
  private static final String SAME_ORIGIN = "same-origin";

  private OwnOrigin() {}

  /** Whether the browser reports that another site's page caused the request. */
  public static boolean isForeign(HttpRequest request) {
    String site = request.headers().get(SITE, SAME_ORIGIN);
    if (!site.equals(SAME_ORIGIN) && !site.equals("none")) {
      return true;
    }
    String origin = of(request);
    return !origin.isEmpty() && !isOf(origin, String.valueOf(request.authority()));
  }

  /** Whether the browser reports that a page of this listener caused the request. */
  public static boolean isReported(HttpRequest request) {
    return !of(request).isEmpty() && !isForeign(request);
  }

  /** The origin of the page; empty when the request names none. */
  static String of(HttpRequest request) {
    return request.headers().get(HttpHeaderNames.ORIGIN, "");
  }

  /** A hidden origin, {@code null}, has no authority. */
  private static boolean isOf(String origin, String authority) {
    try {
      return authority.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
