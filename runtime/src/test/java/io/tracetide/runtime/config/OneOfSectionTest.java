package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OneOfSectionTest {

  /** A key of the section names the kind. */
  @KindKey("type")
  sealed interface Control {
    String name();

    record FourEyes(@Required String name, int level) implements Control {
      static FourEyes defaults() {
        return new FourEyes("-", 1);
      }
    }

    record Retention(@Required String name, int level, Duration keepAtMost, Match match)
        implements Control {
      public Retention {
        Checks.check().positive("keepAtMost", keepAtMost).done();
      }

      static Retention defaults() {
        return new Retention("-", 1, Duration.ofDays(30), new Match("*", "*"));
      }
    }
  }

  record Match(String service, String operation) {}

  interface Channel {}

  record LogConfig() implements Channel {}

  record WebHookConfig(@Required String url, Duration timeout) implements Channel {
    WebHookConfig {
      Checks.check().positive("timeout", timeout).done();
    }

    static WebHookConfig defaults() {
      return new WebHookConfig("-", Duration.ofSeconds(10));
    }
  }

  /** The key of the section names the kind. */
  record Receiver(String name, @OneOf({LogConfig.class, WebHookConfig.class}) Channel channel) {
    Receiver {
      Checks.check().notBlank("name", name).done();
    }
  }

  sealed interface Store permits Memory, Disk {}

  record Memory(int entries) implements Store {}

  record Disk(String path, int files) implements Store {
    static Disk defaults() {
      return new Disk("data", 3);
    }
  }

  record Root(
      List<Control> controls,
      Control first,
      Optional<Control> second,
      Map<String, Control> named,
      List<Receiver> receivers,
      @OneOf Store store) {}

  private static final Root DEFAULTS =
      new Root(
          List.of(),
          new Control.FourEyes("first", 7),
          Optional.empty(),
          Map.of(),
          List.of(new Receiver("log", new LogConfig())),
          new Disk("default", 3));

  record OptionalChannel(
      String name,
      @OneOf({LogConfig.class, WebHookConfig.class}) Optional<Channel> channel,
      Optional<List<String>> others) {}

  record Channels(List<OptionalChannel> channels) {}

  @Test
  void shouldReadAnOptionalSection() {
    Channels read =
        ConfigReader.parse(
            "channels: [{ name: a, log: {} }, { name: b, others: [x] }]",
            new Channels(List.of()),
            Map.of());

    assertThat(read.channels())
        .containsExactly(
            new OptionalChannel("a", Optional.of(new LogConfig()), Optional.empty()),
            new OptionalChannel("b", Optional.empty(), Optional.of(List.of("x"))));
    assertThat(ConfigDigest.of(read.channels().get(0)))
        .isNotEqualTo(ConfigDigest.of(read.channels().get(1)));
    assertThat(ConfigReader.keys(new Channels(List.of())))
        .extracting(key -> key.path() + "=" + key.defaultValue())
        .contains("channels[].log=(required)", "channels[].others=", "channels[].name=(required)");
    assertThatThrownBy(
            () ->
                ConfigReader.parse(
                    "channels: [{ name: a, log: {}, webHook: { url: u } }]",
                    new Channels(List.of()),
                    Map.of()))
        .hasMessageContaining("exactly one of the sections");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"four_eyes", "four-eyes", "FOUR_EYES", "\" four_eyes \"", "\"${env:KIND}\""})
  void shouldPickTheRecordThatTheKindKeyNames(String kind) {
    assertThat(read("controls: [{ name: a, type: %s }]".formatted(kind)).controls())
        .containsExactly(new Control.FourEyes("a", 1));
  }

  @Test
  void shouldReadANamedKindWhereverASectionMayBe() {
    Root read =
        read(
            """
            controls:
              - { type: retention, name: a, keepAtMost: 1d }
              - { type: retention, name: b, match: { service: s } }
            second: { name: c, type: four_eyes, level: 3 }
            named: { d: { name: d, type: four_eyes } }
            """);

    assertThat(read.controls())
        .containsExactly(
            new Control.Retention("a", 1, Duration.ofDays(1), new Match("*", "*")),
            new Control.Retention("b", 1, Duration.ofDays(30), new Match("s", "*")));
    assertThat(read.second()).contains(new Control.FourEyes("c", 3));
    assertThat(read.named()).containsEntry("d", new Control.FourEyes("d", 1));
  }

  @Test
  void shouldMergeWithTheDefaultOfTheSameKindOnly() {
    assertThat(read("first: { name: x }").first()).isEqualTo(new Control.FourEyes("x", 7));
    assertThat(read("first: { name: x, type: four_eyes }").first())
        .isEqualTo(new Control.FourEyes("x", 7));
    assertThat(read("first: { name: x, type: retention }").first())
        .isEqualTo(new Control.Retention("x", 1, Duration.ofDays(30), new Match("*", "*")));
    assertThat(read("disk: { path: p }").store()).isEqualTo(new Disk("p", 3));
    assertThat(read("memory: { entries: 5 }").store()).isEqualTo(new Memory(5));
    assertThat(read("controls: []").store()).isEqualTo(new Disk("default", 3));
  }

  @Test
  void shouldPickTheRecordOfTheSectionThatIsGiven() {
    Root read =
        read(
            """
            receivers:
              - { name: a, log: {} }
              - { name: b, log: }
              - { name: c, webHook: { url: u } }
            """);

    assertThat(read.receivers())
        .containsExactly(
            new Receiver("a", new LogConfig()),
            new Receiver("b", new LogConfig()),
            new Receiver("c", new WebHookConfig("u", Duration.ofSeconds(10))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "controls: [{ name: a }] | controls[0].type | ''"
            + " | one of four_eyes, retention; this key has no default",
        "controls: [{ name: a, type: four_eye }] | controls[0].type | four_eye"
            + " | one of four_eyes, retention; did you mean four_eyes?",
        "controls: [{ name: a, type: zzz, keepAtMost: 1d, match: { service: s } }]"
            + " | controls[0].type | zzz | one of four_eyes, retention",
        "controls: [{ name: a, type: \"${env:KINDS}\" }] | controls[0].type | ${env:KINDS}"
            + " | one of four_eyes, retention",
        "controls: [{ name: a, type: [x] }] | controls[0].type | a list"
            + " | one of four_eyes, retention",
        "controls: [{ type: four_eyes }] | controls[0].name | ''"
            + " | this key to be given, it has no default",
        "controls: [{ name: a, type: four_eyes, keepAtMost: 1d }] | controls[0].keepAtMost | ''"
            + " | a key of type four_eyes; keepAtMost belongs to retention",
        "controls: [{ name: a, type: four_eyes, nmae: 1d }] | controls[0].nmae | ''"
            + " | a known key; did you mean name?",
        "controls: [{ name: a, type: four_eyes, zzz: 1d }] | controls[0].zzz | ''"
            + " | one of the keys type, name, level",
        "controls: [{ name: a, type: retention, keepAtMost: 0s }] | controls[0].keepAtMost | 0s"
            + " | a duration longer than 0, such as 10s",
        "controls: [7] | controls[0] | a single value | a section of keys and values",
        "receivers: [{ name: a }] | receivers[0] | ''"
            + " | exactly one of the sections log, webHook",
        "receivers: [{ name: a, webHook: { url: u }, log: {} }] | receivers[0].webHook | ''"
            + " | exactly one of the sections log, webHook",
        "receivers: [{ name: a, webHook: { } }] | receivers[0].webHook.url | ''"
            + " | this key to be given, it has no default",
        "receivers: [{ name: a, webHook: 7 }] | receivers[0].webHook | a single value"
            + " | a section of keys and values",
        "receivers: [{ name: a, log: {}, web-hook: {} }] | receivers[0].web-hook | ''"
            + " | a known key; did you mean webHook?",
        "receivers: [{ name: a, log: {}, zzz: {} }] | receivers[0].zzz | ''"
            + " | one of the keys name, log, webHook",
        "{ disk: { path: p }, memory: { entries: 1 } } | memory | ''"
            + " | exactly one of the sections disk, memory",
      })
  void shouldReportAProblemOfAOneOfSection(
      String yaml, String path, String value, String expected) {
    assertThat(refused(yaml).problems()).containsExactly(new ConfigProblem(path, value, expected));
  }

  @Test
  void shouldReportEveryProblemAtOnce() {
    ConfigException e =
        refused(
            """
            controls:
              - { type: retentoin, keepAtMost: soon, levle: 3 }
              - { type: four_eyes, level: x, keepAtMost: 1d }
            receivers:
              - { name: "" }
              - { name: "", log: {}, webHook: { url: u, timeout: 0s } }
            """);

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "controls[0].type",
            "controls[0].keepAtMost",
            "controls[0].levle",
            "controls[1].level",
            "controls[1].keepAtMost",
            "controls[1].name",
            "receivers[0].name",
            "receivers[0]",
            "receivers[1].name",
            "receivers[1].webHook",
            "receivers[1].webHook.timeout");
  }

  @Test
  void shouldListTheKeysOfEveryKind() {
    assertThat(ConfigReader.keys(DEFAULTS))
        .containsExactly(
            new ConfigKey("controls", "list of section", "[]"),
            new ConfigKey("controls[].type", "one of four_eyes, retention", "(required)"),
            new ConfigKey("controls[].name", "string", "(required)"),
            new ConfigKey("controls[].level", "int", "1"),
            new ConfigKey("controls[].keepAtMost", "duration, for retention", "30d"),
            new ConfigKey("controls[].match.service", "string, for retention", "*"),
            new ConfigKey("controls[].match.operation", "string, for retention", "*"),
            new ConfigKey("first.type", "one of four_eyes, retention", "four_eyes"),
            new ConfigKey("first.name", "string", "(required)"),
            new ConfigKey("first.level", "int, for four_eyes", "7"),
            new ConfigKey("first.level", "int, for retention", "1"),
            new ConfigKey("first.keepAtMost", "duration, for retention", "30d"),
            new ConfigKey("first.match.service", "string, for retention", "*"),
            new ConfigKey("first.match.operation", "string, for retention", "*"),
            new ConfigKey("second", "section", ""),
            new ConfigKey("second.type", "one of four_eyes, retention", "(required)"),
            new ConfigKey("second.name", "string", "(required)"),
            new ConfigKey("second.level", "int", "1"),
            new ConfigKey("second.keepAtMost", "duration, for retention", "30d"),
            new ConfigKey("second.match.service", "string, for retention", "*"),
            new ConfigKey("second.match.operation", "string, for retention", "*"),
            new ConfigKey("named", "map of section", "{}"),
            new ConfigKey("named.<name>.type", "one of four_eyes, retention", "(required)"),
            new ConfigKey("named.<name>.name", "string", "(required)"),
            new ConfigKey("named.<name>.level", "int", "1"),
            new ConfigKey("named.<name>.keepAtMost", "duration, for retention", "30d"),
            new ConfigKey("named.<name>.match.service", "string, for retention", "*"),
            new ConfigKey("named.<name>.match.operation", "string, for retention", "*"),
            new ConfigKey("receivers", "list of section", "[{name: log, log: {}}]"),
            new ConfigKey("receivers[].name", "string", "(required)"),
            new ConfigKey("receivers[].log", "one of the sections log, webHook", "(required)"),
            new ConfigKey("receivers[].webHook", "one of the sections log, webHook", "(required)"),
            new ConfigKey("receivers[].webHook.url", "string", "(required)"),
            new ConfigKey("receivers[].webHook.timeout", "duration", "10s"),
            new ConfigKey("disk", "one of the sections disk, memory", "{path: default, files: 3}"),
            new ConfigKey("disk.path", "string", "default"),
            new ConfigKey("disk.files", "int", "3"),
            new ConfigKey("memory", "one of the sections disk, memory", ""),
            new ConfigKey("memory.entries", "int", "(required)"));
  }

  @Test
  void shouldDigestTheKindOfASection() {
    assertThat(ConfigDigest.of(read("memory: { entries: 5 }")))
        .isNotEqualTo(ConfigDigest.of(read("memory: { entries: 6 }")))
        .isEqualTo(ConfigDigest.of(read("{ memory: { entries: 5 } }")));
    assertThat(ConfigDigest.of(new Receiver("a", new LogConfig())))
        .isNotEqualTo(
            ConfigDigest.of(new Receiver("a", new WebHookConfig("u", Duration.ofSeconds(1)))));
  }

  private static Root read(String yaml) {
    return ConfigReader.parse(yaml, DEFAULTS, Map.of("KIND", "four_eyes", "KINDS", "secret"));
  }

  private static ConfigException refused(String yaml) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> read(yaml));
    assertThat(e).as("must be refused: " + yaml).isNotNull();
    return e;
  }
}
