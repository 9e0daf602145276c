package io.tracetide.alert.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.channel.slack.SlackBotConfig;
import io.tracetide.alert.channel.slack.SlackConfig;
import io.tracetide.alert.channel.teams.TeamsConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sections of channels, as an operator writes them. */
class ReceiverConfigTest {
  private static final Map<String, String> ENV =
      Map.of("URL", "https://hooks.example.com/canary", "TOKEN", "canary-0123456789abcdef");

  @Test
  void shouldReadTheSectionsOfAllChannels() {
    SinkConfig config =
        read(
            """
            receivers:
              - name: chat
                slack: {url: "${env:URL}", colorBar: true, template: "*{{title}}*"}
              - name: bot
                slackBot: {token: "${env:TOKEN}", channel: "#alerts"}
              - name: team
                teams: {url: "${env:URL}"}
              - name: hook
                webhook:
                  url: ${env:URL}
                  signingSecret: ${env:TOKEN}
                  headers: {X-Api-Key: "${env:TOKEN}"}
                  maxAlerts: 20
                  template: '{"text": "{{summary}}"}'
            """);

    assertThat(config.receivers())
        .extracting(receiver -> receiver.channel().orElseThrow())
        .extracting("class")
        .containsExactly(
            SlackConfig.class, SlackBotConfig.class, TeamsConfig.class, WebhookConfig.class);
    assertThat(((WebhookConfig) config.receivers().get(3).channel().orElseThrow()).headers())
        .containsExactly(Map.entry("X-Api-Key", Secret.of(ENV.get("TOKEN"))));
    assertThat(config.toString()).doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slack: {} | slack.url | given",
        "slack: {url: 'http://canary.example/'} | slack.url | https://",
        "slack: {url: '${env:URL}', templat: x} | slack.templat | mean template?",
        "slack: {url: '${env:URL}', template: '{{#alerts}}'} | slack.template | line 1",
        "slack: {url: '${env:URL}', template: '{{sumary}}'} | slack.template | no sumary",
        "slack: {url: '${env:URL}', timeout: 0s} | slack.timeout | from 10ms",
        "slackBot: {channel: alerts} | slackBot.token | given",
        "slackBot: {token: '${env:TOKEN}'} | slackBot.channel | given",
        "slackBot: {token: '', channel: alerts} | slackBot.token | xoxb",
        "slackBot: {token: 'canary x', channel: alerts} | slackBot.token | xoxb",
        "slackBot: {token: x, channel: 'a b'} | slackBot.channel | its name",
        "slackBot: {token: x, channel: a, apiUrl: 'http://slack.com'} | slackBot.apiUrl | https://",
        "slackBot: {token: x, channel: a, apiUrl: 'https://slack.com/api'} | slackBot.apiUrl |"
            + " host",
        "teams: {} | teams.url | given",
        "teams: {url: canary} | teams.url | https://",
        "teams: {url: '${env:URL}', template: '{{> x}}'} | teams.template | cannot be included",
        "webhook: {url: '${env:URL}', signingSecret: canary} | webhook.signingSecret | 16",
        "webhook: {url: '${env:URL}', maxAlerts: -1} | webhook.maxAlerts | from 0",
        "webhook: {url: '${env:URL}', template: '{{/x}}'} | webhook.template | valid template",
        "webhook: {url: '${env:URL}', headers: {Host: canary}} | webhook.headers.Host | not set",
        "webhook: {url: '${env:URL}', headers: {Content-Length: '1'}}"
            + " | webhook.headers.Content-Length | not set",
        "webhook: {url: '${env:URL}', headers: {Transfer-Encoding: canary}}"
            + " | webhook.headers.Transfer-Encoding | not set",
        "webhook: {url: '${env:URL}', headers: {X-Tracetide-Signature: canary}}"
            + " | webhook.headers.X-Tracetide-Signature | not set",
        "webhook: {url: '${env:URL}', headers: {'a b': canary}} | webhook.headers.a b | RFC 9110",
        "webhook: {url: '${env:URL}', headers: {':path': canary}} | webhook.headers.:path | 9110",
        "webhook: {url: '${env:URL}', headers: {A: \"canary\\r\\nX: y\"}}"
            + " | webhook.headers.A | visible ASCII",
        "webhook: {url: '${env:URL}', headers: {A: ''}} | webhook.headers.A | visible ASCII",
        "webhook: {url: '${env:URL}', headers: {a: x, A: x}} | webhook.headers | once",
        "webhook: {url: '${env:URL}', bearerToken: x, headers: {Authorization: canary}}"
            + " | webhook.headers.Authorization | bearerToken",
      })
  void shouldReportTheKeyThatIsInvalid(String section, String path, String expected) {
    assertThatThrownBy(() -> read("receivers:\n  - name: ops\n    " + section + "\n"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e -> {
              assertThat(e.problems()).hasSize(1);
              assertThat(e.problems().get(0).path()).startsWith("receivers[0]." + path);
            })
        .hasMessageContaining(expected)
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"slack.md", "teams.md", "webhook.md"})
  void shouldReadTheExamplesOfTheDocumentation(String page) throws IOException {
    String text = Files.readString(Path.of("../docs/alerting").resolve(page));
    Matcher example = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL).matcher(text);
    int examples = 0;
    while (example.find()) {
      String yaml = example.group(1);
      String whole =
          yaml.startsWith("sink:") ? yaml : "sink:\n  receivers:\n    - name: x\n" + yaml;
      SinkConfig config =
          read(
              whole
                  .replaceAll("(?m)^  ", "")
                  .replaceFirst("sink:\n", "")
                  .replaceAll("url: \\$\\{.*?}", "url: \\${env:URL}")
                  .replaceAll("\\$\\{(file|env):(?!URL).*?}", "\\${env:TOKEN}"));
      assertThat(config.receivers()).hasSize(1);
      examples++;
    }
    assertThat(examples).isEqualTo(page.equals("slack.md") ? 3 : 2);
  }

  private static SinkConfig read(String yaml) {
    return ConfigReader.parse(yaml, SinkConfig.defaults(), ENV);
  }
}
