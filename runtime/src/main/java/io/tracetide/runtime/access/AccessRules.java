package io.tracetide.runtime.access;

/**
 * Says what each route of a role asks of its caller. It is asked with the route that serves, never
 * with what the caller wrote, so that no spelling of a path finds another rule than its route's.
 */
@FunctionalInterface
public interface AccessRules {

  /**
   * What the route asks for.
   *
   * @param route its pattern, such as {@code /monitoring/traces/:id}; {@code /*} where there is
   *     none
   */
  Access of(String method, String route);
}
