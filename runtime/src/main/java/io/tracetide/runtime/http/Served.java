package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceConfig;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The routes of a listener, for responses to unknown paths. */
final class Served {

  /** Above this number, paths are not listed. */
  private static final int MAX_LISTED = 8;

  private static final Set<String> OF_EVERY_LISTENER = Set.of("/livez", "/readyz", "/metrics");

  private Served() {}

  /** Methods of a path, which may have a query; empty for an unknown path. */
  static Set<String> methods(ServiceConfig any, String path) {
    Set<String> methods = new TreeSet<>();
    for (Route route : routes(any)) {
      if (matches(route.patternString(), path)) {
        route.methods().stream().map(HttpMethod::name).forEach(methods::add);
      }
    }
    return methods;
  }

  /** Text for an unknown path, with the known paths if they are few. */
  static String nothingAt(ServiceConfig any, String path) {
    List<String> served =
        routes(any).stream()
            .filter(route -> !OF_EVERY_LISTENER.contains(route.patternString()))
            .map(Served::named)
            .sorted()
            .toList();
    String nothing = "nothing is served at " + ProblemErrorHandler.shown(path);
    return served.isEmpty() || served.size() > MAX_LISTED
        ? nothing
        : nothing + ", but " + String.join(", ", served);
  }

  private static List<Route> routes(ServiceConfig any) {
    return any.virtualHost().serviceConfigs().stream().map(ServiceConfig::route).toList();
  }

  private static String named(Route route) {
    String methods =
        route.methods().equals(HttpMethod.knownMethods())
            ? "any"
            : route.methods().stream()
                .filter(method -> method != HttpMethod.HEAD)
                .map(HttpMethod::name)
                .sorted()
                .collect(Collectors.joining(" or "));
    return methods + " " + route.patternString();
  }

  /** A segment that begins with a colon, or is a star, matches any segment. */
  private static boolean matches(String pattern, String path) {
    String[] requested = path.split("[?#]", 2)[0].split("/", -1);
    String[] served = pattern.split("/", -1);
    for (int i = 0; i < served.length; i++) {
      if (served[i].equals("*") || served[i].equals("**")) {
        return true;
      }
      if (i >= requested.length || !(served[i].startsWith(":") || served[i].equals(requested[i]))) {
        return false;
      }
    }
    return requested.length == served.length;
  }
}
