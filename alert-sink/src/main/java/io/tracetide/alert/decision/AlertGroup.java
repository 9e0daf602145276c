package io.tracetide.alert.decision;

import io.tracetide.alert.route.Route;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Alerts of a tenant that are notified together: those of one route with the same values of the
 * labels by which the route groups.
 *
 * @param key identifies it within the tenant, as Alertmanager: {@code
 *     {}/{severity="page"}:{service="checkout"}}
 * @param routeKey key of its route
 * @param labels values of the labels by which it is grouped
 * @param schedule when it is looked at next
 * @param history what was notified
 */
public record AlertGroup(
    String key,
    String routeKey,
    SortedMap<String, String> labels,
    Schedule schedule,
    History history) {

  public AlertGroup {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /**
   * Whether a configuration makes this group: not if its route is gone or groups an alert by other
   * labels. Values of labels are not compared, because those of an anomaly may change while it
   * lasts.
   *
   * @param route the route with the key of this group; null if it is gone
   * @param alert labels of a member
   */
  public boolean isMadeBy(@Nullable Route route, Map<String, String> alert) {
    return route != null
        && route.options().groupBy().groupLabels(alert).keySet().equals(labels.keySet());
  }

  AlertGroup withSchedule(Schedule next) {
    return new AlertGroup(key, routeKey, labels, next, history);
  }

  AlertGroup withHistory(History next) {
    return new AlertGroup(key, routeKey, labels, schedule, next);
  }

  /**
   * When the group is due.
   *
   * @param flushedAt when its changes were last looked at; null while it waits for the first time
   * @param nextFlush when they are looked at next; null for not before the next change
   * @param nextEscalation when the next receiver of the escalation is notified; null for never
   */
  public record Schedule(
      @Nullable Instant flushedAt, @Nullable Instant nextFlush, @Nullable Instant nextEscalation) {

    /** The earlier time of both; null for none. */
    public @Nullable Instant due() {
      if (nextFlush == null || nextEscalation == null) {
        return nextFlush == null ? nextEscalation : nextFlush;
      }
      return nextEscalation.isBefore(nextFlush) ? nextEscalation : nextFlush;
    }

    Schedule withEscalation(@Nullable Instant next) {
      return new Schedule(flushedAt, nextFlush, next);
    }

    Schedule withFlush(@Nullable Instant next) {
      return new Schedule(flushedAt, next, nextEscalation);
    }

    boolean isFlushDue(Instant now) {
      return nextFlush != null && !nextFlush.isAfter(now);
    }

    boolean isEscalationDue(Instant now) {
      return nextEscalation != null && !nextEscalation.isAfter(now);
    }
  }

  /**
   * What was notified of the group.
   *
   * @param sequence of the latest notification; it increases also when the group ends and begins
   *     again
   * @param firstAt when the group was first notified; null if it was not
   * @param latestAt when it was last notified; null if it was not
   * @param repetitions notifications without a change since the last change
   * @param level steps of the escalation that were taken
   * @param recipients names of the integrations that were notified that the group fires
   */
  public record History(
      long sequence,
      @Nullable Instant firstAt,
      @Nullable Instant latestAt,
      int repetitions,
      int level,
      List<String> recipients) {

    public History {
      recipients = List.copyOf(recipients);
    }

    /** The history of a new group. */
    static History begin(Instant now) {
      return new History(now.toEpochMilli(), null, null, 0, 0, List.of());
    }

    public boolean isNotified() {
      return firstAt != null;
    }
  }
}
