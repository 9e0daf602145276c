package io.tracetide.instrumentation.servlet;

import io.tracetide.schemas.TraceContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads operation, tags and context of a request. */
final class RequestReading {

  private static final String METHOD = "http.request.method";

  /** Known methods; others share one name, because clients may invent methods. */
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

  /** The path below the context, as in the request line. */
  static String path(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String context = request.getContextPath();
    return uri.startsWith(context) ? uri.substring(context.length()) : uri;
  }

  /** The operation before the application has handled the request. */
  String operationAtFirst(HttpServletRequest request) {
    String route = route(request);
    return operation(request, route == null ? template(request) : route);
  }

  /**
   * The operation after the application has handled the request. All unknown paths share one
   * operation, because scanners request thousands of them.
   */
  String operationAtLast(HttpServletRequest request, @Nullable String route, boolean notFound) {
    if (route != null) {
      return operation(request, route);
    }
    return notFound ? method(request) : operation(request, template(request));
  }

  /** The route with the context path; null when it is unknown. */
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

  /** User and session of the request; null when both are unknown. */
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
   * The requested session id, which needs no access to the session store, or that of a session
   * created by the request.
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

  /** Removes the route of the server that some containers append to the session id. */
  private static String withoutWorker(String id) {
    int dot = id.indexOf('.');
    return dot < 0 ? id : id.substring(0, dot);
  }
}
