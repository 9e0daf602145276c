package io.tracetide.alert.decision;

import io.tracetide.alert.decision.AlertGroup.History;
import io.tracetide.alert.decision.AlertGroup.Schedule;
import io.tracetide.alert.decision.Input.Acknowledge;
import io.tracetide.alert.decision.Input.AnomalyReport;
import io.tracetide.alert.decision.Input.ExternalReport;
import io.tracetide.alert.decision.Input.Imported;
import io.tracetide.alert.decision.Input.PutSilence;
import io.tracetide.alert.decision.Input.TimerDue;
import io.tracetide.alert.decision.Input.Unacknowledge;
import io.tracetide.alert.route.GroupKey;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the alerts of a tenant: a function of the routing, the state, an input and the
 * time, which changes the state and has effects. It reads no clock and has no state of its own.
 */
public final class Decider {
  /** How long expired silences can be looked up, as in Alertmanager. */
  public static final Duration KEEP_SILENCES = Duration.ofDays(5);

  /** How long alerts that were late wait for each other, if their route has a group wait. */
  private static final Duration ARRIVAL = Duration.ofSeconds(1);

  private final Routing routing;
  private final TenantState state;
  private final Instant now;
  private final Effects effects;
  private final AlertLifecycle lifecycle;
  private final GroupNotifier groups;

  private Decider(Routing routing, TenantState state, Instant now, Effects effects) {
    this.routing = routing;
    this.state = state;
    this.now = now;
    this.effects = effects;
    this.lifecycle = new AlertLifecycle(routing);
    this.groups = new GroupNotifier(routing, state, new Mutes(routing, state, now), now, effects);
  }

  /** Handles one input. */
  public static void decide(
      Routing routing, TenantState state, Input input, Instant now, Effects effects) {
    new Decider(routing, state, now, effects).on(input);
  }

  private void on(Input input) {
    if (input instanceof AnomalyReport report) {
      TrackedAlert known = state.alert(report.fingerprint());
      move(known, lifecycle.on(known, report, now));
    } else if (input instanceof ExternalReport report) {
      TrackedAlert known = state.alert(report.fingerprint());
      move(known, lifecycle.on(known, report, now));
    } else if (input instanceof PutSilence put) {
      put(put.silence());
    } else if (input instanceof Acknowledge acknowledge) {
      acknowledge(acknowledge);
    } else if (input instanceof Unacknowledge unacknowledge) {
      unacknowledge(state.alert(unacknowledge.fingerprint()));
    } else if (input instanceof TimerDue due) {
      onTime(due.timer());
    } else if (input instanceof Imported imported) {
      adopt(imported);
    } else {
      reroute();
    }
  }

  /** Saves an alert in its new state and routes it when it fires. */
  private void move(@Nullable TrackedAlert before, @Nullable TrackedAlert after) {
    if (after == null || after.equals(before)) {
      return;
    }
    if (before == null || before.phase() != after.phase()) {
      effects.entered(after, after.phase());
    }
    AlertStore.save(state, routing, after, now);
    for (String key : after.groups()) {
      changed(key, before, after);
    }
    if (after.isFiring()) {
      route(after);
    }
    boolean withdrawn =
        before != null && before.isAcknowledged() && !after.isAcknowledged() && after.isFiring();
    if (withdrawn) {
      notifyAcknowledgement(after, false);
    }
  }

  /** Schedules a group if the change of its member is news to the receivers. */
  private void changed(String key, @Nullable TrackedAlert before, TrackedAlert after) {
    @Nullable AlertGroup group = state.group(key);
    Member member = state.member(key, after.fingerprint());
    boolean moved = before == null || before.isFiring() != after.isFiring();
    if (group != null && member != null && (moved || (after.isFiring() && member.isNews(after)))) {
      groups.changed(group);
    }
  }

  /** Adds the alert to the groups of its routes that it is not a member of. */
  private void route(TrackedAlert alert) {
    for (Route route : routing.root().match(alert.labels())) {
      SortedMap<String, String> labels = route.options().groupBy().groupLabels(alert.labels());
      String key = GroupKey.of(state.tenant(), route.key(), labels);
      if (state.member(key, alert.fingerprint()) == null) {
        join(alert.fingerprint(), key, route, labels);
      }
    }
  }

  private void join(String fingerprint, String key, Route route, SortedMap<String, String> labels) {
    TrackedAlert alert = state.alert(fingerprint);
    if (alert == null) {
      return;
    }
    AlertStore.save(state, routing, AlertLifecycle.join(alert, key), now);
    state.putMember(key, new Member(fingerprint, null));
    Duration wait = route.options().timing().groupWait();
    Instant flush = firstFlush(alert.times().startsAt(), wait);
    @Nullable AlertGroup group = state.group(key);
    if (group == null) {
      group =
          new AlertGroup(
              key, route.key(), labels, new Schedule(null, flush, null), History.begin(now));
      state.put(group);
      state.schedule(new Timer(Timer.Kind.GROUP, key), null, flush);
    } else if (group.schedule().flushedAt() != null) {
      groups.changed(group);
      return;
    } else if (group.schedule().nextFlush() == null
        || flush.isBefore(group.schedule().nextFlush())) {
      AlertGroup sooner = group.withSchedule(group.schedule().withFlush(flush));
      groups.put(group, sooner);
      group = sooner;
    }
    // A group with a group wait is looked at when its timer is handled, which is behind the inputs
    // that are there when it is due: other alerts of the group may be among them.
    if (wait.isZero() && group.schedule().isFlushDue(now)) {
      groups.flush(group);
    }
  }

