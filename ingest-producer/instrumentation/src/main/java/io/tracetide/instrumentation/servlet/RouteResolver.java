package io.tracetide.instrumentation.servlet;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: the pattern that the application matched, such as {@code
 * /orders/{id}}. All requests of one route are one operation. Called before and after the
 * application handles the request.
 */
@FunctionalInterface
public interface RouteResolver {

  /** Attribute with the pattern matched by Spring's handler mappings. */
  String SPRING_PATTERN = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  /** The route below the context path; null while it is unknown. */
  @Nullable String route(HttpServletRequest request);

  /** The value of the first attribute that is present. */
  static RouteResolver attributes(List<String> names) {
    List<String> known = List.copyOf(names);
    return request -> {
      for (String name : known) {
        Object pattern = request.getAttribute(name);
        if (pattern != null) {
          return pattern.toString();
        }
      }
      return null;
    };
  }

  /** The pattern of the servlet's mapping, unless it matches every path. */
  static RouteResolver servletMapping() {
    return request -> {
      HttpServletMapping mapping = request.getHttpServletMapping();
      if (mapping.getMappingMatch() == null) {
        return null;
      }
      return switch (mapping.getMappingMatch()) {
        case CONTEXT_ROOT -> "/";
        case DEFAULT -> null;
        case EXACT, EXTENSION -> mapping.getPattern();
        case PATH -> mapping.getPattern().equals("/*") ? null : mapping.getPattern();
      };
    };
  }

  /** Falls back to another resolver. */
  default RouteResolver or(RouteResolver other) {
    return request -> {
      String route = route(request);
      return route == null ? other.route(request) : route;
    };
  }
}
