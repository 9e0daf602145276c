package io.tracetide.alert.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tracetide.alert.alertmanager.AlertmanagerReceivers.Mapped;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.email.EmailConfig;
import io.tracetide.alert.channel.email.SmtpConfig;
import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.alert.channel.pagerduty.PagerdutyConfig;
import io.tracetide.alert.channel.slack.SlackConfig;
import io.tracetide.alert.channel.teams.TeamsConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.route.Integration;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertmanagerReceiversTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  /** Two teams: mails to all, Slack and PagerDuty for what is urgent. */
  private static final String TEAMS =
      """
      global:
        smtp_smarthost: 'mail.example.org:587'
        smtp_from: 'Alerts <alertmanager@example.org>'
        smtp_auth_username: alertmanager
        smtp_auth_password_file: smtp.txt
        smtp_hello: monitoring.example.org
        slack_api_url_file: slack.txt
        pagerduty_url: https://pagerduty-proxy.example.org/v2/enqueue
        http_config: {proxy_url: 'http://proxy:3128'}
      route:
        receiver: frontend-mails
        routes:
          - matchers: [team="frontend", severity="critical"]
            receiver: frontend-pages
          - matchers: [team="database"]
            receiver: database
      receivers:
        - name: frontend-mails
          email_configs:
            - to: 'frontend@example.org, "Lee, Ann" <ann@example.org>'
              headers: {Subject: '{{ .CommonLabels.alertname }}'}
        - name: frontend-pages
          pagerduty_configs:
            - routing_key_file: pagerduty.txt
              severity: '{{ .CommonLabels.severity }}'
              timeout: 4s
          slack_configs:
            - channel: '#frontend'
              send_resolved: true
              title: '{{ .CommonAnnotations.summary }}'
              icon_emoji: ':fire:'
        - name: database
          msteams_configs:
            - webhook_url: https://example.webhook.office.com/webhookb2/canary
          msteamsv2_configs:
            - webhook_url_file: teams.txt
              text: '{{ template "teams.text" . }}'
      """;

  @TempDir Path directory;

  @Test
  void shouldMapMailsWithTheServerOfGlobal() throws IOException {
    Mapped mapped = teams();

    EmailConfig mail = (EmailConfig) channels(mapped, "frontend-mails").get(0);
    assertThat(mail.from()).isEqualTo("Alerts <alertmanager@example.org>");
    assertThat(mail.to()).containsExactly("frontend@example.org", "\"Lee, Ann\" <ann@example.org>");
    assertThat(mail.allowPrivate()).isTrue();
    assertThat(mail.smtp())
        .isEqualTo(
            new SmtpConfig(
                "mail.example.org",
                587,
                Security.STARTTLS,
                "alertmanager",
                Secret.of("canary-smtp"),
                ""));
    assertThat(mapped.integrations().get("frontend-mails"))
        .containsExactly(new Integration("frontend-mails", false));
    assertThat(limitations(mapped, "receivers[0]"))
        .containsExactly(
            "receivers[0].email_configs[0].headers: replaced by the built-in message.",
            "receivers[0].email_configs[0].hello: not supported; it has no effect.");
  }

  @Test
  void shouldMapSlackAndPagerdutyWithTheAddressesOfGlobal() throws IOException {
    Mapped mapped = teams();

    PagerdutyConfig pagerduty = (PagerdutyConfig) channels(mapped, "frontend-pages").get(0);
    assertThat(pagerduty.routingKey().reveal()).isEqualTo(KEY);
    assertThat(pagerduty.url().reveal())
        .isEqualTo("https://pagerduty-proxy.example.org/v2/enqueue");
    assertThat(pagerduty.timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(pagerduty.allowHttp() && pagerduty.allowPrivate()).isTrue();
    SlackConfig slack = (SlackConfig) channels(mapped, "frontend-pages").get(1);
    assertThat(slack.url().reveal()).isEqualTo("https://hooks.slack.com/services/canary");
    assertThat(slack.allowHttp() && slack.allowPrivate()).isTrue();
    assertThat(mapped.integrations().get("frontend-pages"))
        .containsExactly(
            new Integration("frontend-pages/pagerduty", true),
            new Integration("frontend-pages/slack", true));
    assertThat(limitations(mapped, "receivers[1]"))
        .containsExactlyInAnyOrder(
            "receivers[1].pagerduty_configs[0].http_config.proxy_url: not supported; it has no"
                + " effect.",
            "receivers[1].pagerduty_configs[0].severity: replaced by the built-in message.",
            "receivers[1].slack_configs[0].http_config.proxy_url: not supported; it has no effect.",
            "receivers[1].slack_configs[0].channel: an incoming webhook posts to the channel for"
                + " which it was created.",
            "receivers[1].slack_configs[0].title: replaced by the built-in message.",
            "receivers[1].slack_configs[0].icon_emoji: not supported; it has no effect.");
  }

  @Test
  void shouldMapBothKindsOfTeams() throws IOException {
    Mapped mapped = teams();

    assertThat(channels(mapped, "database"))
        .extracting(channel -> ((TeamsConfig) channel).url().reveal())
        .containsExactly(
            "https://example.webhook.office.com/webhookb2/canary",
            "https://flows.example.org/canary");
    assertThat(channels(mapped, "database"))
        .allMatch(
            channel ->
                ((TeamsConfig) channel).allowHttp() && ((TeamsConfig) channel).allowPrivate());
    assertThat(mapped.integrations().get("database"))
        .containsExactly(
            new Integration("database/msteams", true), new Integration("database/msteamsv2", true));
    assertThat(limitations(mapped, "receivers[2]"))
        .anyMatch(
            text -> text.startsWith("receivers[2].msteams_configs[0].webhook_url: connectors"))
        .contains("receivers[2].msteamsv2_configs[0].text: replaced by the built-in message.");
  }

  @Test
  void shouldNotShowSecrets() throws IOException {
    assertThat(teams().toString()).doesNotContain("canary", KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "'smarthost: relay:25, require_tls: false', relay, 25, NONE",
    "'smarthost: relay:25, require_tls: False', relay, 25, NONE",
    "'smarthost: relay:25, require_tls: True', relay, 25, STARTTLS",
    "'smarthost: relay:587', relay, 587, STARTTLS",
    "'smarthost: relay:465', relay, 465, TLS",
    "'smarthost: relay:465, force_implicit_tls: false', relay, 465, STARTTLS",
    "'smarthost: relay:2465, force_implicit_tls: true', relay, 2465, TLS",
    "'smarthost: \"[2001:db8::1]:587\"', 2001:db8::1, 587, STARTTLS",
  })
  void shouldMapTheServerAndItsEncryption(String settings, String host, int port, Security security)
      throws IOException {
    Mapped mapped = email(settings);

    SmtpConfig smtp = ((EmailConfig) channels(mapped, "a").get(0)).smtp();
    assertThat(smtp).isEqualTo(new SmtpConfig(host, port, security, "", Secret.NONE, ""));
    assertThat(mapped.limitations()).isEmpty();
  }

  @Test
  void shouldNotSendAPasswordInClear() throws IOException {
    Mapped mapped =
        email("smarthost: relay:25, require_tls: false, auth_username: u, auth_password: canary");

    assertThat(((EmailConfig) channels(mapped, "a").get(0)).smtp().security())
        .isEqualTo(Security.STARTTLS);
    assertThat(mapped.limitations())
        .extracting(Limitation::path)
        .containsExactly("receivers[0].email_configs[0].require_tls");
  }

  @Test
  void shouldReadCertificatesBesideTheFile() throws IOException {
    Path ca = Files.writeString(directory.resolve("ca.pem"), "");

    Mapped mapped =
        email(
            "smarthost: relay:587, auth_password: canary,"
                + " tls_config: {ca_file: ca.pem, insecure_skip_verify: true, server_name: x}");

    SmtpConfig smtp = ((EmailConfig) channels(mapped, "a").get(0)).smtp();
    assertThat(Path.of(smtp.ca())).isEqualTo(ca.toAbsolutePath());
    assertThat(smtp.password()).isEqualTo(Secret.NONE);
    assertThat(mapped.limitations())
        .extracting(Limitation::path)
        .containsExactlyInAnyOrder(
            "receivers[0].email_configs[0].auth_password",
            "receivers[0].email_configs[0].tls_config.insecure_skip_verify",
            "receivers[0].email_configs[0].tls_config.server_name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slack_configs: [{app_token: canary, channel: ops}]",
        "slack_configs: [{app_token_file: token.txt, channel: ops}]",
        "slack_configs: [{api_url: 'https://slack.com/api/chat.postMessage',"
            + " http_config: {authorization: {credentials: canary}}}]",
        "slack_configs: [{api_url: 'https://slack.com/api/chat.postMessage',"
            + " http_config: {bearer_token_file: token.txt}}]",
        "pagerduty_configs: [{service_key: canary}]",
        "pagerduty_configs: [{service_key_file: canary.txt}]",
        "pagerduty_configs: [{routing_key: '{{ .CommonLabels.canary }}'}]",
        "email_configs: [{to: '{{ .CommonLabels.canary }}', from: a@b.c, smarthost: 'relay:25'}]",
        "email_configs: [{to: a@b.c, from: a@b.c, smarthost: 'relay:25', auth_username: u,"
            + " auth_secret: canary}]"
      })
  void shouldOmitChannelsThatAreNotSupported(String channel) throws IOException {
    Mapped mapped = map("route: {receiver: a}\nreceivers: [{name: a, " + channel + "}]");

    String path = "receivers[0]." + channel.substring(0, channel.indexOf(':')) + "[0]";
    assertThat(mapped.of("a")).isEmpty();
    assertThat(mapped.limitations())
        .anyMatch(each -> each.path().equals(path) && each.sentence().endsWith("; not notified."))
        .anyMatch(each -> each.path().equals("receivers[0]"));
    assertThat(mapped.toString()).doesNotContain("canary");
  }

  @Test
  void shouldNameTheOnlySupportedChannelAsTheReceiver() throws IOException {
    Mapped mapped =
        map(
            """
            global: {slack_app_token: canary}
            route: {receiver: a}
            receivers:
              - name: a
                slack_configs: [{channel: ops}]
                webhook_configs: [{url: 'http://127.0.0.1:8080/'}]
              - name: b
                slack_configs: [{api_url: 'http://127.0.0.1:8065/hooks/canary'}]
            """);

    assertThat(mapped.integrations().get("a")).containsExactly(new Integration("a", true));
    assertThat(channels(mapped, "a").get(0)).isInstanceOf(WebhookConfig.class);
    assertThat(channels(mapped, "b").get(0)).isInstanceOf(SlackConfig.class);
  }

  @Test
  void shouldPreferTheRoutingKey() throws IOException {
    Mapped mapped =
        map(
            "route: {receiver: a}\nreceivers: [{name: a, pagerduty_configs: [{routing_key: '"
                + KEY
                + "', service_key: canary}]}]");

    PagerdutyConfig pagerduty = (PagerdutyConfig) channels(mapped, "a").get(0);
    assertThat(pagerduty.routingKey().reveal()).isEqualTo(KEY);
    assertThat(pagerduty.url().isPresent()).isFalse();
    assertThat(mapped.limitations())
        .extracting(Limitation::path)
        .containsExactly("receivers[0].pagerduty_configs[0].service_key");
  }

  @Test
  void shouldReportProblemsWithTheKeysOfTheFile() throws IOException {
    Path file =
        write(
            """
            route: {receiver: a}
            receivers:
              - name: a
                email_configs:
                  - {to: a@b.c, from: a@b.c}
                  - {to: a@b.c, from: a@b.c, smarthost: 'relay:99999'}
                  - {to: 'a@b.c,,@', from: a@b.c, smarthost: 'relay:25'}
                  - {from: nobody, smarthost: 'relay:25', require_tls: maybe}
                  - {to: a@b.c, from: a@b.c, smarthost: 'relay:25', auth_username: u}
                  - {to: a@b.c, from: a@b.c, smarthost: 'relay:25', tls_config: {ca_file: no.pem}}
                slack_configs: [{channel: ops}]
                pagerduty_configs: [{routing_key: canary}]
                msteams_configs: [{webhook_url: a, webhook_url_file: b}]
                msteamsv2_configs: [{webhook_url: 'ftp://canary'}]
            """);
    AlertmanagerFile read = AlertmanagerFile.read(file);

    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> AlertmanagerReceivers.of(read));

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "receivers[0].email_configs[0].smarthost",
            "receivers[0].email_configs[1].smarthost",
            "receivers[0].email_configs[2].to",
            "receivers[0].email_configs[3].require_tls",
            "receivers[0].email_configs[3].from",
            "receivers[0].email_configs[3].to",
            "receivers[0].email_configs[4].auth_password",
            "receivers[0].email_configs[5].tls_config.ca_file",
            "receivers[0].slack_configs[0].api_url",
            "receivers[0].pagerduty_configs[0].routing_key",
            "receivers[0].msteams_configs[0].webhook_url",
            "receivers[0].msteams_configs[0].webhook_url_file",
            "receivers[0].msteams_configs[0].webhook_url",
            "receivers[0].msteamsv2_configs[0].webhook_url");
    assertThat(e).hasMessageNotContaining("canary");
  }

  private Mapped teams() throws IOException {
    Files.writeString(directory.resolve("smtp.txt"), "canary-smtp\n");
    Files.writeString(directory.resolve("slack.txt"), "https://hooks.slack.com/services/canary\n");
    Files.writeString(directory.resolve("pagerduty.txt"), KEY + "\n");
    Files.writeString(directory.resolve("teams.txt"), "https://flows.example.org/canary\n");
    return map(TEAMS);
  }

  private Mapped email(String settings) throws IOException {
    return map(
        "route: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: a@b.c, from: a@b.c, "
            + settings
            + "}]}]");
  }

  private Mapped map(String yaml) throws IOException {
    return AlertmanagerReceivers.of(AlertmanagerFile.read(write(yaml)));
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("alertmanager.yml"), yaml);
  }

  private static List<ChannelConfig> channels(Mapped mapped, String receiver) {
    return mapped.of(receiver).stream().map(AlertmanagerReceivers.MappedChannel::channel).toList();
  }

  private static List<String> limitations(Mapped mapped, String receiver) {
    return mapped.limitations().stream()
        .map(Limitation::toString)
        .filter(text -> text.startsWith(receiver))
        .toList();
  }
}
