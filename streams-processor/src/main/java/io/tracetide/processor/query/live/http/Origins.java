package io.tracetide.processor.query.live.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.http.CorsConfig;
import java.util.List;
import java.util.Locale;

/**
 * The web pages that may open a WebSocket: those of this listener, and those that {@code
 * cors.origins} lists. A browser sends the origin of the page and, unlike with other requests,
 * opens a WebSocket to any site and with the cookies of that site. Other clients send no origin.
 */
final class Origins {
  private final CorsConfig cors;

  Origins(CorsConfig cors) {
    this.cors = cors;
  }

  boolean admits(ServiceRequestContext context, HttpRequest request) {
    List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
    if (origins.isEmpty()) {
      return true;
    }
    return origins.size() == 1
        && (cors.admits(origins.get(0)) || isOwn(origins.get(0), context, request));
  }

  private static boolean isOwn(String origin, ServiceRequestContext context, HttpRequest request) {
    String authority = request.authority();
    String scheme = context.sessionProtocol().isTls() ? "https://" : "http://";
    return authority != null
        && origin.equalsIgnoreCase(scheme + withoutDefaultPort(scheme, authority));
  }

  /** Browsers leave out the default port in an origin. */
  private static String withoutDefaultPort(String scheme, String authority) {
    String port = scheme.equals("https://") ? ":443" : ":80";
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
  }
}
