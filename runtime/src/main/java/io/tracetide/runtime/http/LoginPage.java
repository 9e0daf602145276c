package io.tracetide.runtime.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.Denial;
import io.tracetide.runtime.access.Sessions;
import io.tracetide.runtime.access.Verdict;
import io.tracetide.runtime.access.Verdict.Admitted;
import io.tracetide.runtime.access.Verdict.Denied;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/**
 * Where people exchange their token for a session. The page is a plain form without any script; the
 * token travels once, and what the browser keeps is a cookie that no script can read.
 */
final class LoginPage {
  private static final String LOGOUT = "/logout";
  private static final String STYLE = "/login.css";
  private static final String HOME = "/";
  private static final int MOST_FORM_BYTES = 4_096;

  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors"
          + " 'none'";

  private final Gatekeeper gatekeeper;
  private final Sessions sessions;
  private final String cookie;
  private final boolean secure;
  private final Clock clock;
  private final String form = text("login.html");
  private final byte[] style = text("login.css").getBytes(StandardCharsets.UTF_8);

  LoginPage(Gatekeeper gatekeeper, Sessions sessions, String cookie, boolean secure, Clock clock) {
    this.gatekeeper = gatekeeper;
    this.sessions = sessions;
    this.cookie = cookie;
    this.secure = secure;
    this.clock = clock;
  }

  /** Under TLS a name that browsers keep to this very host. */
  static String cookieName(boolean secure) {
    return secure ? "__Host-tracetide-session" : "tracetide-session";
  }

  void routes(ServerBuilder server) {
    server
        .route()
        .path(Gatekeeper.LOGIN)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build((ctx, request) -> page(HttpStatus.OK, ""));
    server
        .route()
        .path(STYLE)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(
            (ctx, request) ->
                HttpResponse.of(HttpStatus.OK, MediaType.CSS_UTF_8, HttpData.wrap(style)));
    server
        .route()
        .post(Gatekeeper.LOGIN)
        .maxRequestLength(MOST_FORM_BYTES)
        .build(
            (ctx, request) ->
                HttpResponse.of(request.aggregate().thenApply(whole -> enter(ctx, whole))));
    server.route().post(LOGOUT).maxRequestLength(MOST_FORM_BYTES).build(this::leave);
  }

  private HttpResponse enter(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    if (isForeign(ctx.request())) {
      return page(HttpStatus.FORBIDDEN, "Sign in on this page, not from another one.");
    }
    String token = QueryParams.fromQueryString(request.contentUtf8()).get("token", "").strip();
    Verdict verdict = gatekeeper.check(token);
    if (verdict instanceof Admitted admitted) {
      Optional<Denial> refusal = Access.PAGE.refusal(admitted.caller());
      if (refusal.isEmpty()) {
        return home(cookie(sessions.open(token, clock.instant()), Sessions.LENGTH.toSeconds()));
      }
      verdict = new Denied(refusal.get(), admitted.caller().token());
    }
    return gatekeeper.isAnswered(ctx, (Denied) verdict)
        ? page(HttpStatus.UNAUTHORIZED, "That is not a query or admin token that counts here.")
        : Gatekeeper.tooMany();
  }

  private HttpResponse leave(ServiceRequestContext ctx, HttpRequest request) {
    if (isForeign(request)) {
      return page(HttpStatus.FORBIDDEN, "Sign out on this page, not from another one.");
    }
    gatekeeper.session(request).ifPresent(sessions::end);
    return home(cookie("", 0));
  }

  /** Whether a browser says that another site's page made it send this. */
  private static boolean isForeign(HttpRequest request) {
    String site = request.headers().get("sec-fetch-site", "same-origin");
    if (!site.equals("same-origin") && !site.equals("none")) {
      return true;
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN, "");
    return !origin.isEmpty() && !isOf(origin, String.valueOf(request.authority()));
  }

  private static boolean isOf(String origin, String authority) {
    try {
      return authority.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private HttpResponse page(HttpStatus status, String message) {
    String shown = message.isEmpty() ? "" : "<p role=\"alert\">" + message + "</p>";
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_POLICY)
            .build(),
        HttpData.ofUtf8(form.replace("<!-- message -->", shown)));
  }

  private static HttpResponse home(Cookie session) {
    return HttpResponse.of(
        ResponseHeaders.of(
            HttpStatus.SEE_OTHER,
            HttpHeaderNames.LOCATION,
            HOME,
            HttpHeaderNames.SET_COOKIE,
            session.toSetCookieHeader()));
  }

  private Cookie cookie(String value, long seconds) {
    return Cookie.secureBuilder(cookie, value)
        .path(HOME)
        .maxAge(seconds)
        .secure(secure)
        .httpOnly(true)
        .sameSite("Strict")
        .build();
  }

  private static String text(String resource) {
    try (InputStream in = LoginPage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
