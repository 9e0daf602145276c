package io.tracetide.alert.decision;

import io.tracetide.alert.decision.AlertGroup.History;
import io.tracetide.alert.decision.AlertGroup.Schedule;
import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the receivers of a group are notified of, and keeps track of it. One instance is
 * used for one input.
 */
final class GroupNotifier {
  private final Routing routing;
  private final TenantState state;
  private final Mutes mutes;
  private final Instant now;
  private final Effects effects;

  GroupNotifier(
      Routing routing, TenantState state, Mutes mutes, Instant now, Effects effects) {
    this.routing = routing;
    this.state = state;
    this.mutes = mutes;
    this.now = now;
    this.effects = effects;
  }

  /** Handles what is due. */
  void onTime(AlertGroup group) {
    AlertGroup current = group;
    if (!group.schedule().nextFlush().isAfter(now)) {
      current = flush(group);
    }
    if (current != null
        && current.schedule().nextEscalation() != null
        && !current.schedule().nextEscalation().isAfter(now)) {
      escalate(current);
    }
  }

  /**
   * Notifies of the changes since the last notification.
   *
   * @return the group afterwards; null if it has no members any more
   */
  @Nullable AlertGroup flush(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    GroupView view = GroupView.of(group, state, mutes);
    view.forgotten().forEach(fingerprint -> leave(group, fingerprint));
    if (route != null && routing.isMuted(route.options(), now)) {
      return reschedule(group, group, view);
    }
    AlertGroup next =
        route == null ? notifyEnd(group, view) : notifyChanges(group, view, route.options());
    return reschedule(group, next, view);
  }

  private AlertGroup notifyChanges(AlertGroup group, GroupView view, RouteOptions options) {
    if (view.firing().isEmpty()) {
      return notifyEnd(group, view);
    }
    History history = group.history();
    @Nullable Reason reason = reason(view, history, options);
    Set<String> recipients = new LinkedHashSet<>(history.recipients());
    Map<Integration, Reason> notified = new LinkedHashMap<>();
    for (Integration integration : targets(options, history.level())) {
      if (recipients.add(integration.name())) {
        notified.put(integration, Reason.FIRST_NOTIFICATION);
      } else if (reason != null) {
        notified.put(integration, reason);
      }
    }
    if (notified.isEmpty()) {
      return group;
    }
    boolean repeated = reason == Reason.REPEAT_INTERVAL_ELAPSED;
    AlertGroup next =
        group.withHistory(
            new History(
                history.sequence() + 1,
                history.firstAt() == null ? now : history.firstAt(),
                now,
                repeated ? history.repetitions() + 1 : 0,
                history.level(),
                List.copyOf(recipients)));
    notified.forEach((integration, why) -> notify(next, integration, why, view));
    remember(next, view);
    return next;
  }

  private @Nullable Reason reason(GroupView view, History history, RouteOptions options) {
    @Nullable Instant latest = history.latestAt();
    if (latest == null) {
      return Reason.FIRST_NOTIFICATION;
    }
    if (view.news()) {
      return Reason.NEW_ALERTS_ADDED;
    }
    if (!view.resolved().isEmpty()) {
      return Reason.SOME_ALERTS_RESOLVED;
    }
    boolean due =
        !latest.plus(options.timing().repeatAfter(history.repetitions())).isAfter(now);
    return due && !view.isAcknowledged() ? Reason.REPEAT_INTERVAL_ELAPSED : null;
  }

  /** Notifies those who were notified that the group fires that nothing of it fires any more. */
  private AlertGroup notifyEnd(AlertGroup group, GroupView view) {
    if (view.resolved().isEmpty() || !view.firing().isEmpty()) {
      return group;
    }
    History history = group.history();
    AlertGroup ended =
        group.withHistory(
            new History(history.sequence() + 1, null, null, 0, 0, List.of()));
    for (String recipient : history.recipients()) {
      @Nullable Integration integration = routing.integration(recipient);
      if (integration != null) {
        notify(ended, integration, Reason.ALL_ALERTS_RESOLVED, view);
      }
    }
    remember(ended, view);
    // To the receivers the group is over, so a muted alert that goes on is new to them later.
    view.muted()
        .forEach(alert -> state.putMember(group.key(), new Member(alert.fingerprint(), null)));
    return ended;
  }

  /** Notifies the receiver of the next step, unless the alerts are acknowledged or muted. */
  private void escalate(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    GroupView view = GroupView.of(group, state, mutes);
    if (route == null || view.firing().isEmpty() || view.isAcknowledged()) {
      put(group, group.withSchedule(group.schedule().withEscalation(null)));
      return;
    }
    RouteOptions options = route.options();
    if (routing.isMuted(options, now)) {
      Instant later = now.plus(options.timing().groupInterval());
      put(group, group.withSchedule(group.schedule().withEscalation(later)));
      return;
    }
    History history = group.history();
    List<Integration> before = targets(options, history.level());
    Set<String> recipients = new LinkedHashSet<>(history.recipients());
    AlertGroup escalated =
        group.withHistory(
            new History(
                history.sequence() + 1,
                history.firstAt(),
                history.latestAt(),
                history.repetitions(),
                history.level() + 1,
                history.recipients()));
    for (Integration integration : targets(options, history.level() + 1)) {
      if (!before.contains(integration)) {
        recipients.add(integration.name());
        notify(escalated, integration, Reason.ESCALATED, view);
      }
    }
    History after = escalated.history();
    AlertGroup next =
        escalated.withHistory(
            new History(
                after.sequence(),
                after.firstAt(),
                after.latestAt(),
                after.repetitions(),
                after.level(),
                List.copyOf(recipients)));
    put(
        group,
        next.withSchedule(next.schedule().withEscalation(nextEscalation(next, view, options))));
  }

