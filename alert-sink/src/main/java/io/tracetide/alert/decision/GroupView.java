package io.tracetide.alert.decision;

import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of a group as its receivers see them at one time. Alerts of a group with more of them
 * than a notification shows are without their texts, so that the memory is limited.
 *
 * @param firing alerts that fire and are not muted, the most severe first
 * @param known those of {@code firing} that were notified
 * @param resolved alerts that were notified as firing and are over
 * @param muted firing alerts that are muted
 * @param forgotten fingerprints of members that were never notified and are over, or whose group
 *     the configuration does not make any more
 * @param departed whether the receivers were notified of an alert that fires, but whose group the
 *     configuration does not make any more; it is in none of the lists until it is over
 * @param news whether a firing alert is new to the receivers
 * @param reduced whether the alerts are without their texts
 */
record GroupView(
    List<TrackedAlert> firing,
    List<TrackedAlert> known,
    List<TrackedAlert> resolved,
    List<TrackedAlert> muted,
    List<String> forgotten,
    boolean departed,
    boolean news,
    boolean reduced) {

  private static final Comparator<TrackedAlert> MOST_SEVERE_FIRST =
      Comparator.comparing(TrackedAlert::severity)
          .reversed()
          .thenComparing(alert -> alert.times().startsAt())
          .thenComparing(TrackedAlert::fingerprint);

  static GroupView of(AlertGroup group, TenantView state, Routing routing, Mutes mutes) {
    @Nullable Route route = routing.route(group.routeKey());
    List<TrackedAlert> firing = new ArrayList<>();
    List<TrackedAlert> known = new ArrayList<>();
    List<TrackedAlert> resolved = new ArrayList<>();
    List<TrackedAlert> muted = new ArrayList<>();
    List<String> forgotten = new ArrayList<>();
    boolean departed = false;
    boolean news = false;
    List<Member> members = state.members(group.key());
    boolean reduced = members.size() > NotificationIntent.MAX_SHOWN;
    for (Member member : members) {
      TrackedAlert alert = state.alert(member.fingerprint());
      if (alert == null) {
        forgotten.add(member.fingerprint());
      } else if (alert.isFiring() && group.isMadeBy(route, alert.labels())) {
        TrackedAlert listed = reduced ? alert.withoutTexts() : alert;
        if (mutes.isMuted(alert)) {
          muted.add(listed);
        } else {
          firing.add(listed);
          news |= member.isNews(alert);
          if (member.isNotified()) {
            known.add(listed);
          }
        }
      } else if (!member.isNotified()) {
        forgotten.add(member.fingerprint());
      } else if (alert.isFiring()) {
        departed = true;
      } else {
        resolved.add(reduced ? alert.withoutTexts() : alert);
      }
    }
    firing.sort(MOST_SEVERE_FIRST);
    known.sort(MOST_SEVERE_FIRST);
    resolved.sort(MOST_SEVERE_FIRST);
    return new GroupView(firing, known, resolved, muted, forgotten, departed, news, reduced);
  }

  /** Alerts of this view, with the texts of those that a notification shows. */
  List<TrackedAlert> shown(List<TrackedAlert> alerts, TenantView state) {
    if (!reduced) {
      return alerts;
    }
    List<TrackedAlert> shown = new ArrayList<>(alerts);
    for (int i = 0; i < Math.min(shown.size(), NotificationIntent.MAX_SHOWN); i++) {
      @Nullable TrackedAlert whole = state.alert(shown.get(i).fingerprint());
      if (whole != null) {
        shown.set(i, whole);
      }
    }
    return shown;
  }

  boolean isAcknowledged() {
    return !firing.isEmpty() && firing.stream().allMatch(TrackedAlert::isAcknowledged);
  }

  /** Firing alerts, then resolved ones. */
  List<TrackedAlert> all() {
    List<TrackedAlert> all = new ArrayList<>(firing);
    all.addAll(resolved);
    return all;
  }
}
