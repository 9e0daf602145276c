package io.tracetide.runtime.access;

import java.util.Map;

/**
 * Something about tokens that belongs on record.
 *
 * @param tenant whom it concerns; {@code default} when it is nobody's in particular
 * @param actor who did it: a token's name, or the role itself
 * @param action such as {@code token.refused}
 * @param subject what it was done to
 */
public record AccessEvent(
    String tenant, String actor, String action, String subject, Map<String, String> details) {
  static final String NO_TENANT = "default";

  public AccessEvent {
    details = Map.copyOf(details);
  }
}
