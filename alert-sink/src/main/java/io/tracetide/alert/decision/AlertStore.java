package io.tracetide.alert.decision;

import io.tracetide.alert.route.Routing;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes alerts with their timers, and removes those that nothing refers to. */
final class AlertStore {

  /** Saves the alert; removes it if it is over and nothing refers to it. */
  static void save(TenantState state, Routing routing, TrackedAlert alert, Instant now) {
    Timer timer = new Timer(Timer.Kind.ALERT, alert.fingerprint());
    if (AlertLifecycle.isForgettable(alert, now)) {
      state.schedule(timer, alert.due(), null);
      state.removeAlert(alert.fingerprint());
      state.inhibitors().remove(alert.fingerprint());
      return;
    }
    @Nullable Instant due = new AlertLifecycle(routing).due(alert);
    state.schedule(timer, alert.due(), due);
    TrackedAlert scheduled = alert.withDue(due);
    state.put(scheduled);
    state.inhibitors().update(scheduled);
  }

  private AlertStore() {}
}