  /**
   * When a group is first looked at because of an alert: after the group wait, which counts from
   * the start of the alert. An alert that has fired for that time already is not delayed by it once
   * more; it waits for others of the same cause that arrive with it, as all do after an outage.
   */
  private Instant firstFlush(Instant startsAt, Duration wait) {
    Instant earliest = now.plus(wait.compareTo(ARRIVAL) < 0 ? wait : ARRIVAL);
    Instant latest = now.plus(wait);
    Instant due = startsAt.plus(wait);
    return due.isBefore(earliest) ? earliest : due.isAfter(latest) ? latest : due;
  }

  private void put(AlertSilence silence) {
    Timer timer = new Timer(Timer.Kind.SILENCE, silence.id());
    for (AlertSilence known : state.silences()) {
      if (known.id().equals(silence.id())) {
        state.schedule(timer, known.endsAt().plus(KEEP_SILENCES), null);
      }
    }
    state.put(silence);
    state.schedule(timer, null, silence.endsAt().plus(KEEP_SILENCES));
  }

  private void acknowledge(Acknowledge input) {
    TrackedAlert alert = state.alert(input.fingerprint());
    if (alert == null || alert.phase() == Phase.RESOLVED) {
      return;
    }
    TrackedAlert acknowledged = alert.withAcknowledgement(input.acknowledgement());
    AlertStore.save(state, routing, acknowledged, now);
    notifyAcknowledgement(acknowledged, true);
  }

  private void unacknowledge(@Nullable TrackedAlert alert) {
    if (alert == null || !alert.isAcknowledged()) {
      return;
    }
    TrackedAlert open = alert.withAcknowledgement(null);
    AlertStore.save(state, routing, open, now);
    notifyAcknowledgement(open, false);
  }

  private void notifyAcknowledgement(TrackedAlert alert, boolean given) {
    for (String key : alert.groups()) {
      @Nullable AlertGroup group = state.group(key);
      if (group != null) {
        groups.acknowledged(group, given);
      }
      @Nullable AlertGroup after = state.group(key);
      if (after != null && !given) {
        groups.changed(after);
      }
    }
  }

  private void onTime(Timer timer) {
    switch (timer.kind()) {
      case ALERT -> {
        TrackedAlert alert = state.alert(timer.id());
        if (alert != null) {
          TrackedAlert after = lifecycle.onTime(alert, now);
          if (after.equals(alert)) {
            AlertStore.save(state, routing, alert, now);
          } else {
            move(alert, after);
          }
        }
      }
      case GROUP -> {
        @Nullable AlertGroup group = state.group(timer.id());
        if (group != null) {
          groups.onTime(group);
        }
      }
      case SILENCE -> {
        for (AlertSilence silence : state.silences()) {
          if (silence.id().equals(timer.id())
              && !silence.endsAt().plus(KEEP_SILENCES).isAfter(now)) {
            state.removeSilence(silence.id());
            state.schedule(timer, silence.endsAt().plus(KEEP_SILENCES), null);
          }
        }
      }
    }
  }

  /** Takes over an alert whose receivers were notified already. */
  private void adopt(Imported imported) {
    AnomalyReport report = imported.report();
    TrackedAlert known = state.alert(report.fingerprint());
    @Nullable TrackedAlert alert = lifecycle.on(known, report, now);
    if (known != null || alert == null) {
      return;
    }
    if (alert.phase() == Phase.PENDING) {
      alert = alert.withPhase(Phase.FIRING, alert.times());
    }
    AlertStore.save(state, routing, alert, now);
    if (!alert.isFiring()) {
      return;
    }
    for (Route route : routing.root().match(alert.labels())) {
      adopt(alert.fingerprint(), route, imported.peak());
    }
  }

  private void adopt(String fingerprint, Route route, Severity peak) {
    TrackedAlert alert = state.alert(fingerprint);
    if (alert == null) {
      return;
    }
    SortedMap<String, String> labels = route.options().groupBy().groupLabels(alert.labels());
    String key = GroupKey.of(state.tenant(), route.key(), labels);
    AlertStore.save(state, routing, AlertLifecycle.join(alert, key), now);
    state.putMember(
        key, new Member(fingerprint, new Member.Notified(peak, alert.episode().anomalyId())));
    if (state.group(key) == null) {
      Instant flush = now.plus(route.options().timing().groupInterval());
      List<String> recipients =
          routing.integrations(route.options().receiver()).stream().map(Integration::name).toList();
      state.put(
          new AlertGroup(
              key,
              route.key(),
              labels,
              new Schedule(now, flush, null),
              new History(now.toEpochMilli(), now, now, 0, 0, recipients)));
      state.schedule(new Timer(Timer.Kind.GROUP, key), null, flush);
    }
  }

  /**
   * Adds every firing alert to the groups of its routes under a new configuration, and schedules
   * the begin and end of the others by its policies.
   */
  private void reroute() {
    for (String fingerprint : state.fingerprints()) {
      TrackedAlert alert = state.alert(fingerprint);
      if (alert == null) {
        continue;
      }
      boolean waits = alert.phase() == Phase.PENDING || alert.phase() == Phase.RECOVERING;
      if (waits && !Objects.equals(lifecycle.due(alert), alert.due())) {
        AlertStore.save(state, routing, alert, now);
      }
      if (alert.isFiring()) {
        for (String key : alert.groups()) {
          @Nullable AlertGroup group = state.group(key);
          if (group != null) {
            groups.reloaded(group);
          }
        }
        route(alert);
      }
    }
  }
}
