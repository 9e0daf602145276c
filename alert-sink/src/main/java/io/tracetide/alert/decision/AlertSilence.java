package io.tracetide.alert.decision;

import io.tracetide.alert.route.LabelMatcher;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Mutes the alerts that match, between two times.
 *
 * @param id its id
 * @param matchers all of which must select the alert
 * @param startsAt from this time
 * @param endsAt until this time, exclusive
 * @param updatedAt when it was last changed
 * @param createdBy author
 * @param comment its reason
 * @param annotations further texts of its author
 */
public record AlertSilence(
    String id,
    List<LabelMatcher> matchers,
    Instant startsAt,
    Instant endsAt,
    Instant updatedAt,
    String createdBy,
    String comment,
    SortedMap<String, String> annotations) {

  public AlertSilence {
    matchers = List.copyOf(matchers);
    annotations = new TreeMap<>(annotations);
  }

  /** State of a silence at a time. */
  public enum State {
    PENDING,
    ACTIVE,
    EXPIRED
  }

  public State state(Instant now) {
    if (!now.isBefore(endsAt)) {
      return State.EXPIRED;
    }
    return now.isBefore(startsAt) ? State.PENDING : State.ACTIVE;
  }

  public boolean matches(Map<String, String> labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }

  /** The most steps of regular expressions that the match takes. */
  long cost(Map<String, String> labels) {
    return matchers.stream().mapToLong(matcher -> matcher.cost(labels)).sum();
  }
}