  /** Notifies the recipients of an acknowledgement, or of its withdrawal. */
  void acknowledged(AlertGroup group, boolean given) {
    @Nullable Route route = routing.route(group.routeKey());
    GroupView view = GroupView.of(group, state, mutes);
    if (route == null
        || view.firing().isEmpty()
        || !group.history().isNotified()
        || given != view.isAcknowledged()) {
      return;
    }
    History history = group.history();
    AlertGroup next =
        group.withHistory(
            new History(
                history.sequence() + 1,
                history.firstAt(),
                history.latestAt(),
                history.repetitions(),
                history.level(),
                history.recipients()));
    for (String recipient : history.recipients()) {
      @Nullable Integration integration = routing.integration(recipient);
      if (integration != null) {
        notify(next, integration, given ? Reason.ACKNOWLEDGED : Reason.UNACKNOWLEDGED, view);
      }
    }
    put(
        group,
        next.withSchedule(
            next.schedule().withEscalation(nextEscalation(next, view, route.options()))));
  }

  private void notify(AlertGroup group, Integration integration, Reason reason, GroupView view) {
    boolean ends = reason == Reason.SOME_ALERTS_RESOLVED || reason == Reason.ALL_ALERTS_RESOLVED;
    if (ends && !integration.sendResolved()) {
      return;
    }
    effects.notify(
        new NotificationIntent(
            state.tenant(),
            integration.name(),
            group,
            view.firing().isEmpty() ? Status.RESOLVED : Status.FIRING,
            reason,
            now,
            integration.sendResolved() ? view.all() : view.firing()));
  }

  /** Marks the members as notified; those that are over leave the group. */
  private void remember(AlertGroup group, GroupView view) {
    for (TrackedAlert alert : view.firing()) {
      Member member = state.member(group.key(), alert.fingerprint());
      String episode = alert.episode().anomalyId();
      Severity severity = alert.severity();
      if (member != null && member.notified() != null) {
        boolean same = member.notified().anomalyId().equals(episode);
        boolean lower = severity.compareTo(member.notified().severity()) < 0;
        severity = same && lower ? member.notified().severity() : severity;
      }
      state.putMember(
          group.key(),
          new Member(alert.fingerprint(), new Member.Notified(severity, episode)));
    }
    view.resolved().forEach(alert -> leave(group, alert.fingerprint()));
  }

  /** Removes an alert that is over from the group. */
  private void leave(AlertGroup group, String fingerprint) {
    state.removeMember(group.key(), fingerprint);
    TrackedAlert alert = state.alert(fingerprint);
    if (alert != null) {
      AlertStore.save(state, routing, AlertLifecycle.leave(alert, group.key()), now);
    }
  }

  private @Nullable AlertGroup reschedule(AlertGroup before, AlertGroup group, GroupView view) {
    if (state.members(group.key()).isEmpty()) {
      state.schedule(new Timer(Timer.Kind.GROUP, group.key()), before.schedule().due(), null);
      state.removeGroup(group.key());
      return null;
    }
    @Nullable Route route = routing.route(group.routeKey());
    RouteOptions options = route == null ? routing.root().options() : route.options();
    AlertGroup next =
        group.withSchedule(
            new Schedule(
                true,
                now.plus(options.timing().groupInterval()),
                route == null ? null : nextEscalation(group, view, options)));
    put(before, next);
    return next;
  }

  private @Nullable Instant nextEscalation(AlertGroup group, GroupView view, RouteOptions options) {
    @Nullable Instant first = group.history().firstAt();
    int level = group.history().level();
    if (first == null
        || level >= options.escalation().size()
        || view.firing().isEmpty()
        || view.isAcknowledged()) {
      return null;
    }
    Instant due = first.plus(options.escalation().get(level).after());
    return due.isBefore(now) ? now : due;
  }

  void put(AlertGroup before, AlertGroup after) {
    state.put(after);
    state.schedule(
        new Timer(Timer.Kind.GROUP, after.key()),
        before.schedule().due(),
        after.schedule().due());
  }

  /** The integrations of the route's receiver and of the steps of the escalation up to a level. */
  private List<Integration> targets(RouteOptions options, int level) {
    Set<Integration> targets = new LinkedHashSet<>(routing.integrations(options.receiver()));
    List<EscalationStep> steps = options.escalation();
    for (EscalationStep step : steps.subList(0, Math.min(level, steps.size()))) {
      targets.addAll(routing.integrations(step.receiver()));
    }
    return new ArrayList<>(targets);
  }
}
