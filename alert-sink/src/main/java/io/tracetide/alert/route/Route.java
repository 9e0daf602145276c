package io.tracetide.alert.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of the routing tree. An alert that the matchers select is handled by those of the child
 * routes that match, in order, up to the first one that does not continue; if none matches, by the
 * node itself.
 *
 * @param key the matchers from the root to this node, in Alertmanager's form: {@code
 *     {}/{severity="page"}}; unique in the tree
 * @param matchers all of which must select the alert; none for the root
 * @param options of this node, with what it inherits
 * @param continues whether later siblings are tried as well
 * @param routes child routes
 */
public record Route(
    String key,
    List<LabelMatcher> matchers,
    RouteOptions options,
    boolean continues,
    List<Route> routes) {

  public Route {
    matchers = List.copyOf(matchers);
    routes = List.copyOf(routes);
  }

  /** The routes that handle an alert with these labels; none if the matchers do not select it. */
  public List<Route> match(Map<String, String> labels) {
    List<Route> found = new ArrayList<>();
    collect(labels, found);
    return found;
  }

  /** The node of this tree with the key; null if there is none. */
  @Nullable Route find(String wanted) {
    if (key.equals(wanted)) {
      return this;
    }
    for (Route child : routes) {
      Route found = child.find(wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private boolean collect(Map<String, String> labels, List<Route> found) {
    if (!matchers.stream().allMatch(matcher -> matcher.matches(labels))) {
      return false;
    }
    int before = found.size();
    for (Route child : routes) {
      if (child.collect(labels, found) && !child.continues) {
        break;
      }
    }
    if (found.size() == before) {
      found.add(this);
    }
    return true;
  }
}
