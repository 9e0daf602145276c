package io.tracetide.runtime.http;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cookie with the id of a session. No script can read it, and pages of other sites can cause a
 * browser to send it only by a link to a page of Tracetide, which is safe because a session changes
 * nothing.
 *
 * <p>Browsers send cookies to every port of a host. The name contains the port, so that two roles
 * of one machine do not end each other's sessions.
 *
 * @param secure whether the listener has TLS; the name then is one that browsers accept only from
 *     this host over TLS
 */
record SessionCookie(boolean secure) {
  private static final String NAME = "tracetide-session";
  private static final String HOST_ONLY = "__Host-";
  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");

  /** The id that the browser sent. */
  Optional<String> read(HttpRequest request) {
    String name = name(request);
    return request.headers().cookies().stream()
        .filter(cookie -> cookie.name().equals(name))
        .map(Cookie::value)
        .findFirst();
  }

  String set(HttpRequest request, String id, Duration length) {
    return Cookie.secureBuilder(name(request), id)
        .path("/")
        .maxAge(length.toSeconds())
        .secure(secure)
        .httpOnly(true)
        .sameSite("Lax")
        .build()
        .toSetCookieHeader();
  }

  String remove(HttpRequest request) {
    return set(request, "", Duration.ZERO);
  }

  private String name(HttpRequest request) {
    Matcher port = PORT.matcher(String.valueOf(request.authority()));
    return (secure ? HOST_ONLY : "") + NAME + (port.find() ? "-" + port.group(1) : "");
  }
}
