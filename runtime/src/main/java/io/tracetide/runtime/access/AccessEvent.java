package io.tracetide.runtime.access;

import java.util.Map;

/**
 * An event about tokens for the audit trail.
 *
 * @param tenant the tenant concerned; {@code default} when it concerns none in particular
 * @param actor a token's name, or the role
 * @param action such as {@code token.refused}
 * @param subject the object of the action
 */
public record AccessEvent(
    String tenant, String actor, String action, String subject, Map<String, String> details) {
  static final String NO_TENANT = "default";

  public AccessEvent {
    details = Map.copyOf(details);
  }
}
