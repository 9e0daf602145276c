package io.tracetide.runtime.access;

/**
 * The access that each route of a role requires. The argument is the matched route and never the
 * path of the request, so that no spelling of a path selects the rule of another route.
 */
@FunctionalInterface
public interface AccessRules {

  /**
   * The access that the route requires.
   *
   * @param route its pattern, such as {@code /monitoring/traces/:id}; {@code /*} where there is
   *     none
   */
  Access of(String method, String route);
}
