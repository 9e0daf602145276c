package io.tracetide.alert.alertmanager;

import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.TimeInterval;
import io.tracetide.runtime.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An {@code alertmanager.yml}.
 *
 * @param path of the file
 * @param root of the routing tree
 * @param inhibitRules rules by which alerts mute others
 * @param timeIntervals by name
 * @param receivers in the order of the file
 * @param resolveTimeout after which an alert that was sent without an end is over
 * @param limitations parts that have no effect, channels excepted
 */
public record AlertmanagerFile(
    Path path,
    Route root,
    List<InhibitRule> inhibitRules,
    Map<String, List<TimeInterval>> timeIntervals,
    List<FileReceiver> receivers,
    Duration resolveTimeout,
    List<Limitation> limitations) {

  /** Alertmanager's default. */
  public static final Duration RESOLVE_TIMEOUT = Duration.ofMinutes(5);

  public AlertmanagerFile {
    inhibitRules = List.copyOf(inhibitRules);
    timeIntervals = Map.copyOf(timeIntervals);
    receivers = List.copyOf(receivers);
    limitations = List.copyOf(limitations);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException with every problem, its line and its path
   */
  public static AlertmanagerFile read(Path file) {
    return AlertmanagerReader.read(file);
  }

  /** The routing with channels for the receivers; a receiver without channels discards alerts. */
  public Routing toRouting(
      Map<String, List<Integration>> integrations, List<AlertPolicy> policies) {
    Map<String, List<Integration>> known = new LinkedHashMap<>();
    receivers.forEach(
        receiver ->
            known.put(receiver.name(), integrations.getOrDefault(receiver.name(), List.of())));
    return new Routing(root, known, inhibitRules, timeIntervals, policies);
  }
}
