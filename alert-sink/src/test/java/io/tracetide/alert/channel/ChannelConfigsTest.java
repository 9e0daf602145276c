package io.tracetide.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.SinkConfig;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
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

/** Sections of the channels in a configuration file. */
class ChannelConfigsTest {
  private static final String EMAIL =
      "email: {smtp: {host: mail.example.com}, from: a@example.com, to: [b@example.com]}";

  @Test
  void shouldReadASectionOfEachChannel() {
    SinkConfig config =
        read(
            """
            receivers:
              - name: mail
                email:
                  smtp: {host: mail.example.com, port: 465, security: tls, user: u, password: canary}
                  from: Tracetide <alerts@example.com>
                  to: [ops@example.com]
                  cc: [Büro <office@example.com>]
                  templates: {subject: "{{title}}"}
              - name: pager
                pagerduty: {routingKey: canary7890canary7890canary789012, region: eu}
              - name: prometheus
                alertmanager:
                  urls: ["https://am-0.example.com/canary", "https://am-1.example.com/canary"]
                  basicAuth: {username: u, password: canary}
                  validFor: 12h
              - name: topic
                kafka: {topic: alerts, format: avro, timeout: 5s}
            """);

    assertThat(config.receivers())
        .extracting(receiver -> receiver.name())
        .containsExactly("mail", "pager", "prometheus", "topic");
    assertThat(config.toString()).doesNotContain("canary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "email: {smtp: {host: h}, from: a@b.c, to: [d@e.f], bc: []} | email.bc",
        "email: {smtp: {hots: h}, from: a@b.c, to: [d@e.f]} | email.smtp.hots",
        "email: {from: a@b.c, to: [d@e.f]} | email.smtp",
        "email: {smtp: {}, from: a@b.c, to: [d@e.f]} | email.smtp.host",
        "email: {smtp: {host: 'a b'}, from: a@b.c, to: [d@e.f]} | email.smtp.host",
        "email: {smtp: {host: h, port: 0}, from: a@b.c, to: [d@e.f]} | email.smtp.port",
        "email: {smtp: {host: h, security: ssl}, from: a@b.c, to: [d@e.f]} | email.smtp.security",
        "email: {smtp: {host: h, user: u}, from: a@b.c, to: [d@e.f]} | email.smtp.password",
        "email: {smtp: {host: h, password: canary}, from: a@b.c, to: [d@e.f]}"
            + " | email.smtp.password",
        "email: {smtp: {host: h, security: none, user: u, password: canary}, from: a@b.c,"
            + " to: [d@e.f]} | email.smtp.security",
        "email: {smtp: {host: h, ca: /missing}, from: a@b.c, to: [d@e.f]} | email.smtp.ca",
        "email: {smtp: {host: h}, to: [d@e.f]} | email.from",
        "email: {smtp: {host: h}, from: nobody, to: [d@e.f]} | email.from",
        "email: {smtp: {host: h}, from: \"a@b.c\\r\\nBcc: x@y.z\", to: [d@e.f]} | email.from",
        "email: {smtp: {host: h}, from: a@b.c, to: []} | email.to",
        "email: {smtp: {host: h}, from: a@b.c, to: [d@e.f, 'x y']} | email.to[1]",
        "email: {smtp: {host: h}, from: a@b.c, to: [d@e.f], cc: ['x@y.z, a@b.c']} | email.cc[0]",
        "email: {smtp: {host: h}, from: a@b.c, to: [d@e.f], templates: {subject: '{{titel}}'}}"
            + " | email.templates.subject",
        "email: {smtp: {host: h}, from: a@b.c, to: [d@e.f], timeout: 1ms} | email.timeout",
        "pagerduty: {} | pagerduty.routingKey",
        "pagerduty: {routingKey: canary} | pagerduty.routingKey",
        "pagerduty: {routingKey: 00000000000000000000000000000000, region: asia}"
            + " | pagerduty.region",
        "pagerduty: {routingKey: 00000000000000000000000000000000, url: 'http://h/canary'}"
            + " | pagerduty.url",
        "alertmanager: {} | alertmanager.urls",
        "alertmanager: {urls: []} | alertmanager.urls",
        "alertmanager: {urls: ['https://h/', 'http://h/canary']} | alertmanager.urls[1]",
        "alertmanager: {urls: ['https://h/'], validFor: 1s} | alertmanager.validFor",
        "alertmanager: {urls: ['https://h/'], basicAuth: {password: canary}}"
            + " | alertmanager.basicAuth.username",
        "alertmanager: {urls: ['https://h/'], bearerToken: 'canary canary'}"
            + " | alertmanager.bearerToken",
        "alertmanager: {urls: ['https://h/'], basicAuth: {username: u}, bearerToken: canary}"
            + " | alertmanager.bearerToken",
        "kafka: {} | kafka.topic",
        "kafka: {topic: 'a b'} | kafka.topic",
        "kafka: {topic: ..} | kafka.topic",
        "kafka: {topic: a, format: xml} | kafka.format",
        "kafka: {topic: a, acks: 0} | kafka.acks",
      })
  void shouldReportTheKeyOfAnInvalidValue(String section, String path) {
    assertThatThrownBy(() -> read("receivers:\n  - name: ops\n    " + section + "\n"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .contains("receivers[0]." + path))
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"email.md", "pagerduty.md", "alertmanager.md", "kafka.md"})
  void shouldReadTheExamplesOfTheDocumentation(String page) throws IOException {
    String text = Files.readString(Path.of("../docs/alerting").resolve(page));
    Matcher example = Pattern.compile("```yaml\\nsink:\\n(.*?)```", Pattern.DOTALL).matcher(text);
    assertThat(example.find()).isTrue();

    SinkConfig config =
        ConfigReader.parse(
            example.group(1).replaceAll("(?m)^  ", ""),
            SinkConfig.defaults(),
            Map.of(
                "SMTP_PASSWORD", "canary",
                "PAGERDUTY_ROUTING_KEY", "canary7890canary7890canary789012",
                "ALERTMANAGER_PASSWORD", "canary"));

    assertThat(config.receivers()).hasSize(1);
    assertThat(config.toString()).doesNotContain("canary");
  }

  @Test
  void shouldEncryptMailsByDefault() {
    assertThat(read("receivers:\n  - name: ops\n    " + EMAIL + "\n").toString())
        .contains("STARTTLS", "port=587");
  }

  private static SinkConfig read(String yaml) {
    return ConfigReader.parse(yaml, SinkConfig.defaults(), Map.of());
  }
}
