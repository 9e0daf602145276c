package io.tracetide.alert.api;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.toSet;

import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.GroupKey;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.store.TenantReader;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sentences why the receivers of an alert are notified or not.
 *
 * @param routing by which it is routed
 * @param tenant state of its tenant
 * @param alert the alert
 * @param outcomes of the deliveries of its groups, the newest first; old ones are not known
 * @param now time of the explanation
 */
record Reasons(
    Routing routing,
    TenantReader tenant,
    TrackedAlert alert,
    List<NotificationOutcome> outcomes,
    Instant now) {

  Reasons {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * The sentences, at least one.
   *
   * @param silences that mute the alert
   * @param inhibitors alerts that inhibit it
   */
  List<String> texts(List<AlertSilence> silences, List<TrackedAlert> inhibitors) {
    List<String> why = new ArrayList<>();
    if (alert.phase() == Phase.PENDING) {
      why.add(
          "not notified: pending until "
              + AlertView.time(
                  alert.times().phaseSince().plus(routing.policy(alert.labels()).pendingFor())));
    } else if (alert.phase() == Phase.RESOLVED) {
      why.add("resolved since " + AlertView.time(alert.times().phaseSince()));
    }
    for (AlertSilence silence : silences) {
      why.add(
          "not notified: silenced by "
              + silence.createdBy()
              + " until "
              + AlertView.time(silence.endsAt())
              + " ("
              + silence.comment()
              + "), silence "
              + silence.id());
    }
    for (TrackedAlert source : inhibitors) {
      why.add(
          "not notified: inhibited by alert "
              + source.fingerprint()
              + " "
              + GroupKey.text(source.labels()));
    }
    acknowledged(why);
    for (String key : alert.groups()) {
      @Nullable AlertGroup group = tenant.group(key);
      if (group != null) {
        why.add(text(group));
      }
    }
    if (alert.isFiring() && alert.groups().isEmpty()) {
      why.add("not notified: no route has it in a group yet");
    }
    return why;
  }

  private void acknowledged(List<String> why) {
    @Nullable Acknowledgement given = alert.acknowledgement();
    if (given == null) {
      return;
    }
    @Nullable Instant end = given.expiresAt();
    why.add(
        (given.mutedUntilResolved() ? "not notified: muted" : "not repeated: acknowledged")
            + " by "
            + given.by()
            + " until "
            + (given.mutedUntilResolved() || end == null ? "it is resolved" : AlertView.time(end)));
  }

  private String text(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    String subject = "group " + group.key() + ": ";
    if (route == null) {
      return subject + "its route is not configured any more, only resolutions are notified";
    }
    List<String> intervals = AlertReads.mutedBy(routing, route.options(), now);
    if (!intervals.isEmpty()) {
      return subject + "not notified: muted by time interval " + String.join(", ", intervals);
    }
    @Nullable Member member = tenant.member(group.key(), alert.fingerprint());
    @Nullable Instant latest = group.history().latestAt();
    String receiver = "receiver " + route.options().receiver();
    if (member != null && member.notified() != null && latest != null) {
      // The time of the group is the decision on its newest change or repetition. A delivery is
      // later, and acknowledgements and escalations are notified, too.
      return subject
          + receiver
          + delivered(group, route.options().receiver())
              .filter(at -> !at.isBefore(latest))
              .map(at -> " was last notified at " + AlertView.time(at))
              .orElseGet(
                  () ->
                      " was last due to be notified of changes or of a repetition at "
                          + AlertView.time(latest)
                          + ", no delivery since then is known");
    }
    @Nullable Instant next = group.schedule().nextFlush();
    return subject
        + receiver
        + " is not notified of it yet"
        + (next == null ? "" : ", the group is looked at next at " + AlertView.time(next));
  }

  /** When a receiver got a notification of a group. */
  private Optional<Instant> delivered(AlertGroup group, String receiver) {
    Set<String> integrations =
        routing.integrations(receiver).stream().map(Integration::name).collect(toSet());
    return outcomes.stream()
        .filter(outcome -> outcome.getStatus() == DeliveryStatus.DELIVERED)
        .filter(outcome -> outcome.getGroupKey().equals(group.key()))
        .filter(outcome -> integrations.contains(outcome.getReceiver()))
        .map(NotificationOutcome::getCompletedAt)
        .max(naturalOrder());
  }
}
