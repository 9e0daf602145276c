package io.tracetide.alert.decision;

import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.Routing;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What mutes the alerts of a tenant at a time: silences and other alerts. */
public final class Mutes {
  /** Alerts that are visited to find a cycle of inhibitions. */
  private static final int MAX_VISITED = 1_000;

  /**
   * Steps of regular expressions of silences for one alert, about half a second. A silence that
   * would exceed them does not mute the alert: otherwise silences and long labels of one tenant
   * could delay the decisions of others without limit.
   */
  private static final long MAX_STEPS = 20_000_000;

  private static final Comparator<TrackedAlert> ORDER =
      Comparator.comparing((TrackedAlert alert) -> alert.times().startsAt())
          .thenComparing(TrackedAlert::fingerprint);

  private final TenantView state;
  private final List<AlertSilence> active;

  public Mutes(Routing routing, TenantView state, Instant now) {
    this.state = state;
    this.active =
        state.silences().stream().filter(s -> s.state(now) == AlertSilence.State.ACTIVE).toList();
    state.inhibitors().use(routing.inhibitRules(), state);
  }

  /** Whether receivers are not notified that the alert fires. */
  public boolean isMuted(TrackedAlert alert) {
    return alert.isMutedUntilResolved()
        || silences(alert).findFirst().isPresent()
        || !inhibitedBy(alert).isEmpty();
  }

  /** Ids of the silences that mute the alert. */
  public List<String> silencedBy(TrackedAlert alert) {
    return silences(alert).map(AlertSilence::id).sorted().toList();
  }

  /** The silences that mute the alert, matched one after the other as they are needed. */
  private Stream<AlertSilence> silences(TrackedAlert alert) {
    AtomicLong left = new AtomicLong(MAX_STEPS);
    return active.stream()
        .filter(
            silence -> {
              long cost = silence.cost(alert.labels());
              if (cost > left.get()) {
                return false;
              }
              left.set(left.get() - cost);
              return silence.matches(alert.labels());
            });
  }

  /**
   * Fingerprints of the alerts that inhibit the alert. In a cycle of alerts that inhibit each
   * other, an alert is not inhibited by one that started later, so that at least the first one is
   * notified.
   */
  public List<String> inhibitedBy(TrackedAlert alert) {
    Set<String> inhibitors = new TreeSet<>();
    for (String fingerprint : sources(alert)) {
      TrackedAlert source = state.alert(fingerprint);
      if (source != null
          && source.isFiring()
          && (ORDER.compare(source, alert) < 0 || !isInhibitedThrough(source, alert))) {
        inhibitors.add(fingerprint);
      }
    }
    return List.copyOf(inhibitors);
  }

  /** The firing alerts of which a rule says that they inhibit this one. */
  private Set<String> sources(TrackedAlert target) {
    Inhibitors inhibitors = state.inhibitors();
    Set<String> found = new TreeSet<>();
    List<InhibitRule> rules = inhibitors.rules();
    for (int i = 0; i < rules.size(); i++) {
      InhibitRule rule = rules.get(i);
      if (rule.isTarget(target.labels())) {
        boolean both = rule.isSource(target.labels());
        for (String fingerprint : inhibitors.sources(i, target.labels())) {
          if (!both || !isTarget(rule, fingerprint)) {
            found.add(fingerprint);
          }
        }
      }
    }
    found.remove(target.fingerprint());
    return found;
  }

  /** An alert that is source and target of a rule does not inhibit another such alert. */
  private boolean isTarget(InhibitRule rule, String fingerprint) {
    TrackedAlert alert = state.alert(fingerprint);
    return alert != null && rule.isTarget(alert.labels());
  }

  /** Whether {@code through} inhibits the alert, directly or through others. */
  private boolean isInhibitedThrough(TrackedAlert alert, TrackedAlert through) {
    Set<String> visited = new HashSet<>();
    Deque<TrackedAlert> open = new ArrayDeque<>(List.of(alert));
    while (!open.isEmpty() && visited.size() < MAX_VISITED) {
      for (String fingerprint : sources(open.remove())) {
        if (fingerprint.equals(through.fingerprint())) {
          return true;
        }
        TrackedAlert source = visited.add(fingerprint) ? state.alert(fingerprint) : null;
        if (source != null) {
          open.add(source);
        }
      }
    }
    return false;
  }
}
