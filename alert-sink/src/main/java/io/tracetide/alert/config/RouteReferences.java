package io.tracetide.alert.config;

import io.tracetide.runtime.config.Checks;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks what a routing tree refers to, and what its root may have. */
public final class RouteReferences {
  private final Checks checks;
  private final Collection<String> receivers;
  private final Collection<String> timeIntervals;

  /**
   * Checks of a tree.
   *
   * @param checks where problems are reported
   * @param receivers names of the receivers
   * @param timeIntervals names of the time intervals
   */
  public RouteReferences(
      Checks checks, Collection<String> receivers, Collection<String> timeIntervals) {
    this.checks = checks;
    this.receivers = receivers;
    this.timeIntervals = timeIntervals;
  }

  /** Checks a tree whose root is at a path. */
  public void check(RouteNodeConfig root, String path) {
    checks
        .that(
            root.receiver().isPresent(),
            path + ".receiver",
            "",
            "a receiver of the alerts that no other route selects")
        .that(
            root.matchers().isEmpty(),
            path + ".matchers",
            root.matchers(),
            "no matchers in the root, which handles the alerts that no other route selects")
        .that(!root.continues(), path + ".continue", true, "false in the root, which is no sibling")
        .that(
            root.muteTimeIntervals().isEmpty(),
            path + ".muteTimeIntervals",
            root.muteTimeIntervals(),
            "none in the root")
        .that(
            root.activeTimeIntervals().isEmpty(),
            path + ".activeTimeIntervals",
            root.activeTimeIntervals(),
            "none in the root");
    node(root, path);
  }

  private void node(RouteNodeConfig node, String path) {
    node.receiver().ifPresent(name -> receiver(path + ".receiver", name));
    timeIntervals(path + ".muteTimeIntervals", node.muteTimeIntervals());
    timeIntervals(path + ".activeTimeIntervals", node.activeTimeIntervals());
    List<EscalationConfig> steps = node.escalation().orElse(List.of());
    for (int i = 0; i < steps.size(); i++) {
      receiver(path + ".escalation[" + i + "].receiver", steps.get(i).receiver());
    }
    for (int i = 0; i < node.routes().size(); i++) {
      node(node.routes().get(i), path + ".routes[" + i + "]");
    }
  }

  private void receiver(String path, String name) {
    checks.that(
        receivers.contains(name), path, name, "the name of a receiver, which are " + receivers);
  }

  private void timeIntervals(String path, List<String> names) {
    Optional<String> unknown =
        names.stream().filter(name -> !timeIntervals.contains(name)).findFirst();
    unknown.ifPresent(
        name ->
            checks.that(false, path, name, "names of time intervals, which are " + timeIntervals));
  }
}
