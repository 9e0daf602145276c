package io.tracetide.alert.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tracetide.alert.Alerting;
import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertmanagerFileTest {
  private static final String FILE =
      """
      global:
        resolve_timeout: 5m
        smtp_smarthost: 'localhost:25'
        smtp_from: 'alertmanager@example.org'
        slack_api_url: https://hooks.slack.com/services/canary
      templates: ['/etc/alertmanager/template/*.tmpl']
      route:
        group_by: ['alertname', 'cluster']
        group_wait: 30s
        group_interval: 5m
        repeat_interval: 1d12h
        receiver: team-X-mails
        routes:
          - match_re:
              service: ^(foo1|foo2|baz)$
            receiver: web.hook
            routes:
              - match: {severity: critical}
                receiver: both of them
                mute_time_intervals: [offhours]
          - matchers: ['{owner="team-Y", service!~"x.*"}']
            group_by: ['...']
            continue: true
            active_time_intervals: [holidays]
          - matchers: [ code = 500 ]
            group_by: []
      inhibit_rules:
        - source_match: {severity: critical}
          target_match_re: {severity: warning|info}
          equal: [alertname, cluster]
        - source_matchers: [severity="critical"]
          target_matchers: ['severity=~"warning|info"', a=b]
      time_intervals:
        - name: offhours
          time_intervals:
            - times:
                - start_time: 18:00
                  end_time: 24:00
              weekdays: ['monday:friday']
              days_of_month: ['1:-1']
              months: ['january:december', 5]
              years: [2026, '2027:2028']
              location: Europe/Berlin
      mute_time_intervals:
        - name: holidays
          time_intervals: [{months: [12], days_of_month: ['24:26']}]
      receivers:
        - name: team-X-mails
          email_configs:
            - to: team-X+alerts@example.org
        - name: web.hook
          webhook_configs:
            - url: http://127.0.0.1:5001/canary
        - name: both of them
          webhook_configs:
            - url_file: url.txt
              send_resolved: false
              max_alerts: 5
              http_config:
                authorization: {credentials_file: token.txt}
                proxy_url: http://proxy:3128
            - url: https://hooks.example.com/
              timeout: 3s
              payload: {text: '{{ .Status }}'}
          opsgenie_configs:
            - api_key: canary
        - name: blackhole
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeSecrets() throws IOException {
    Files.writeString(directory.resolve("url.txt"), "https://hooks.example.com/canary\n");
    Files.writeString(directory.resolve("token.txt"), "canary-token\n");
  }

  @Test
  void shouldReadRoutesInhibitRulesAndTimeIntervals() throws IOException {
    Routing routing = read(FILE).toRouting(Map.of(), List.of());

    RouteOptions root = routing.root().options();
    assertThat(root.groupBy()).isEqualTo(GroupBy.of("alertname", "cluster"));
    assertThat(root.timing().repeatInterval()).isEqualTo(Duration.ofHours(36));
    Route critical = routing.root().routes().get(0).routes().get(0);
    assertThat(critical.key())
        .isEqualTo("{}/{service=~\"^(?:^(foo1|foo2|baz)$)$\"}/{severity=\"critical\"}");
    assertThat(routing.root().match(Map.of("service", "foo1", "severity", "critical")))
        .containsExactly(critical);
    assertThat(routing.isMuted(critical.options(), Instant.parse("2026-11-30T17:00:00Z"))).isTrue();
    assertThat(routing.isMuted(critical.options(), Instant.parse("2026-11-29T17:00:00Z")))
        .isFalse();
    Route teamY = routing.root().routes().get(1);
    assertThat(teamY.key()).isEqualTo("{}/{owner=\"team-Y\",service!~\"x.*\"}");
    assertThat(teamY.options().groupBy()).isEqualTo(GroupBy.ALL);
    assertThat(teamY.continues()).isTrue();
    assertThat(routing.isMuted(teamY.options(), Instant.parse("2026-12-24T00:00:00Z"))).isFalse();
    assertThat(routing.isMuted(teamY.options(), Instant.parse("2026-12-27T00:00:00Z"))).isTrue();
    assertThat(routing.root().routes().get(2).options().groupBy()).isEqualTo(root.groupBy());
    assertThat(routing.inhibitRules()).hasSize(2);
    assertThat(routing.inhibitRules().get(0).isTarget(Map.of("severity", "info"))).isTrue();
    assertThat(routing.inhibitRules().get(1).target()).hasSize(2);
    assertThat(routing.receivers().keySet())
        .containsExactlyInAnyOrder("team-X-mails", "web.hook", "both of them", "blackhole");
  }

  @Test
  void shouldMapWebhooksAndListWhatHasNoEffect() throws IOException {
    Alerting alerting =
        ConfigReader.parse("alertmanagerConfig: " + write(FILE), SinkConfig.defaults(), Map.of())
            .toAlerting();

    assertThat(alerting.routing().integrations("both of them"))
        .containsExactly(
            new Integration("both of them/webhook", false),
            new Integration("both of them/webhook-2", true));
    assertThat(alerting.routing().receiverNames())
        .containsEntry("both of them/webhook", "both of them")
        .containsEntry("both of them/webhook-2", "both of them")
        .containsEntry("web.hook", "web.hook");
    assertThat(alerting.routing().integrations("web.hook"))
        .containsExactly(new Integration("web.hook", true));
    assertThat(alerting.routing().integrations("blackhole")).isEmpty();
    assertThat(alerting.receivers())
        .extracting(ReceiverConfig::name)
        .containsExactly(
            "team-X-mails", "web.hook", "both of them/webhook", "both of them/webhook-2");
    WebhookConfig first = (WebhookConfig) alerting.receivers().get(2).channel().orElseThrow();
    assertThat(first.url().reveal()).isEqualTo("https://hooks.example.com/canary");
    assertThat(first.bearerToken().reveal()).isEqualTo("canary-token");
    WebhookConfig second = (WebhookConfig) alerting.receivers().get(3).channel().orElseThrow();
    assertThat(second.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(alerting.resolveTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(alerting.limitations())
        .extracting(Limitation::path)
        .contains(
            "templates",
            "receivers[2].webhook_configs[0].max_alerts",
            "receivers[2].webhook_configs[0].http_config.proxy_url",
            "receivers[2].webhook_configs[1].payload",
            "receivers[2].opsgenie_configs[0]")
        .doesNotContain("receivers[2]", "receivers[3]");
    assertThat(alerting.toString()).doesNotContain("canary");
    assertThat(read(FILE).toString()).doesNotContain("canary");
  }

  @Test
  void shouldGiveChannelsTheGlobalSettingsOfTheirKind() throws IOException {
    FileChannel email = read(FILE).receivers().get(0).channels().get(0);

    assertThat(email.kind()).isEqualTo("email");
    assertThat(email.sendResolved()).isFalse();
    assertThat(email.settings())
        .containsEntry("to", "team-X+alerts@example.org")
        .containsEntry("smarthost", "localhost:25")
        .containsEntry("from", "alertmanager@example.org");
  }

  @Test
  void shouldReportEveryProblemWithItsLine() throws IOException {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                read(
                    """
                    global: {resolve_timeot: 5m}
                    route:
                      receiver: none
                      group_by: [a, a]
                      group_interval: 0s
                      repeat_interval: 5 minutes
                      matchers: [a=b]
                      routes:
                        - matchers: ['a=~"("']
                          continue: maybe
                          mute_time_intervals: [x]
                          route: []
                        - match: {"a b": c}
                    receivers:
                      - name: a
                        carrier_pigeon_configs: []
                      - name: a
                    time_intervals:
                      - name: t
                        time_intervals: [{times: [{start_time: '9:00', end_time: '10:00'}]}]
                    """));

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "line 1, global.resolve_timeot",
            "line 3, route.receiver",
            "line 4, route.group_by",
            "line 5, route.group_interval",
            "line 6, route.repeat_interval",
            "line 7, route.matchers",
            "line 9, route.routes[0].matchers[0]",
            "line 10, route.routes[0].continue",
            "line 11, route.routes[0].mute_time_intervals",
            "line 12, route.routes[0].route",
            "line 13, route.routes[1].match.a b",
            "line 16, receivers[0].carrier_pigeon_configs",
            "line 17, receivers[1]",
            "line 20, time_intervals[0].time_intervals[0].times[0].start_time");
  }

  @Test
  void shouldReportProblemsOfChannelsAndSecretsThatAreMissing() throws IOException {
    String yaml =
        """
        route: {receiver: a}
        receivers:
          - name: a
            webhook_configs: [{url: 'ftp://x'}, {url_file: missing.txt}]
        """;
    AlertmanagerFile file = read(yaml);

    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> AlertmanagerReceivers.of(file));

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .contains(
            "receivers[0].webhook_configs[0].url", "receivers[0].webhook_configs[1].url_file");
  }

  @Test
  void shouldResolveAnchorsAndMergedSections() throws IOException {
    AlertmanagerFile file =
        read(
            """
            route:
              receiver: a
              routes:
                - &base {receiver: a, matchers: [x=y], group_wait: 1s}
                - {<<: *base, matchers: [x=z]}
            receivers: [{name: a}]
            """);

    Route second = file.root().routes().get(1);
    assertThat(second.key()).isEqualTo("{}/{x=\"z\"}");
    assertThat(second.options().timing().groupWait()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void shouldRefuseAFileThatIsNoYamlOrMissing() throws IOException {
    assertThat(catchThrowableOfType(ConfigException.class, () -> read("route: [")))
        .hasMessageContaining("valid YAML");
    assertThat(
            catchThrowableOfType(
                ConfigException.class,
                () -> AlertmanagerFile.read(directory.resolve("missing.yml"))))
        .hasMessageContaining("can be read");
    assertThat(catchThrowableOfType(ConfigException.class, () -> read("")))
        .hasMessageContaining("a route with a receiver");
  }

  private AlertmanagerFile read(String yaml) throws IOException {
    return AlertmanagerFile.read(write(yaml));
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("alertmanager.yml"), yaml);
  }
}
