package io.tracetide.alert.config;

import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Watchdog;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * The alert that always fires.
 *
 * @param receiver that is notified of it; empty for no such alert
 * @param interval between two notifications
 */
public record WatchdogConfig(String receiver, Duration interval) {

  public WatchdogConfig {
    Checks.check().range("interval", interval, Duration.ofSeconds(10), Duration.ofHours(1)).done();
  }

  public static WatchdogConfig defaults() {
    return new WatchdogConfig("", Duration.ofMinutes(1));
  }

  /** A routing with the alert, if it is on. */
  public Routing in(Routing routing) {
    return receiver.isEmpty() ? routing : Watchdog.in(routing, receiver, interval);
  }
}
