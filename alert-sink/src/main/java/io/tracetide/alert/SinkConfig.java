package io.tracetide.alert;

import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration of the alert sink.
 *
 * @param listener of the API
 * @param applicationId names the Streams application, and begins the ids of the consumer groups
 * @param advertisedAddress {@code host:port} at which the other instances reach this one's API;
 *     empty for a single instance
 * @param instanceId permanent name of this instance, so that its restart causes no rebalance; empty
 *     for none
 * @param stateDir directory of the state, which can be restored from Kafka
 * @param receivers of notifications
 * @param routes select the receivers of an alert; the first that matches is used
 * @param defaultReceivers receivers when no route matches; empty for all
 * @param delivery queue, retries and timeouts
 */
public record SinkConfig(
    ListenerConfig listener,
    String applicationId,
    String advertisedAddress,
    String instanceId,
    String stateDir,
    List<ReceiverConfig> receivers,
    List<RouteConfig> routes,
    List<String> defaultReceivers,
    DeliveryConfig delivery) {

  private static final int PORT = 9093;
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:[^\\[\\]:\\s/@]{1,255}|\\[[0-9a-fA-F:.]{2,45}]):[0-9]{1,5}");

  public SinkConfig {
    receivers = List.copyOf(receivers);
    routes = List.copyOf(routes);
    defaultReceivers = List.copyOf(defaultReceivers);
    List<String> names = receivers.stream().map(ReceiverConfig::name).toList();
    Set<String> seen = new HashSet<>();
    Checks checks =
        Checks.check()
            .that(
                applicationId.matches("[A-Za-z0-9._-]{1,100}"),
                "applicationId",
                applicationId,
                "up to 100 letters, digits, dots, dashes and underscores")
            .that(
                advertisedAddress.isEmpty()
                    || HOST_AND_PORT.matcher(advertisedAddress).matches(),
                "advertisedAddress",
                advertisedAddress,
                "host:port at which the other instances reach this one, such as 10.0.0.5:9093")
            .that(
                instanceId.matches("[A-Za-z0-9._-]{0,100}"),
                "instanceId",
                instanceId,
                "up to 100 letters, digits, dots, dashes and underscores, or nothing")
            .notBlank("stateDir", stateDir)
            .that(!names.isEmpty(), "receivers", "[]", "at least one receiver")
            .that(names.stream().allMatch(seen::add), "receivers", names, "each name once");
    known(checks, "defaultReceivers", defaultReceivers, names);
    for (int i = 0; i < routes.size(); i++) {
      known(checks, "routes[" + i + "].receivers", routes.get(i).receivers(), names);
    }
    checks.done();
  }

  private static void known(Checks checks, String key, List<String> receivers, List<String> names) {
    checks.that(
        names.containsAll(receivers), key, receivers, "names of receivers, which are " + names);
  }

  /** Adds the Kafka properties of the operator that contradict a guarantee of the sink. */
  public void check(KafkaConfig kafka, Checks checks) {
    KafkaSettings settings = new KafkaSettings(this, kafka);
    settings.streams().check(checks);
    settings.delivering(applicationId).check(checks);
    settings.outcomes().check(checks);
    settings.inputs().check(checks);
  }

  /** The default: all alerts are written to the log. */
  public static SinkConfig defaults() {
    return new SinkConfig(
        ListenerConfig.onPort(PORT),
        "tracetide-alerts",
        "",
        "",
        "data/alert-sink",
        List.of(ReceiverConfig.toLog("log")),
        List.of(),
        List.of(),
        DeliveryConfig.defaults());
  }

  /** The same configuration with another listener. */
  public SinkConfig withListener(ListenerConfig other) {
    return new SinkConfig(
        other, applicationId, advertisedAddress, instanceId, stateDir, receivers, routes, defaultReceivers, delivery);
  }

  /** The same configuration with another state directory. */
  public SinkConfig withStateDir(String other) {
    return new SinkConfig(
        listener, applicationId, advertisedAddress, instanceId, other, receivers, routes, defaultReceivers, delivery);
  }

  /** The same configuration with other receivers. */
  public SinkConfig withReceivers(List<ReceiverConfig> others) {
    return new SinkConfig(
        listener, applicationId, advertisedAddress, instanceId, stateDir, others, routes, defaultReceivers, delivery);
  }

  /** The routing that this configuration describes. */
  public Routing toRouting() {
    List<String> otherwise =
        defaultReceivers.isEmpty()
            ? receivers.stream().map(ReceiverConfig::name).toList()
            : defaultReceivers;
    List<Route> children = new ArrayList<>();
    for (RouteConfig route : routes) {
      add(children, route.matchers().stream().map(LabelMatcher::parse).toList(), route.receivers());
    }
    add(children, List.of(), otherwise);
    Map<String, List<Integration>> integrations = new HashMap<>();
    receivers.forEach(
        receiver ->
            integrations.put(receiver.name(), List.of(new Integration(receiver.name(), true))));
    return new Routing(
        new Route("{}", List.of(), options(otherwise.get(0)), false, children),
        integrations,
        List.of(),
        Map.of(),
        List.of());
  }

  private static void add(List<Route> routes, List<LabelMatcher> matchers, List<String> receivers) {
    for (int i = 0; i < receivers.size(); i++) {
      boolean last = i == receivers.size() - 1;
      routes.add(
          new Route(
              "{}/" + routes.size() + matchers,
              matchers,
              options(receivers.get(i)),
              !last,
              List.of()));
    }
  }

  private static RouteOptions options(String receiver) {
    return new RouteOptions(
        receiver,
        GroupBy.of("tenant", "service"),
        Timing.DEFAULT,
        List.of(),
        List.of(),
        List.of());
  }
}
