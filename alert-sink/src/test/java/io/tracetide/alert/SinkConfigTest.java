package io.tracetide.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.deliver.IntegrationConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Watchdog;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.OneOf;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkConfigTest {
  private static final Path README = Path.of("README.md");

  private static List<String> integrations(SinkConfig config, String receiver) {
    return config.toRouting().integrations(receiver).stream().map(Integration::name).toList();
  }

  /** Integrations of the receivers of an alert with these labels. */
  private static List<String> receivers(SinkConfig config, Map<String, String> labels) {
    Routing routing = config.toRouting();
    return routing.root().match(labels).stream()
        .flatMap(route -> routing.integrations(route.options().receiver()).stream())
        .map(Integration::name)
        .toList();
  }

  @Test
  void shouldSendAllAlertsToTheLogByDefault() {
    SinkConfig config = read("");

    assertThat(config).isEqualTo(SinkConfig.defaults());
    assertThat(config.listener().port()).isEqualTo(9093);
    assertThat(receivers(config, Map.of())).containsExactly("log");
  }

  @Test
  void shouldReadTheExampleOfTheReadme() throws IOException {
    Matcher example =
        Pattern.compile("```yaml\\nsink:\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(README));
    assertThat(example.find()).isTrue();

    SinkConfig config =
        ConfigReader.parse(
            example.group(1).replaceAll("(?m)^  ", ""),
            SinkConfig.defaults(),
            Map.of("OPS_WEBHOOK_URL", "https://hooks.example.com/canary"));

    assertThat(config.receivers()).extracting("name").containsExactly("log", "ops");
    assertThat(receivers(config, Map.of("severity", "critical"))).containsExactly("ops", "log");
    assertThat(receivers(config, Map.of("severity", "low"))).containsExactly("log");
    assertThat(config.toString()).doesNotContain("canary");
  }

  @Test
  void shouldDocumentEveryKeyWithItsDefault() throws IOException {
    List<String> documented =
        Files.readAllLines(README).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length >= 5)
            .map(cells -> (cells[1].strip() + " " + cells[2].strip()).strip())
            .toList();

    assertThat(documented)
        .containsAll(
            ConfigReader.keys(SinkConfig.defaults()).stream().map(SinkConfigTest::row).toList());
  }

  @Test
  void shouldReportEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    receivers:
                      - name: log
                        log: {}
                      - name: ops
                      - name: both
                        log: {}
                        webhook: {url: "https://hooks.example.com/"}
                      - name: clear
                        webhook: {url: "http://hooks.example.com/canary"}
                    routes:
                      - matchers: ["severity"]
                        receivers: [log]
                    delivery:
                      queueCapacity: 0
                      maxBackof: 3s
                    """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .containsExactlyInAnyOrder(
                        "receivers[1]",
                        "receivers[2].webhook",
                        "receivers[3].webhook.url",
                        "routes[0].matchers[0]",
                        "delivery.queueCapacity",
                        "delivery.maxBackof"))
        .hasMessageNotContaining("canary");
  }

  @Test
  void shouldReadReceiversWithSeveralChannels() {
    SinkConfig config =
        read(
            """
            fallbackReceiver: log
            receivers:
              - name: log
                log: {}
              - name: ops
                sendResolved: false
                rate: {burst: 5}
                channels:
                  - webhook: {url: "https://hooks.example.com/a"}
                  - log: {}
                    sendResolved: true
                  - webhook: {url: "https://hooks.example.com/b"}
            """);

    assertThat(integrations(config, "ops"))
        .containsExactly("ops/webhook", "ops/log", "ops/webhook-2");
    assertThat(integrations(config, "log")).containsExactly("log");
    assertThat(config.receivers().get(1).integrations())
        .extracting(ReceiverConfig.Integration::sendResolved)
        .containsExactly(false, true, false);
    assertThat(config.receivers().get(1).rate())
        .contains(new MessageRate(5, Duration.ofSeconds(10), 10_000));
    assertThat(receivers(config, Map.of()))
        .containsExactly("log", "ops/webhook", "ops/log", "ops/webhook-2");
    assertThat(ConfigDigest.of(config)).isNotEqualTo(ConfigDigest.of(SinkConfig.defaults()));
  }

  @Test
  void shouldHaveTheSameKindsInAListOfChannels() throws Exception {
    OneOf single = kinds(ReceiverConfig.class);
    OneOf listed = kinds(IntegrationConfig.class);

    assertThat(listed.value()).containsExactly(single.value());
  }

  private static OneOf kinds(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.isAnnotationPresent(OneOf.class))
        .findFirst()
        .orElseThrow()
        .getAnnotation(OneOf.class);
  }

  @Test
  void shouldRefuseAReceiverWithASectionAndAList() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    fallbackReceiver: nobody
                    links: {traceUrl: "https://t.example.com/", signingKey: canary}
                    receivers:
                      - name: ops
                        log: {}
                        channels: [{log: {}}]
                      - name: none
                        channels: []
                    """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .contains(
                        "receivers[0].channels",
                        "receivers[1].channels",
                        "links.traceUrl",
                        "links.signingKey"))
        .hasMessageNotContaining("canary");
  }

  @Test
  void shouldRefuseUnknownReceiversInRoutes() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    defaultReceivers: [nobody]
                    routes:
                      - matchers: []
                        receivers: [log, pager]
                    """))
        .hasMessageContaining("defaultReceivers")
        .hasMessageContaining("routes[0].receivers");
  }

  @Test
  void shouldFallBackToTheChannelsOfAReceiverOfTheFile(@TempDir Path directory) throws IOException {
    SinkConfig config = read("fallbackReceiver: spare\nalertmanagerConfig: " + file(directory));

    assertThat(config.toDeliveryPlan(config.toAlerting()).fallbackIntegrations())
        .containsExactly("spare/webhook", "spare/pagerduty");
  }

  @Test
  void shouldFallBackToTheChannelsOfAnOwnReceiver() {
    SinkConfig config = read("fallbackReceiver: log");

    assertThat(config.toDeliveryPlan(config.toAlerting()).fallbackIntegrations())
        .containsExactly("log");
    assertThat(
            SinkConfig.defaults()
                .toDeliveryPlan(SinkConfig.defaults().toAlerting())
                .fallbackIntegrations())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "blackhole", "paging"})
  void shouldRefuseAFallbackWithoutAChannelInTheFile(String receiver, @TempDir Path directory)
      throws IOException {
    SinkConfig config =
        read("fallbackReceiver: " + receiver + "\nalertmanagerConfig: " + file(directory));

    assertThatThrownBy(config::toAlerting)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("alertmanager.yml: fallbackReceiver: got \"" + receiver + "\"")
        .hasMessageContaining("which are [main, spare]");
  }

  @Test
  void shouldPutTheRouteOfTheWatchdogBeforeTheOthers() {
    SinkConfig config =
        read(
            """
            receivers: [{name: log, log: {}}, {name: switch, log: {}}]
            defaultReceivers: [log]
            watchdog: {receiver: switch, interval: 30s}
            """);

    assertThat(receivers(config, Watchdog.LABELS)).containsExactly("switch");
    assertThat(receivers(config, Map.of("alertname", "Watchdog"))).containsExactly("log");
    assertThat(Watchdog.interval(config.toRouting())).contains(Duration.ofSeconds(30));
    assertThat(Watchdog.interval(SinkConfig.defaults().toRouting())).isEmpty();
  }

  @Test
  void shouldReadTheExampleOfTheWatchdog() throws IOException {
    Matcher example =
        Pattern.compile("```yaml\\nsink:\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/alerting/watchdog.md")));
    assertThat(example.find()).isTrue();

    SinkConfig config =
        ConfigReader.parse(
            example.group(1).replaceAll("(?m)^  ", ""),
            SinkConfig.defaults(),
            Map.of("DEAD_MANS_SWITCH_URL", "https://hc-ping.com/canary"));

    assertThat(receivers(config, Watchdog.LABELS)).containsExactly("dead-mans-switch");
    assertThat(receivers(config, Map.of("alertname", "Down"))).containsExactly("log");
  }

  @Test
  void shouldSuggestTheReceiverOfTheWatchdog() {
    assertThatThrownBy(() -> read("watchdog: {receiver: lgo}"))
        .hasMessageContaining(
            "watchdog.receiver: got \"lgo\", expected the name of a receiver, which are [log];"
                + " did you mean log?");
    assertThatThrownBy(() -> read("watchdog: {receiver: log, interval: 5s}"))
        .hasMessageContaining("watchdog.interval: got \"5s\", expected a duration from 10s to 1h");
  }

  @Test
  void shouldNotifyAReceiverOfTheFileOfTheWatchdog(@TempDir Path directory) throws IOException {
    String file = "\nalertmanagerConfig: " + file(directory);

    assertThat(receivers(read("watchdog: {receiver: spare}" + file), Watchdog.LABELS))
        .containsExactly("spare/webhook", "spare/pagerduty");
    SinkConfig misspelt = read("watchdog: {receiver: sapre}" + file);
    assertThatThrownBy(misspelt::toAlerting)
        .hasMessageContaining("alertmanager.yml: watchdog.receiver: got \"sapre\"")
        .hasMessageContaining("which are [main, spare]; did you mean spare?");
  }

  @Test
  void shouldNameTheKeysThatNeedARestartAndKeepTheirValues() {
    SinkConfig started = read("{applicationId: alerts, instanceId: one, stateDir: here}");
    SinkConfig read =
        read(
            """
            listener: {port: 9}
            applicationId: others
            advertisedAddress: 'sink:9093'
            stateDir: there
            receivers: [{name: ops, log: {}}]
            fallbackReceiver: ops
            """);
    SinkConfig effective = read.withFixedPartsOf(started);

    assertThat(read.fixedKeysThatDiffer(started))
        .containsExactly(
            "listener", "applicationId", "advertisedAddress", "instanceId", "stateDir");
    assertThat(effective.fixedKeysThatDiffer(started)).isEmpty();
    assertThat(effective.receivers()).isEqualTo(read.receivers());
    assertThat(effective.fallbackReceiver()).isEqualTo("ops");
    KafkaConfig kafka = KafkaConfig.defaults();
    RegistryConfig registry = RegistryConfig.defaults();
    assertThat(
            new SinkSections(started, kafka, registry)
                .keysThatNeedRestart(new SinkSections(effective, kafka, registry)))
        .isEmpty();
  }

  @Test
  void shouldBeEqualToItselfWhenItIsReadAgain(@TempDir Path directory) throws IOException {
    SinkConfig config = read("alertmanagerConfig: " + file(directory));
    Alerting first = config.toAlerting();
    assertThat(config.toAlerting()).isEqualTo(first);

    Files.writeString(
        directory.resolve("alertmanager.yml"),
        Files.readString(directory.resolve("alertmanager.yml")).replace("hooks", "other"));
    assertThat(config.toAlerting()).isNotEqualTo(first);
  }

  private static Path file(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("alertmanager.yml"),
        """
        route: {receiver: main}
        receivers:
          - name: main
            webhook_configs: [{url: "https://hooks.example.com/main"}]
          - name: spare
            webhook_configs: [{url: "https://hooks.example.com/spare"}]
            pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]
          - name: blackhole
          - name: paging
            opsgenie_configs: [{api_key: canary}]
        """);
  }

  private static String row(ConfigKey key) {
    String value = key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`";
    return ("`" + key.path() + "` " + value).strip();
  }

  private static SinkConfig read(String yaml) {
    return ConfigReader.parse(yaml, SinkConfig.defaults(), Map.of());
  }
}
