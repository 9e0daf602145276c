package io.tracetide.instrumentation.servlet;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: the pattern under which the application knows it, such as {@code
 * /orders/{id}}. All requests of one route are one operation. It is asked twice, before the
 * application has seen the request and after.
 */
@FunctionalInterface
public interface RouteResolver {

  /** Where Spring's handler mappings leave the pattern that they chose. */
  String SPRING_PATTERN = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  /** The route below the context path; null when it is not known, or not known yet. */
  @Nullable String route(HttpServletRequest request);

  /** What the first of the attributes says that is there. */
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

  /** The pattern of the servlet's mapping, unless it matches everything and so says nothing. */
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

  /** The route that this one finds, else the one that the other does. */
  default RouteResolver or(RouteResolver other) {
    return request -> {
      String route = route(request);
      return route == null ? other.route(request) : route;
    };
  }
}
