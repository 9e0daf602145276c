package io.tracetide.instrumentation.servlet;

import io.tracetide.schemas.TraceContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What traces say of a request: its operation, tags, and who it is from. */
final class RequestReading {

  private static final String METHOD = "http.request.method";

  /** Anybody can make up methods; what is none of these has one name. */
  private static final Set<String> METHODS =
      Set.of(
          "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");

  private static final String OTHER_METHOD = "_OTHER";

  private final FilterSettings settings;
  private final RouteResolver routes;

  RequestReading(FilterSettings settings, @Nullable RouteResolver routes) {
    this.settings = settings;
    this.routes =
        routes == null
            ? RouteResolver.attributes(settings.routeAttributes())
                .or(RouteResolver.servletMapping())
            : routes;
  }

  FilterSettings settings() {
    return settings;
  }

  /** The path below the context, as it stands in the request line. */
  static String path(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String context = request.getContextPath();
    return uri.startsWith(context) ? uri.substring(context.length()) : uri;
  }

  /** The operation as far as it is known before the application has seen the request. */
  String operationAtFirst(HttpServletRequest request) {
    String route = route(request);
    return operation(request, route == null ? template(request) : route);
  }

  /**
   * The operation once the application has answered. What it does not have is no operation of its
   * own: whoever looks for holes asks for a thousand paths.
   */
  String operationAtLast(HttpServletRequest request, @Nullable String route, boolean notFound) {
    if (route != null) {
      return operation(request, route);
    }
    return notFound ? method(request) : operation(request, template(request));
  }

  /** With the context path, for applications of one server; null when nobody knows it. */
  @Nullable String route(HttpServletRequest request) {
    String route = routes.route(request);
    return route == null ? null : request.getContextPath() + route;
  }

  private static String template(HttpServletRequest request) {
    return PathTemplate.of(request.getRequestURI());
  }

  private static String operation(HttpServletRequest request, String route) {
    return method(request) + ' ' + route;
  }

  private static String method(HttpServletRequest request) {
    return METHODS.contains(request.getMethod()) ? request.getMethod() : "HTTP";
  }

  Map<String, String> tags(HttpServletRequest request) {
    String method = request.getMethod();
    return Map.of(METHOD, METHODS.contains(method) ? method : OTHER_METHOD);
  }

  /** Who the request is from, as far as is known; null when nothing is. */
  @Nullable TraceContext context(HttpServletRequest request) {
    String user = user(request);
    String session = session(request);
    return user == null && session == null
        ? null
        : new TraceContext(null, null, user, session, null);
  }

  private @Nullable String user(HttpServletRequest request) {
    if (settings.user() == Disclosure.OFF) {
      return null;
    }
    Principal principal = request.getUserPrincipal();
    return principal == null ? null : settings.user().of(principal.getName());
  }

  /**
   * The session that the caller says it is in, which takes no look into the store of sessions, or
   * the one that was made meanwhile.
   */
  private @Nullable String session(HttpServletRequest request) {
    if (settings.session() == Disclosure.OFF) {
      return null;
    }
    String requested = request.getRequestedSessionId();
    if (requested != null) {
      return settings.session().of(withoutWorker(requested));
    }
    HttpSession made = request.getSession(false);
    return made == null ? null : settings.session().of(withoutWorker(made.getId()));
  }

  /** Servers append which of them has the session, some of them only where the caller sees it. */
  private static String withoutWorker(String id) {
    int dot = id.indexOf('.');
    return dot < 0 ? id : id.substring(0, dot);
  }
}
