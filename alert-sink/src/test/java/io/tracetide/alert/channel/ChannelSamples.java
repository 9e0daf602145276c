package io.tracetide.alert.channel;

import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.OneOf;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Sections of every kind of channel that is registered, for tests over all channels. A kind without
 * a section here fails them.
 */
public final class ChannelSamples {
  /** A word that every secret of the sections contains. */
  public static final String MARK = "c4n4ry";

  private static final String TO_STUB =
      "allowHttp: true, allowPrivate: true, connectTimeout: @TIMEOUT@, timeout: @TIMEOUT@}";

  /** Sections by kind. Together, those of a kind have a secret in each key that may have one. */
  private static final Map<String, List<String>> SECTIONS =
      Map.of(
          "log",
          List.of("{}"),
          "webhook",
          List.of(
              "{url: '@URL@/c4n4ry-webhook-url?token=c4n4ry-webhook-query',"
                  + " bearerToken: c4n4ry-webhook-bearer, signingSecret: c4n4ry-webhook-signing,"
                  + " headers: {X-Api-Key: c4n4ry-webhook-header}, "
                  + TO_STUB),
          "slack",
          List.of("{url: '@URL@/services/c4n4ry-slack-url', colorBar: true, " + TO_STUB),
          "slackBot",
          List.of("{token: xoxb-c4n4ry-slackbot-token, channel: ops, apiUrl: '@URL@', " + TO_STUB),
          "teams",
          List.of("{url: '@URL@/workflows/c4n4ry-teams-url', " + TO_STUB),
          "email",
          List.of(
              "{smtp: {host: 127.0.0.1, port: @SMTP@, user: ops, password: c4n4ry-email-password},"
                  + " from: a@example.com, to: [b@example.com], allowPrivate: true,"
                  + " connectTimeout: @TIMEOUT@, timeout: @TIMEOUT@}",
              "{smtp: {host: 127.0.0.1, port: @SMTP@, security: none}, from: a@example.com,"
                  + " to: [b@example.com], allowPrivate: true, connectTimeout: @TIMEOUT@,"
                  + " timeout: @TIMEOUT@}"),
          "pagerduty",
          List.of(
              "{routingKey: c4n4ry-pagerduty-routing-key-000,"
                  + " url: '@URL@/c4n4ry-pagerduty-url', "
                  + TO_STUB),
          "alertmanager",
          List.of(
              "{urls: ['@URL@/c4n4ry-alertmanager-url'],"
                  + " basicAuth: {username: ops, password: c4n4ry-alertmanager-password}, "
                  + TO_STUB,
              "{urls: ['@URL@/c4n4ry-alertmanager-second-url'],"
                  + " bearerToken: c4n4ry-alertmanager-bearer, "
                  + TO_STUB),
          "kafka",
          List.of("{topic: alerts, timeout: 100ms}"));

  /**
   * A section of a channel.
   *
   * @param kind its key
   * @param yaml its value
   */
  public record Sample(String kind, String yaml) {

    /** The settings that are read from the section. */
    public ChannelConfig config() {
      return read(kind, yaml);
    }

    /** Whether the channel posts to the address of the stub. */
    public boolean isHttp() {
      return yaml.contains("http://");
    }

    /** The same section with another text in place of one. */
    public Sample with(String text, String other) {
      return new Sample(kind, yaml.replace(text, other));
    }

    @Override
    public String toString() {
      return kind;
    }
  }

  /** The settings that are read from a section. */
  public static ChannelConfig read(String kind, String yaml) {
    SinkConfig config =
        ConfigReader.parse(
            "receivers:\n  - name: ops\n    " + kind + ": " + yaml + "\n",
            SinkConfig.defaults(),
            Map.of());
    return config.receivers().get(0).integrations().get(0).channel();
  }

  /**
   * The sections of all kinds.
   *
   * @param url address that the channels over HTTP post to, without a path
   * @param smtpPort port of the mail server on this machine
   */
  public static List<Sample> all(String url, int smtpPort, String timeout) {
    List<Sample> samples = new ArrayList<>();
    for (Class<? extends Record> type : types()) {
      for (String section : sections(kind(type))) {
        samples.add(
            new Sample(
                kind(type),
                section
                    .replace("@URL@", url)
                    .replace("@SMTP@", Integer.toString(smtpPort))
                    .replace("@TIMEOUT@", timeout)));
      }
    }
    return samples;
  }

  private static List<String> sections(String kind) {
    List<String> sections = SECTIONS.get(kind);
    if (sections == null) {
      throw new AssertionError("no sections of " + kind + ", which need a secret in each key");
    }
    return sections;
  }

  /** The records of all kinds that receivers may have. */
  public static List<Class<? extends Record>> types() {
    return Arrays.stream(ReceiverConfig.class.getRecordComponents())
        .filter(component -> component.isAnnotationPresent(OneOf.class))
        .map(ChannelSamples::kinds)
        .findFirst()
        .orElseThrow();
  }

  private static List<Class<? extends Record>> kinds(RecordComponent component) {
    return List.of(component.getAnnotation(OneOf.class).value());
  }

  /** The key of a kind. */
  public static String kind(Class<? extends Record> type) {
    try {
      return ((ChannelConfig) type.getMethod("defaults").invoke(null)).kind();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(type + " has no defaults()", e);
    }
  }

  /** A context whose Kafka cluster does not answer. */
  public static ChannelContext context() {
    return new ChannelContext(
        "ops",
        Clock.systemUTC(),
        new KafkaConfig("127.0.0.1:1", Map.of(), KafkaConfig.Meters.SELECTED),
        DeliveryMemory.inProcess(),
        (template, why) -> {});
  }

  private ChannelSamples() {}
}
