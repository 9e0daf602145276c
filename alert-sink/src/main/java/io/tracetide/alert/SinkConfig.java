package io.tracetide.alert;

import io.tracetide.alert.decision.Routes;
import io.tracetide.alert.deliver.DeliveryPlan;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.alert.message.ConfiguredLinks;
import io.tracetide.alert.message.LinksConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The configuration of the alert sink.
 *
 * @param listener of the API
 * @param applicationId names the Streams application, and begins the ids of the consumer groups
 * @param instanceId permanent name of this instance, so that its restart causes no rebalance; empty
 *     for none
 * @param stateDir directory of the state, which can be restored from Kafka
 * @param receivers of notifications
 * @param routes select the receivers of an alert; the first that matches is used
 * @param defaultReceivers receivers when no route matches; empty for all
 * @param delivery queue, retries, timeouts and limits
 * @param fallbackReceiver receiver of notifications that another one did not get; empty for none
 * @param links links of messages
 */
public record SinkConfig(
    ListenerConfig listener,
    String applicationId,
    String instanceId,
    String stateDir,
    List<ReceiverConfig> receivers,
    List<RouteConfig> routes,
    List<String> defaultReceivers,
    DeliveryConfig delivery,
    String fallbackReceiver,
    LinksConfig links) {

  private static final int PORT = 9093;

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
                instanceId.matches("[A-Za-z0-9._-]{0,100}"),
                "instanceId",
                instanceId,
                "up to 100 letters, digits, dots, dashes and underscores, or nothing")
            .notBlank("stateDir", stateDir)
            .that(!names.isEmpty(), "receivers", "[]", "at least one receiver")
            .that(names.stream().allMatch(seen::add), "receivers", names, "each name once");
    known(checks, "defaultReceivers", defaultReceivers, names);
    if (!fallbackReceiver.isEmpty()) {
      known(checks, "fallbackReceiver", List.of(fallbackReceiver), names);
    }
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
  }

  /** The default: all alerts are written to the log. */
  public static SinkConfig defaults() {
    return new SinkConfig(
        ListenerConfig.onPort(PORT),
        "tracetide-alerts",
        "",
        "data/alert-sink",
        List.of(ReceiverConfig.toLog("log")),
        List.of(),
        List.of(),
        DeliveryConfig.defaults(),
        "",
        LinksConfig.defaults());
  }

  /** The same configuration with another listener. */
  public SinkConfig withListener(ListenerConfig other) {
    return with(other, stateDir, receivers, delivery);
  }

  /** The same configuration with another state directory. */
  public SinkConfig withStateDir(String other) {
    return with(listener, other, receivers, delivery);
  }

  /** The same configuration with other receivers. */
  public SinkConfig withReceivers(List<ReceiverConfig> others) {
    return with(listener, stateDir, others, delivery);
  }

  /** The same configuration with other settings of deliveries. */
  public SinkConfig withDelivery(DeliveryConfig other) {
    return with(listener, stateDir, receivers, other);
  }

  private SinkConfig with(
      ListenerConfig newListener,
      String newStateDir,
      List<ReceiverConfig> newReceivers,
      DeliveryConfig newDelivery) {
    return new SinkConfig(
        newListener,
        applicationId,
        instanceId,
        newStateDir,
        newReceivers,
        routes,
        defaultReceivers,
        newDelivery,
        fallbackReceiver,
        links);
  }

  /**
   * Names of the integrations of a receiver, to which notifications are addressed: the receiver's
   * own name if it has one channel, else a name for each of its channels.
   */
  public List<String> integrationsOf(String receiver) {
    return receivers.stream()
        .filter(each -> each.name().equals(receiver))
        .flatMap(each -> each.integrations().stream())
        .map(ReceiverConfig.Integration::name)
        .toList();
  }

  /** What is delivered to whom. */
  DeliveryPlan toDeliveryPlan() {
    return new DeliveryPlan(
        receivers, fallbackReceiver, applicationId, delivery, new ConfiguredLinks(links));
  }

  Routes toRoutes() {
    List<String> otherwise =
        defaultReceivers.isEmpty()
            ? receivers.stream().map(ReceiverConfig::name).toList()
            : defaultReceivers;
    return new Routes(
        routes.stream()
            .map(RouteConfig::toRoute)
            .map(route -> new Routes.Route(route.matchers(), integrations(route.receivers())))
            .toList(),
        integrations(otherwise));
  }

  private List<String> integrations(List<String> names) {
    return names.stream().flatMap(name -> integrationsOf(name).stream()).toList();
  }
}
