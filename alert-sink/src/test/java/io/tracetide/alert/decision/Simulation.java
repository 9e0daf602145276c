package io.tracetide.alert.decision;

import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.TimeInterval;
import io.tracetide.alert.route.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The decision about one tenant in virtual time. */
final class Simulation {
  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  final List<NotificationIntent> notified = new ArrayList<>();
  final List<String> phases = new ArrayList<>();
  MemoryTenant state = new MemoryTenant("default");
  Routing routing;
  Instant now = START;

  Simulation(Routing routing) {
    this.routing = routing;
  }

  void on(Input input) {
    Decider.decide(
        routing,
        state,
        input,
        now,
        new Effects() {
          @Override
          public void notify(NotificationIntent notification) {
            notified.add(notification);
          }

          @Override
          public void entered(TrackedAlert alert, Phase phase) {
            phases.add(alert.fingerprint() + " " + phase);
          }
        });
  }

  /** Lets the time pass, and handles each timer when it is due. */
  Simulation pass(Duration time) {
    Instant end = now.plus(time);
    int unchanged = 0;
    while (true) {
      Optional<Instant> due = state.nextDue().filter(next -> !next.isAfter(end));
      if (due.isEmpty()) {
        now = end;
        return this;
      }
      now = due.get().isAfter(now) ? due.get() : now;
      List<Timer> timers = state.due(now);
      timers.forEach(timer -> on(new Input.TimerDue(timer)));
      // Several steps of an escalation may be due at once.
      unchanged = state.due(now).equals(timers) ? unchanged + 1 : 0;
      if (unchanged > 5) {
        throw new IllegalStateException("timers stay due: " + timers);
      }
    }
  }

  /** The state as it is read after a crash. */
  void restart() {
    state = state.copy();
    on(new Input.Reloaded());
  }

  /** The notifications since the last call, as {@code receiver STATUS REASON a,b}. */
  List<String> read() {
    List<String> read = notified.stream().map(Simulation::text).toList();
    notified.clear();
    return read;
  }

  static String text(NotificationIntent intent) {
    return intent.integration()
        + " "
        + intent.status()
        + " "
        + intent.reason()
        + " "
        + String.join(
            ",",
            intent.alerts().stream()
                .map(alert -> (alert.isFiring() ? "" : "!") + alert.fingerprint())
                .toList());
  }

  static Input open(String fingerprint, int episode, int revision, String... labels) {
    return report(fingerprint, episode, revision, true, labels);
  }

  static Input resolved(String fingerprint, int episode, int revision, String... labels) {
    return report(fingerprint, episode, revision, false, labels);
  }

  private static Input report(
      String fingerprint, int episode, int revision, boolean open, String... labels) {
    Instant openedAt = START.plusSeconds(episode);
    return new Input.AnomalyReport(
        fingerprint,
        AlertContent.of(labels(labels), Map.of("summary", fingerprint), ""),
        new AlertEpisode(fingerprint + "-" + episode, openedAt, revision),
        open,
        openedAt.plusSeconds(1));
  }

  Input external(String fingerprint, Duration lasts, String... labels) {
    return new Input.ExternalReport(
        fingerprint, AlertContent.of(labels(labels), Map.of(), ""), now, now.plus(lasts));
  }

  static Input.PutSilence silence(String id, Instant from, Instant to, String... matchers) {
    return new Input.PutSilence(
        new AlertSilence(
            id,
            Stream.of(matchers).map(LabelMatcher::parse).toList(),
            from,
            to,
            from,
            "ops",
            "test",
            new TreeMap<>()));
  }

  Input.Acknowledge acknowledge(String fingerprint, boolean muted) {
    return new Input.Acknowledge(fingerprint, new Acknowledgement("ops", "", now, null, muted));
  }

  static Map<String, String> labels(String... pairs) {
    Map<String, String> labels = new TreeMap<>(Map.of("alertname", "Latency"));
    for (String pair : pairs) {
      labels.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return labels;
  }

  /** A routing whose parts can be replaced. */
  static final class Routings {
    static final Timing TIMING =
        new Timing(
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofHours(4),
            1,
            Duration.ofDays(7));

    private Timing timing = TIMING;
    private GroupBy groupBy = GroupBy.of("service");
    private boolean sendResolved = true;
    private List<EscalationStep> escalation = List.of();
    private List<InhibitRule> inhibitRules = List.of();
    private List<AlertPolicy> policies = List.of();
    private List<String> muted = List.of();
    private Map<String, List<TimeInterval>> intervals = Map.of();
    private final List<Route> children = new ArrayList<>();

    Routings timing(Duration wait, Duration interval, Duration repeat) {
      timing = new Timing(wait, interval, repeat, 1, Duration.ofDays(7));
      return this;
    }

    Routings backoff(double factor) {
      timing =
          new Timing(
              timing.groupWait(),
              timing.groupInterval(),
              timing.repeatInterval(),
              factor,
              Duration.ofHours(12));
      return this;
    }

    Routings groupBy(GroupBy by) {
      groupBy = by;
      return this;
    }

    Routings withoutResolved() {
      sendResolved = false;
      return this;
    }

    Routings escalate(Duration after, String receiver) {
      escalation =
          Stream.concat(escalation.stream(), Stream.of(new EscalationStep(after, receiver)))
              .toList();
      return this;
    }

    Routings inhibit(String source, String target, String... equal) {
      inhibitRules =
          Stream.concat(
                  inhibitRules.stream(),
                  Stream.of(
                      new InhibitRule(
                          List.of(LabelMatcher.parse(source)),
                          List.of(LabelMatcher.parse(target)),
                          Set.of(equal))))
              .toList();
      return this;
    }

    Routings policy(Duration pendingFor, Duration recoverFor) {
      policies = List.of(new AlertPolicy(List.of(), pendingFor, recoverFor));
      return this;
    }

    Routings mute(TimeInterval interval) {
      muted = List.of("mute");
      intervals = Map.of("mute", List.of(interval));
      return this;
    }

    Routings child(String receiver, boolean continues, String matcher) {
      children.add(
          new Route(
              "{}/{" + matcher + "}",
              List.of(LabelMatcher.parse(matcher)),
              options(receiver),
              continues,
              List.of()));
      return this;
    }

    private RouteOptions options(String receiver) {
      return new RouteOptions(receiver, groupBy, timing, muted, List.of(), escalation);
    }

    Routing build() {
      Map<String, List<Integration>> receivers = new TreeMap<>();
      for (String name : List.of("ops", "pager", "boss")) {
        receivers.put(name, List.of(new Integration(name, sendResolved)));
      }
      receivers.put(
          "team", List.of(new Integration("team/a", true), new Integration("team/b", false)));
      return new Routing(
          new Route("{}", List.of(), options("ops"), false, children),
          receivers,
          inhibitRules,
          intervals,
          policies);
    }

    Simulation simulate() {
      return new Simulation(build());
    }
  }
}
