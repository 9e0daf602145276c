package io.tracetide.alert.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tracetide.alert.Alerting;
import io.tracetide.alert.SinkConfig;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A secret in each key of an {@code alertmanager.yml} that may have one is shown nowhere, whether
 * the key is supported or not.
 */
class FileSecretsTest {
  private static final String MARK = "c4n4ry";

  private static final String FILE =
      """
      global:
        smtp_smarthost: 'mail.example.org:587'
        smtp_from: alerts@example.org
        smtp_auth_username: ops
        smtp_auth_password: c4n4ry-smtp-password
        smtp_auth_secret: c4n4ry-smtp-secret
        slack_api_url: https://hooks.slack.com/c4n4ry-slack-global
        opsgenie_api_key: c4n4ry-opsgenie-global
        wechat_api_secret: c4n4ry-wechat-global
        victorops_api_key: c4n4ry-victorops-global
        telegram_bot_token: c4n4ry-telegram-global
        rocketchat_token: c4n4ry-rocketchat-global
        http_config:
          basic_auth: {username: ops, password: c4n4ry-basic-password}
          oauth2: {client_id: a, client_secret: c4n4ry-oauth-secret, token_url: 'https://t.example'}
          proxy_url: http://ops:c4n4ry-proxy-password@proxy.example
      route: {receiver: all}
      receivers:
        - name: all
          webhook_configs:
            - url: https://hooks.example.org/c4n4ry-webhook-url
              http_config: {authorization: {credentials: c4n4ry-webhook-credentials}}
            - url: https://hooks.example.org/c4n4ry-webhook-url-2
              http_config: {bearer_token: c4n4ry-webhook-bearer}
            - url: https://hooks.example.org/c4n4ry-webhook-url-3
              http_config: {authorization: {type: Digest, credentials: c4n4ry-webhook-digest}}
          email_configs:
            - to: a@example.org
              auth_password: c4n4ry-email-password
              auth_secret: c4n4ry-email-secret
              headers: {X-Api-Key: c4n4ry-email-header}
          slack_configs:
            - channel: ops
            - api_url: https://hooks.slack.com/c4n4ry-slack-url
            - app_token: c4n4ry-slack-token
          pagerduty_configs:
            - routing_key: c4n4ry-pagerduty-routing-key-000
              url: https://proxy.example.org/c4n4ry-pagerduty-url
            - service_key: c4n4ry-pagerduty-service-key
          msteams_configs:
            - webhook_url: https://a.webhook.office.com/c4n4ry-teams-url
          msteamsv2_configs:
            - webhook_url: https://flows.example.org/c4n4ry-teams2-url
          opsgenie_configs: [{api_key: c4n4ry-opsgenie-key}]
          pushover_configs: [{user_key: c4n4ry-pushover-user, token: c4n4ry-pushover-token}]
          victorops_configs: [{api_key: c4n4ry-victorops-key, routing_key: a}]
          telegram_configs: [{bot_token: c4n4ry-telegram-token, chat_id: 1}]
          wechat_configs: [{api_secret: c4n4ry-wechat-secret}]
          discord_configs: [{webhook_url: 'https://discord.example/c4n4ry-discord-url'}]
          webex_configs: [{http_config: {authorization: {credentials: c4n4ry-webex}}, room_id: a}]
          sns_configs: [{sigv4: {access_key: a, secret_key: c4n4ry-sns-key}, topic_arn: a}]
          jira_configs: [{http_config: {basic_auth: {password: c4n4ry-jira}}, project: a}]
          rocketchat_configs: [{token: c4n4ry-rocketchat-token, token_id: c4n4ry-rocketchat-id}]
          mattermost_configs: [{webhook_url: 'https://mm.example/c4n4ry-mattermost-url'}]
          incidentio_configs: [{alert_source_token: c4n4ry-incidentio, url: 'https://i.example'}]
      """;

  @TempDir private Path directory;

  @Test
  void shouldNotShowSecretsOfAValidFile() throws IOException {
    SinkConfig config = config(FILE);

    Alerting alerting = config.toAlerting();

    assertThat(alerting.receivers()).hasSizeGreaterThan(7);
    assertThat(alerting.limitations()).hasSizeGreaterThan(12);
    assertThat(config.toString()).doesNotContain(MARK);
    assertThat(alerting.toString()).doesNotContain(MARK);
    alerting.limitations().forEach(each -> assertThat(each.toString()).doesNotContain(MARK));
  }

  /** Each secret in turn is mistyped in several ways. */
  @Test
  void shouldNotShowSecretsInProblems() throws IOException {
    Matcher secrets = Pattern.compile("'?[^\\s,'{}]*c4n4ry[^\\s,'{}\\]]*'?").matcher(FILE);
    int tried = 0;
    while (secrets.find()) {
      for (String mistyped :
          List.of(
              "[c4n4ry]", "{a: c4n4ry}", "[[c4n4ry]]", "\"c4n4ry \\u0007\"", "'{{ .c4n4ry }}'")) {
        String file = FILE.substring(0, secrets.start()) + mistyped + FILE.substring(secrets.end());
        SinkConfig config = config(file);

        Throwable problem = catchThrowable(() -> assertHidden(config.toAlerting()));

        if (problem != null) {
          assertThat(problem).as(secrets.group()).isInstanceOf(ConfigException.class);
          assertThat(problem.toString()).as(secrets.group()).doesNotContain(MARK);
        }
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(150);
  }

  private static void assertHidden(Alerting alerting) {
    assertThat(alerting.toString()).doesNotContain(MARK);
  }

  private SinkConfig config(String file) throws IOException {
    Path written = Files.writeString(directory.resolve("alertmanager.yml"), file);
    return ConfigReader.parse("alertmanagerConfig: " + written, SinkConfig.defaults(), Map.of());
  }
}
