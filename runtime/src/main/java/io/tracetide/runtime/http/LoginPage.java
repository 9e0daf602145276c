package io.tracetide.runtime.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessDecision;
import io.tracetide.runtime.access.AccessDecision.Admitted;
import io.tracetide.runtime.access.AccessDecision.Denied;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.access.Denial;
import io.tracetide.runtime.access.Sessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/**
 * The page that exchanges a token for a session. It is a form without scripts; the token is sent
 * once, and the browser keeps a cookie that no script can read. Errors are shown on the page. The
 * fragment of an address (behind {@code #}), which holds the state of the dashboard, is not sent to
 * servers; browsers keep it through forms without an action and through redirects, so that it
 * reaches the requested page.
 */
final class LoginPage {
  /** The page after a session has ended. */
  static final String ENDED = Gatekeeper.LOGIN + "?ended";

  private static final String LOGOUT = "/logout";
  private static final String STYLE = "/login.css";
  private static final String ICON = "/login.svg";
  private static final String HOME = "/";

  /** First path of a new session, to check whether the browser keeps the cookie. */
  private static final String ENTERED = Gatekeeper.LOGIN + "?entered";

  private static final String LEFT = Gatekeeper.LOGIN + "?left";
  private static final int MOST_TOKEN_BYTES = 4_096;

  /** Longer than a token, so that a longer text is answered with the page. */
  private static final int MAX_FORM_BYTES = 65_536;

  private static final int WAIT_SECONDS = 1;

  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'";

  private static final String KINDS =
      "A token that opens the dashboard is a query token, which begins with tq, or an admin token,"
          + " which begins with ta.";

  private final Gatekeeper gatekeeper;
  private final Sessions sessions;
  private final SessionCookie cookie;
  private final Clock clock;
  private final String form = text("login.html");
  private final HttpData style = HttpData.ofUtf8(text("login.css"));
  private final HttpData icon = HttpData.ofUtf8(text("login.svg"));

  LoginPage(Gatekeeper gatekeeper, Sessions sessions, SessionCookie cookie, Clock clock) {
    this.gatekeeper = gatekeeper;
    this.sessions = sessions;
    this.cookie = cookie;
    this.clock = clock;
  }

  void routes(ServerBuilder server) {
    get(server, Gatekeeper.LOGIN, this::show);
    get(
        server,
        STYLE,
        (ctx, request) -> HttpResponse.of(HttpStatus.OK, MediaType.CSS_UTF_8, style));
    get(server, ICON, (ctx, request) -> HttpResponse.of(HttpStatus.OK, MediaType.SVG_UTF_8, icon));
    server
        .route()
        .post(Gatekeeper.LOGIN)
        .maxRequestLength(MAX_FORM_BYTES)
        .build(
            (ctx, request) ->
                HttpResponse.of(request.aggregate().thenApply(whole -> enter(ctx, whole))));
    server.route().post(LOGOUT).maxRequestLength(MAX_FORM_BYTES).build(this::leave);
  }

  private static void get(ServerBuilder server, String path, HttpService service) {
    server.route().path(path).methods(HttpMethod.GET, HttpMethod.HEAD).build(service);
  }

  private HttpResponse show(ServiceRequestContext ctx, HttpRequest request) {
    if (isSignedIn(request)) {
      return Gatekeeper.seeOther(HOME);
    }
    String query = String.valueOf(ctx.query());
    return switch (Gatekeeper.LOGIN + "?" + query) {
      case ENTERED ->
          page(
              HttpStatus.UNAUTHORIZED,
              "The token is valid, but this browser did not keep the cookie of the session. Allow"
                  + " cookies for this address and sign in again.");
      case ENDED -> page(HttpStatus.OK, "Your session has ended. Sign in again.");
      case LEFT -> page(HttpStatus.OK, "You are signed out.");
      default -> page(HttpStatus.OK, "");
    };
  }

  private boolean isSignedIn(HttpRequest request) {
    return cookie
        .read(request)
        .map(id -> sessions.check(id, clock.instant()))
        .filter(Admitted.class::isInstance)
        .isPresent();
  }

  private HttpResponse enter(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    if (OwnOrigin.isForeign(ctx.request())) {
      return page(HttpStatus.FORBIDDEN, foreign(ctx.request()));
    }
    if (request.content().length() > MOST_TOKEN_BYTES) {
      return page(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "That is too long for a token. " + KINDS);
    }
    String token = QueryParams.fromQueryString(request.contentUtf8()).get("token", "").strip();
    if (token.isEmpty()) {
      return page(HttpStatus.UNAUTHORIZED, "Enter a token. " + KINDS);
    }
    AccessDecision verdict = gatekeeper.check(token);
    if (verdict instanceof Admitted admitted) {
      Caller caller = admitted.caller();
      Optional<Denial> refusal = Access.PAGE.refusal(caller);
      if (refusal.isEmpty()) {
        String id = sessions.open(token, clock.instant());
        return sentTo(ENTERED, cookie.set(ctx.request(), id, Sessions.LENGTH));
      }
      return refused(ctx, new Denied(refusal.get(), caller.token()), wrongClass(caller));
    }
    Denied denied = (Denied) verdict;
    return refused(ctx, denied, explanation(denied.denial()));
  }

  private HttpResponse refused(ServiceRequestContext ctx, Denied denied, String explanation) {
    if (gatekeeper.countFailure(ctx, denied)) {
      return page(HttpStatus.UNAUTHORIZED, explanation);
    }
    return page(
            HttpStatus.TOO_MANY_REQUESTS,
            "Too many failed attempts from this address. Wait %d second, then try again."
                .formatted(WAIT_SECONDS))
        .mapHeaders(
            headers ->
                headers.toBuilder().setInt(HttpHeaderNames.RETRY_AFTER, WAIT_SECONDS).build());
  }

  /** Text for a token that is not valid: the same for a known and an unknown name. */
  private static String explanation(Denial denial) {
    return switch (denial) {
      case EXPIRED -> "This token has expired. Request a new one.";
      case MALFORMED -> "That is not a token. Copy all of it, from its first letters on. " + KINDS;
      default ->
          "This token is not valid here. It is mistyped, was replaced or revoked, or belongs to"
              + " another installation.";
    };
  }

  private static String wrongClass(Caller caller) {
    String of = caller.token().map(name -> name.tokenClass().label()).orElse("other");
    return "This token is of the class %s, which has no access to the dashboard. ".formatted(of)
        + KINDS;
  }

  private HttpResponse leave(ServiceRequestContext ctx, HttpRequest request) {
    if (OwnOrigin.isForeign(request)) {
      return page(HttpStatus.FORBIDDEN, foreign(request));
    }
    cookie.read(request).ifPresent(sessions::end);
    return sentTo(LEFT, cookie.remove(request));
  }

  private static String foreign(HttpRequest request) {
    return OwnOrigin.of(request).equals("null")
        ? "The browser hides from which page the form was sent (Origin: null). Open this address by"
            + " itself, and let the browser send the Origin header."
        : "The form was sent from another site. Open this address by itself. If there is a proxy"
            + " before it, the proxy must forward the Host header.";
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

  private static HttpResponse sentTo(String path, String setCookie) {
    return HttpResponse.of(
        ResponseHeaders.of(
            HttpStatus.SEE_OTHER,
            HttpHeaderNames.LOCATION,
            path,
            HttpHeaderNames.SET_COOKIE,
            setCookie));
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
