package io.tracetide.alert;

import io.tracetide.alert.alertmanager.AlertmanagerFile;
import io.tracetide.alert.alertmanager.AlertmanagerReceivers;
import io.tracetide.alert.alertmanager.FileReceiver;
import io.tracetide.alert.alertmanager.Limitation;
import io.tracetide.alert.config.FlatRoutes;
import io.tracetide.alert.config.InhibitRuleConfig;
import io.tracetide.alert.config.PolicyConfig;
import io.tracetide.alert.config.RouteNodeConfig;
import io.tracetide.alert.config.RouteReferences;
import io.tracetide.alert.config.TimeIntervalConfig;
import io.tracetide.alert.config.WatchdogConfig;
import io.tracetide.alert.deliver.DeliveryPlan;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.alert.message.ConfiguredLinks;
import io.tracetide.alert.message.LinksConfig;
import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.RouteSpec;
import io.tracetide.alert.route.RouteTree;
import io.tracetide.alert.route.Routing;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
 * @param delivery queue, retries, timeouts and limits
 * @param route routing tree, in place of {@code routes} and {@code defaultReceivers}
 * @param inhibitRules rules by which firing alerts mute others
 * @param timeIntervals to which routes refer by name
 * @param policies when alerts begin and end; the first that selects an alert is used
 * @param alertmanagerConfig an {@code alertmanager.yml} with receivers, routes, inhibition rules
 *     and time intervals, in place of those here
 * @param fallbackReceiver receiver of notifications that another one did not get, from {@code
 *     receivers} or from the {@code alertmanager.yml}; empty for none
 * @param watchdog the alert that always fires
 * @param links links of messages
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
    DeliveryConfig delivery,
    Optional<RouteNodeConfig> route,
    List<InhibitRuleConfig> inhibitRules,
    List<TimeIntervalConfig> timeIntervals,
    List<PolicyConfig> policies,
    Optional<Path> alertmanagerConfig,
    String fallbackReceiver,
    WatchdogConfig watchdog,
    LinksConfig links) {

  private static final int PORT = 9093;
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:[^\\[\\]:\\s/@]{1,255}|\\[[0-9a-fA-F:.]{2,45}]):[0-9]{1,5}");
  private static final GroupBy GROUP_BY = GroupBy.of("tenant", "incident|service");
  private static final String IN_FILE = "nothing here, since the file of alertmanagerConfig has it";

  public SinkConfig {
    receivers = List.copyOf(receivers);
    routes = List.copyOf(routes);
    defaultReceivers = List.copyOf(defaultReceivers);
    inhibitRules = List.copyOf(inhibitRules);
    timeIntervals = List.copyOf(timeIntervals);
    policies = List.copyOf(policies);
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
                advertisedAddress.isEmpty() || HOST_AND_PORT.matcher(advertisedAddress).matches(),
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
    // With a file, its receivers are known when it is read: in toAlerting.
    if (!fallbackReceiver.isEmpty() && alertmanagerConfig.isEmpty()) {
      known(checks, "fallbackReceiver", List.of(fallbackReceiver), names);
    }
    if (!watchdog.receiver().isEmpty() && alertmanagerConfig.isEmpty()) {
      checks.known("watchdog.receiver", watchdog.receiver(), names, "the name of a receiver");
    }
    for (int i = 0; i < routes.size(); i++) {
      known(checks, "routes[" + i + "].receivers", routes.get(i).receivers(), names);
    }
    List<String> intervals = timeIntervals.stream().map(TimeIntervalConfig::name).toList();
    checks.that(
        Set.copyOf(intervals).size() == intervals.size(),
        "timeIntervals",
        intervals,
        "each name once");
    if (route.isPresent()) {
      absent(checks, "routes", routes, "a list of routes or the tree in route, not both");
      absent(checks, "defaultReceivers", defaultReceivers, "none beside the tree in route");
      new RouteReferences(checks, names, intervals).check(route.get(), "route");
    }
    if (alertmanagerConfig.isPresent()) {
      absent(checks, "routes", routes, IN_FILE);
      absent(checks, "defaultReceivers", defaultReceivers, IN_FILE);
      absent(checks, "route", route.stream().toList(), IN_FILE);
      absent(checks, "inhibitRules", inhibitRules, IN_FILE);
      absent(checks, "timeIntervals", timeIntervals, IN_FILE);
    }
    checks.done();
  }

  private static void absent(Checks checks, String key, List<?> given, String expected) {
    checks.that(given.isEmpty(), key, "", expected);
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
        DeliveryConfig.defaults(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        "",
        WatchdogConfig.defaults(),
        LinksConfig.defaults());
  }

  /** The same configuration with another listener. */
  public SinkConfig withListener(ListenerConfig other) {
    return with(this, other, stateDir, receivers, delivery);
  }

  /** The same configuration with another state directory. */
  public SinkConfig withStateDir(String other) {
    return with(this, listener, other, receivers, delivery);
  }

  /** The same configuration with other receivers. */
  public SinkConfig withReceivers(List<ReceiverConfig> others) {
    return with(this, listener, stateDir, others, delivery);
  }

  /** The same configuration with other settings of deliveries. */
  public SinkConfig withDelivery(DeliveryConfig other) {
    return with(this, listener, stateDir, receivers, other);
  }

  /**
   * The same configuration with other values.
   *
   * @param named the configuration whose names and addresses are used
   */
  private SinkConfig with(
      SinkConfig named,
      ListenerConfig newListener,
      String newStateDir,
      List<ReceiverConfig> newReceivers,
      DeliveryConfig newDelivery) {
    return new SinkConfig(
        newListener,
        named.applicationId,
        named.advertisedAddress,
        named.instanceId,
        newStateDir,
        newReceivers,
        routes,
        defaultReceivers,
        newDelivery,
        route,
        inhibitRules,
        timeIntervals,
        policies,
        alertmanagerConfig,
        fallbackReceiver,
        watchdog,
        links);
  }

  /**
   * The same configuration with the parts of another one that have an effect at the start only. The
   * others have one at a reload too.
   */
  SinkConfig withFixedPartsOf(SinkConfig started) {
    return with(started, started.listener, started.stateDir, receivers, delivery);
  }

  /** Keys of these parts whose values differ. */
  List<String> fixedKeysThatDiffer(SinkConfig started) {
    List<String> keys = new ArrayList<>();
    addIf(!listener.equals(started.listener), "listener", keys);
    addIf(!applicationId.equals(started.applicationId), "applicationId", keys);
    addIf(!advertisedAddress.equals(started.advertisedAddress), "advertisedAddress", keys);
    addIf(!instanceId.equals(started.instanceId), "instanceId", keys);
    addIf(!stateDir.equals(started.stateDir), "stateDir", keys);
    return keys;
  }

  private static void addIf(boolean differs, String key, List<String> keys) {
    if (differs) {
      keys.add(key);
    }
  }

  /** The receivers of the alerts that no route of the list selects. */
  private List<String> otherwise() {
    return defaultReceivers.isEmpty()
        ? receivers.stream().map(ReceiverConfig::name).toList()
        : defaultReceivers;
  }

  /**
   * The routing of {@link #toAlerting}.
   *
   * @throws ConfigException if the {@code alertmanager.yml} cannot be used
   */
  public Routing toRouting() {
    return toAlerting().routing();
  }

  /**
   * What the sink notifies. Reads the {@code alertmanager.yml}, if there is one, and the secrets in
   * its files.
   *
   * @throws ConfigException if it cannot be used, or lacks the receiver of {@code fallbackReceiver}
   *     or {@code watchdog}
   */
  public Alerting toAlerting() {
    List<AlertPolicy> begin = policies.stream().map(PolicyConfig::toPolicy).toList();
    if (alertmanagerConfig.isEmpty()) {
      return new Alerting(
          watchdog.in(ownRouting(begin)), receivers, AlertmanagerFile.RESOLVE_TIMEOUT, List.of());
    }
    AlertmanagerFile file = AlertmanagerFile.read(alertmanagerConfig.get());
    AlertmanagerReceivers.Mapped mapped = AlertmanagerReceivers.of(file);
    checkReceiver("fallbackReceiver", fallbackReceiver, file, mapped);
    checkReceiver("watchdog.receiver", watchdog.receiver(), file, mapped);
    List<Limitation> limitations = new ArrayList<>(file.limitations());
    limitations.addAll(mapped.limitations());
    return new Alerting(
        watchdog.in(file.toRouting(mapped.integrations(), begin)),
        file.receivers().stream()
            .flatMap(receiver -> mapped.of(receiver.name()).stream())
            .map(each -> new ReceiverConfig(each.integration().name(), each.channel()))
            .toList(),
        file.resolveTimeout(),
        limitations);
  }

  /** Checks that a receiver, if one is named, is one of the file with a supported channel. */
  private static void checkReceiver(
      String key, String receiver, AlertmanagerFile file, AlertmanagerReceivers.Mapped mapped) {
    if (!receiver.isEmpty() && mapped.of(receiver).isEmpty()) {
      List<String> possible =
          file.receivers().stream()
              .map(FileReceiver::name)
              .filter(name -> !mapped.of(name).isEmpty())
              .toList();
      throw new ConfigException(
          file.path().toString(),
          List.of(
              ConfigProblem.unknownName(
                  key, receiver, possible, "a receiver of this file with a supported channel")));
    }
  }

  private Routing ownRouting(List<AlertPolicy> begin) {
    FlatRoutes list = new FlatRoutes();
    routes.forEach(each -> list.add(each.parsedMatchers(), each.receivers()));
    RouteSpec root = route.map(RouteNodeConfig::toSpec).orElseGet(() -> list.toTree(otherwise()));
    return new Routing(
        RouteTree.of(root, GROUP_BY),
        receivers.stream()
            .collect(Collectors.toMap(ReceiverConfig::name, SinkConfig::integrations)),
        inhibitRules.stream().map(InhibitRuleConfig::toRule).toList(),
        timeIntervals.stream()
            .collect(Collectors.toMap(TimeIntervalConfig::name, TimeIntervalConfig::toIntervals)),
        begin);
  }

  private static List<Integration> integrations(ReceiverConfig receiver) {
    return receiver.integrations().stream()
        .map(each -> new Integration(each.name(), each.sendResolved()))
        .toList();
  }

  /** What is delivered to whom. */
  DeliveryPlan toDeliveryPlan(Alerting alerting) {
    return new DeliveryPlan(
        alerting.receivers(),
        alerting.routing().receiverNames(),
        alerting.routing().integrations(fallbackReceiver).stream().map(Integration::name).toList(),
        applicationId,
        delivery,
        new ConfiguredLinks(links));
  }
}
