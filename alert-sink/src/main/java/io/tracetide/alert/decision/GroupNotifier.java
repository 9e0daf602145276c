package io.tracetide.alert.decision;

import io.tracetide.alert.decision.AlertGroup.History;
import io.tracetide.alert.decision.AlertGroup.Schedule;
import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
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

  GroupNotifier(Routing routing, TenantState state, Mutes mutes, Instant now, Effects effects) {
    this.routing = routing;
    this.state = state;
    this.mutes = mutes;
    this.now = now;
    this.effects = effects;
  }

  /** Handles what is due. */
  void onTime(AlertGroup group) {
    @Nullable AlertGroup current = group.schedule().isFlushDue(now) ? flush(group) : group;
    if (current != null && current.schedule().isEscalationDue(now)) {
      escalate(current);
    }
  }

  /**
   * Schedules a group after a change: not before the group interval has passed since it was last
   * looked at, and not before further changes of the same cause have had the group wait to arrive.
   */
  void changed(AlertGroup group) {
    @Nullable Instant flushedAt = group.schedule().flushedAt();
    if (flushedAt == null) {
      return;
    }
    Timing timing = timing(group);
    Instant allowed = flushedAt.plus(timing.groupInterval());
    Instant batched = now.plus(timing.groupWait());
    Instant next = allowed.isAfter(batched) ? allowed : batched;
    @Nullable Instant known = group.schedule().nextFlush();
    if (known != null && !known.isAfter(next)) {
      return;
    }
    AlertGroup scheduled = group.withSchedule(group.schedule().withFlush(next));
    put(group, scheduled);
    if (!next.isAfter(now)) {
      flush(scheduled);
    }
  }

  /**
   * Takes account of another configuration: receivers that were not notified, and an earlier
   * repetition. Without a difference the schedule stays as it is.
   */
  void reloaded(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    if (route == null || group.schedule().flushedAt() == null) {
      return;
    }
    History history = group.history();
    boolean added =
        history.isNotified()
            && targets(route.options(), history.level()).stream()
                .anyMatch(target -> !history.recipients().contains(target.name()));
    if (added) {
      changed(group);
      return;
    }
    GroupView view = GroupView.of(group, state, routing, mutes);
    boolean muted = !view.muted().isEmpty() || routing.isMuted(route.options(), now);
    @Nullable Instant next = muted ? null : nextFlush(group, view, route.options());
    @Nullable Instant known = group.schedule().nextFlush();
    if (next != null && (known == null || next.isBefore(known))) {
      put(group, group.withSchedule(group.schedule().withFlush(next)));
    }
  }

  private Timing timing(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    return (route == null ? routing.root() : route).options().timing();
  }

  /**
   * Notifies of the changes since the last notification.
   *
   * @return the group afterwards; null if it has no members any more
   */
  @Nullable AlertGroup flush(AlertGroup group) {
    @Nullable Route route = routing.route(group.routeKey());
    GroupView view = GroupView.of(group, state, routing, mutes);
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
    boolean due = !latest.plus(options.timing().repeatAfter(history.repetitions())).isAfter(now);
    return due && !view.isAcknowledged() ? Reason.REPEAT_INTERVAL_ELAPSED : null;
  }

  /** Notifies those who were notified that the group fires that nothing of it fires any more. */
  private AlertGroup notifyEnd(AlertGroup group, GroupView view) {
    if (view.resolved().isEmpty() || !view.firing().isEmpty() || view.departed()) {
      return group;
    }
    History history = group.history();
    AlertGroup ended =
        group.withHistory(new History(history.sequence() + 1, null, null, 0, 0, List.of()));
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
    GroupView view = GroupView.of(group, state, routing, mutes);
    if (route == null || view.known().isEmpty() || view.isAcknowledged()) {
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
        notifyKnown(escalated, integration, Reason.ESCALATED, view);
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
    GroupView view = GroupView.of(group, state, routing, mutes);
    if (route == null
        || view.known().isEmpty()
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
        notifyKnown(next, integration, given ? Reason.ACKNOWLEDGED : Reason.UNACKNOWLEDGED, view);
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
            view.shown(integration.sendResolved() ? view.all() : view.firing(), state)));
  }

  /**
   * Notifies of the firing alerts that were notified before. An alert that was not would not be
   * reported as resolved if it ended before the next flush.
   */
  private void notifyKnown(
      AlertGroup group, Integration integration, Reason reason, GroupView view) {
    effects.notify(
        new NotificationIntent(
            state.tenant(),
            integration.name(),
            group,
            Status.FIRING,
            reason,
            now,
            view.shown(view.known(), state)));
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
          group.key(), new Member(alert.fingerprint(), new Member.Notified(severity, episode)));
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
    Schedule schedule =
        route == null
            ? new Schedule(now, null, null)
            : new Schedule(
                now,
                nextFlush(group, view, route.options()),
                nextEscalation(group, view, route.options()));
    AlertGroup next = group.withSchedule(schedule);
    put(before, next);
    return next;
  }

  /**
   * When the group is looked at next without a change: when a mute may have ended, or a repetition
   * is due.
   */
  private @Nullable Instant nextFlush(AlertGroup group, GroupView view, RouteOptions options) {
    Timing timing = options.timing();
    Instant next = now.plus(timing.groupInterval());
    if (!view.muted().isEmpty() || routing.isMuted(options, now)) {
      return next;
    }
    History history = group.history();
    if (view.firing().isEmpty() || view.isAcknowledged() || history.latestAt() == null) {
      return null;
    }
    Instant repetition = history.latestAt().plus(timing.repeatAfter(history.repetitions()));
    return repetition.isAfter(next) ? repetition : next;
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
        new Timer(Timer.Kind.GROUP, after.key()), before.schedule().due(), after.schedule().due());
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
