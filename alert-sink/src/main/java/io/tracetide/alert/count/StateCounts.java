package io.tracetide.alert.count;

import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Mutes;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.store.AlertTables;
import io.tracetide.alert.store.TenantReader;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Numbers of the alerts and the silences of all tenants by Alertmanager's states. Resolved alerts
 * are not counted; a pending one is unprocessed, and a firing one that a silence, an inhibition or
 * its acknowledgement mutes is suppressed.
 *
 * @param alerts by {@code active}, {@code suppressed} and {@code unprocessed}
 * @param silences by {@code active}, {@code pending} and {@code expired}
 */
record StateCounts(Map<String, Long> alerts, Map<String, Long> silences) {
  StateCounts {
    alerts = Map.copyOf(alerts);
    silences = Map.copyOf(silences);
  }

  /**
   * Reads all alerts and silences of some partitions. At a time it holds one alert, and the
   * silences of one tenant.
   */
  static StateCounts of(List<AlertTables> partitions, Routing routing, Instant now) {
    Map<String, Long> alerts =
        zeros(Stream.of(TrackedAlert.State.values()).map(TrackedAlert.State::text));
    Map<String, Long> silences =
        zeros(Stream.of(AlertSilence.State.values()).map(StateCounts::text));
    for (AlertTables partition : partitions) {
      for (String name : partition.tenants()) {
        TenantReader tenant = new TenantReader(name, partition);
        Mutes mutes = new Mutes(routing, tenant, now);
        tenant.forEachAlert(
            alert -> {
              if (alert.phase() != Phase.RESOLVED) {
                TrackedAlert.State state = alert.state(() -> mutes.isMuted(alert));
                alerts.merge(state.text(), 1L, Long::sum);
              }
            });
        tenant.silences().forEach(each -> silences.merge(text(each.state(now)), 1L, Long::sum));
      }
    }
    return new StateCounts(alerts, silences);
  }

  private static String text(AlertSilence.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Long> zeros(Stream<String> states) {
    Map<String, Long> zeros = new TreeMap<>();
    states.forEach(state -> zeros.put(state, 0L));
    return zeros;
  }
}
