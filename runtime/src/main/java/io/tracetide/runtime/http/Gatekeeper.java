package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessDecision;
import io.tracetide.runtime.access.AccessDecision.Admitted;
import io.tracetide.runtime.access.AccessDecision.Denied;
import io.tracetide.runtime.access.AccessJournal;
import io.tracetide.runtime.access.AccessRules;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.access.Denial;
import io.tracetide.runtime.access.FailureLimit;
import io.tracetide.runtime.access.Sessions;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.Tokens;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Authenticates requests by their token or session before the body is read, and sets the caller for
 * the routes. Other requests get 401 without details that would help an attacker, or 429 after too
 * many failures.
 *
 * <p>A browser adds its session to every request, also to those that a link on another site causes:
 * a session opens only routes that read, and those that act for a user when the request comes from
 * a page of this listener.
 */
final class Gatekeeper implements DecoratingHttpServiceFunction {
  static final String LOGIN = "/login";

  private static final String SCHEME = "bearer ";
  private static final String NO_ROUTE = "/*";
  private static final String FOREIGN =
      "a session changes something only for a page of this address: open the dashboard by itself,"
          + " or send a token in Authorization";

  private final AccessRules rules;
  private final Tokens tokens;
  private final Sessions sessions;
  private final SessionCookie cookie;
  private final FailureLimit failures;
  private final AccessJournal journal;
  private final AccessMetrics metrics;
  private final Clock clock;

  /**
   * Guards all routes.
   *
   * @param cookie cookie of the session
   */
  Gatekeeper(
      AccessRules rules,
      Tokens tokens,
      Sessions sessions,
      SessionCookie cookie,
      FailureLimit failures,
      AccessJournal journal,
      AccessMetrics metrics,
      Clock clock) {
    this.rules = rules;
    this.tokens = tokens;
    this.sessions = sessions;
    this.cookie = cookie;
    this.failures = failures;
    this.journal = journal;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    Access access = rules.of(ctx.method().name(), pattern(ctx));
    if (access == Access.OPEN) {
      return next.serve(ctx, request);
    }
    AccessDecision verdict = look(request, access);
    if (verdict instanceof Admitted admitted) {
      Caller caller = admitted.caller();
      Optional<Denial> refusal = access.refusal(caller);
      if (refusal.isEmpty()) {
        if (access == Access.ACT && isWithSession(request) && !OwnOrigin.isReported(request)) {
          return ProblemResponse.of(HttpStatus.FORBIDDEN, "Forbidden", FOREIGN);
        }
        journal.used(caller);
        Callers.set(ctx, caller);
        Callers.setCredentials(ctx, credentials(request));
        return next.serve(ctx, request);
      }
      verdict = new Denied(refusal.get(), caller.token());
    }
    Denied denied = (Denied) verdict;
    if (access == Access.PAGE && ctx.method() != HttpMethod.POST) {
      if (denied.denial() == Denial.MISSING) {
        return seeOther(LOGIN);
      }
      if (denied.denial() == Denial.NO_SESSION) {
        return seeOther(LoginPage.ENDED);
      }
    }
    return deny(ctx, denied);
  }

  static HttpResponse seeOther(String path) {
    return HttpResponse.of(
        ResponseHeaders.of(HttpStatus.SEE_OTHER, HttpHeaderNames.LOCATION, path));
  }

  private static String pattern(ServiceRequestContext ctx) {
    Route route = ctx.config().route();
    return route.isFallback() ? NO_ROUTE : route.patternString();
  }

  private static boolean isWithSession(HttpRequest request) {
    return !request.headers().contains(HttpHeaderNames.AUTHORIZATION);
  }

  /** The token of a request that was admitted. */
  private Optional<Token> credentials(HttpRequest request) {
    return isWithSession(request)
        ? cookie.read(request).flatMap(sessions::token)
        : Token.parse(
            request.headers().get(HttpHeaderNames.AUTHORIZATION, "").substring(SCHEME.length()));
  }

  private AccessDecision look(HttpRequest request, Access access) {
    List<String> credentials = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    if (credentials.isEmpty()) {
      Optional<String> session = access.acceptsSession() ? cookie.read(request) : Optional.empty();
      return session
          .map(id -> sessions.check(id, clock.instant()))
          .orElseGet(() -> Denied.because(Denial.MISSING));
    }
    String sent = credentials.get(0);
    if (credentials.size() > 1 || !sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Denied.because(Denial.MALFORMED);
    }
    return check(sent.substring(SCHEME.length()));
  }

  /** Checks a token as sent. */
  AccessDecision check(String token) {
    return tokens.check(token, clock.instant());
  }

  /** The response to a caller that is not admitted; counts the failure. */
  HttpResponse deny(ServiceRequestContext ctx, Denied denied) {
    if (!countFailure(ctx, denied)) {
      return tooMany();
    }
    return ProblemResponse.of(HttpStatus.UNAUTHORIZED, "Not admitted", denied.denial().detail())
        .mapHeaders(
            headers -> headers.toBuilder().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer").build());
  }

  /** Counts a failure; false when the address is above its limit in this second. */
  boolean countFailure(ServiceRequestContext ctx, Denied denied) {
    metrics.denied(denied.denial());
    journal.refused(denied);
    boolean answered = failures.fail(ctx.remoteAddress().getAddress());
    if (!answered) {
      metrics.unanswered();
    }
    return answered;
  }

  static HttpResponse tooMany() {
    return ProblemResponse.of(
            HttpStatus.TOO_MANY_REQUESTS,
            "Too many failures",
            "too many requests from this address were not admitted, wait a second")
        .mapHeaders(headers -> headers.toBuilder().setInt(HttpHeaderNames.RETRY_AFTER, 1).build());
  }
}
