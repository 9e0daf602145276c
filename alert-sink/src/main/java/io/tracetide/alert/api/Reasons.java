package io.tracetide.alert.api;

import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.GroupKey;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.store.TenantReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sentences why the receivers of an alert are notified or not.
 *
 * @param routing by which it is routed
 * @param tenant state of its tenant
 * @param alert the alert
 * @param now time of the explanation
 */
record Reasons(Routing routing, TenantReader tenant, TrackedAlert alert, Instant now) {

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
      return subject + receiver + " was last notified at " + AlertView.time(latest);
    }
    @Nullable Instant next = group.schedule().nextFlush();
    return subject
        + receiver
        + " is not notified of it yet"
        + (next == null ? "" : ", the group is looked at next at " + AlertView.time(next));
  }
}
