package io.tracetide.alert.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The alerts of a group as its receivers see them at one time.
 *
 * @param firing alerts that fire and are not muted, the most severe first
 * @param known those of {@code firing} that were notified
 * @param resolved alerts that were notified as firing and are over
 * @param muted firing alerts that are muted
 * @param forgotten fingerprints of members that are over and were never notified
 * @param news whether a firing alert is new to the receivers
 */
record GroupView(
    List<TrackedAlert> firing,
    List<TrackedAlert> known,
    List<TrackedAlert> resolved,
    List<TrackedAlert> muted,
    List<String> forgotten,
    boolean news) {

  private static final Comparator<TrackedAlert> MOST_SEVERE_FIRST =
      Comparator.comparing(TrackedAlert::severity)
          .reversed()
          .thenComparing(alert -> alert.times().startsAt())
          .thenComparing(TrackedAlert::fingerprint);

  static GroupView of(AlertGroup group, TenantView state, Mutes mutes) {
    List<TrackedAlert> firing = new ArrayList<>();
    List<TrackedAlert> known = new ArrayList<>();
    List<TrackedAlert> resolved = new ArrayList<>();
    List<TrackedAlert> muted = new ArrayList<>();
    List<String> forgotten = new ArrayList<>();
    boolean news = false;
    for (Member member : state.members(group.key())) {
      TrackedAlert alert = state.alert(member.fingerprint());
      if (alert == null) {
        forgotten.add(member.fingerprint());
      } else if (alert.isFiring()) {
        if (mutes.isMuted(alert)) {
          muted.add(alert);
        } else {
          firing.add(alert);
          news |= member.isNews(alert);
          if (member.isNotified()) {
            known.add(alert);
          }
        }
      } else if (member.isNotified()) {
        resolved.add(alert);
      } else {
        forgotten.add(member.fingerprint());
      }
    }
    firing.sort(MOST_SEVERE_FIRST);
    known.sort(MOST_SEVERE_FIRST);
    resolved.sort(MOST_SEVERE_FIRST);
    return new GroupView(firing, known, resolved, muted, forgotten, news);
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
