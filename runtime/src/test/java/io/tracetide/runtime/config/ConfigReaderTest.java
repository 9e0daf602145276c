package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  @TempDir Path dir;

  enum Severity {
    LOW,
    VERY_HIGH
  }

  record Window(String name, Duration size, Duration retention) {
    Window {
      Checks.check()
          .notBlank("name", name)
          .positive("size", size)
          .that(
              retention.compareTo(size) >= 0,
              "retention",
              retention,
              "at least the size, " + DurationFormat.print(size))
          .done();
    }

    static Window defaults() {
      return new Window("window", Duration.ofSeconds(10), Duration.ofHours(2));
    }
  }

  record Rule(@Required String name, double threshold, Severity severity) {
    static Rule defaults() {
      return new Rule("-", 1, Severity.LOW);
    }
  }

  record Route(String receiver, int depth) {}

  record Processor(
      List<Window> windows, List<Rule> rules, List<Route> routes, Set<String> services) {}

  record Everything(
      String text,
      int count,
      long bytes,
      double ratio,
      boolean enabled,
      Duration pause,
      Severity severity,
      Secret password,
      Path file,
      URI link,
      Optional<Duration> limit,
      Map<String, String> labels,
      Map<String, Route> routes,
      Processor processor) {
    Everything {
      Checks.check().range("count", count, 0, 100).range("ratio", ratio, 0, 1).done();
    }

    static Everything defaults() {
      return new Everything(
          "text",
          1,
          2,
          0.5,
          true,
          Duration.ofSeconds(10),
          Severity.LOW,
          Secret.NONE,
          Path.of("data"),
          URI.create("http://localhost"),
          Optional.empty(),
          Map.of("region", "eu"),
          Map.of(),
          new Processor(List.of(Window.defaults()), List.of(), List.of(), Set.of()));
    }
  }

  private static final Everything DEFAULTS = Everything.defaults();

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "processor:\n", "labels: ~"})
  void shouldKeepAllDefaultsWhenNothingIsGiven(String yaml) {
    assertThat(read(yaml)).isEqualTo(DEFAULTS);
  }

  @Test
  void shouldReadEveryType() {
    Everything read =
        read(
            """
            text: 007
            count: 42
            bytes: 9000000000
            ratio: 2.5e-1
            enabled: FALSE
            pause: 250ms
            severity: very-high
            file: /tmp/x
            link: https://example.org/a?b=c
            limit: PT1M
            labels: {team: shop, "a.b": yes}
            routes: {first: {receiver: mail, depth: 2}}
            processor:
              windows:
                - name: 1m
                  size: 1m
                - retention: 1d
              rules: [{name: slow, threshold: 7}]
              routes: [{receiver: log, depth: 1}]
              services: [a, b, a]
            """);

    assertThat(read)
        .isEqualTo(
            new Everything(
                "007",
                42,
                9_000_000_000L,
                0.25,
                false,
                Duration.ofMillis(250),
                Severity.VERY_HIGH,
                Secret.NONE,
                Path.of("/tmp/x"),
                URI.create("https://example.org/a?b=c"),
                Optional.of(Duration.ofMinutes(1)),
                Map.of("region", "eu", "team", "shop", "a.b", "yes"),
                Map.of("first", new Route("mail", 2)),
                new Processor(
                    List.of(
                        new Window("1m", Duration.ofMinutes(1), Duration.ofHours(2)),
                        new Window("window", Duration.ofSeconds(10), Duration.ofDays(1))),
                    List.of(new Rule("slow", 7, Severity.LOW)),
                    List.of(new Route("log", 1)),
                    Set.of("a", "b"))));
  }

  @Test
  void shouldReplaceListsAndMergeMaps() {
    Everything read = read("processor: {windows: []}\nlabels: {region: us}");

    assertThat(read.processor().windows()).isEmpty();
    assertThat(read.labels()).containsExactly(Map.entry("region", "us"));
  }

  @Test
  void shouldReportEveryProblemAtOnceWithItsPath() {
    ConfigException e =
        refused(
            """
            count: many
            ratio: 1.5
            enabled: maybe
            pause: soon
            severity: high
            colour: red
            processor:
              windows:
                - {name: "", size: 0s}
                - size: 5m
                  retention: 1m
                - size: [1]
              rules:
                - threshold: x
              routes:
                - receiver: log
            """);

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "colour",
            "count",
            "ratio",
            "enabled",
            "pause",
            "severity",
            "processor.windows[0].name",
            "processor.windows[0].size",
            "processor.windows[1].retention",
            "processor.windows[2].size",
            "processor.rules[0].name",
            "processor.rules[0].threshold",
            "processor.routes[0].depth");
    assertThat(e)
        .hasMessageContaining("13 problems")
        .hasMessageContaining("  ratio: got \"1.5\", expected a number from 0.0 to 1.0")
        .hasMessageContaining("  severity: got \"high\", expected one of low, very_high")
        .hasMessageContaining(
            "  processor.windows[1].retention: got \"1m\", expected at least the size, 5m")
        .hasMessageContaining("  processor.windows[2].size: got \"a list\", expected a duration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count: 1.5 | count | 1.5 | a whole number from -2147483648 to 2147483647",
        "count: 3000000000 | count | 3000000000 | a whole number from -2147483648 to 2147483647",
        "count: 0x10 | count | 0x10 | a whole number from -2147483648 to 2147483647",
        "count: 101 | count | 101 | a whole number from 0 to 100",
        "count: | count | '' | a whole number from -2147483648 to 2147483647, or the key left out"
            + " for its default",
        "bytes: 4MiB | bytes | 4MiB | a whole number",
        "ratio: .nan | ratio | .nan | a number",
        "ratio: 0x1p3 | ratio | 0x1p3 | a number",
        "ratio: 1d | ratio | 1d | a number",
        "enabled: yes | enabled | yes | true or false",
        "pause: 10 | pause | 10 | a duration such as 250ms, 10s, 5m, 2h, 30d or PT1M",
        "text: [a] | text | a list | a text",
        "text: {a: b} | text | a section | a text",
        "password: [hunter2] | password | a list | a text",
        "link: not a link | link | not a link | an address such as http://host:80",
        "labels: [a] | labels | a list | a section of keys and values",
        "labels: {a: [b]} | labels.a | a list | a text",
        "labels: {[a]: b} | labels | a list | a plain name as key",
        "processor: 7 | processor | a single value | a section of keys and values",
        "processor: {windows: 7} | processor.windows | a single value | a list; [] is the empty"
            + " one",
        "processor: {windows: } | processor.windows | '' | a list; [] is the empty one",
        "processor: {windows: [7]} | processor.windows[0] | a single value | a section of keys and"
            + " values",
        "just text | '' | a single value | a section of keys and values",
        "[a] | '' | a list | a section of keys and values",
        "text: !!java.net.URL x | line 1, column 7 | '' | valid YAML: Global tag is not allowed:"
            + " tag:yaml.org,2002:java.net.URL",
        "text: !!binary aGk= | text | '' | no YAML tag (tag:yaml.org,2002:binary)",
        "text: !mine x | text | '' | no YAML tag (!mine)",
        "text: ${shell:id} | text | ${shell:id} | ${env:NAME} or ${file:/absolute/path}; write $${"
            + " for a literal ${",
        "text: ${env:OPEN | text | ${env:OPEN | ${env:NAME} or ${file:/absolute/path}; write $${"
            + " for a literal ${",
        "text: ${env:MISSING} | text | ${env:MISSING} | the environment variable to be set",
        "text: ${file:relative} | text | ${file:relative} | an absolute path",
        "text: ${file:/no/such/file} | text | ${file:/no/such/file} | an existing file of at most"
            + " 65536 bytes",
        "txet: x | txet | '' | a known key; did you mean text?",
        "Pause: 1s | Pause | '' | a known key; did you mean pause?",
        "processor: {serv-ices: []} | processor.serv-ices | '' | a known key; did you mean"
            + " services?",
        "processor: {zzz: 1} | processor.zzz | '' | one of the keys windows, rules, routes,"
            + " services"
      })
  void shouldReportAProblem(String yaml, String path, String value, String expected) {
    assertThat(refused(yaml).problems()).containsExactly(new ConfigProblem(path, value, expected));
  }

  @Test
  void shouldRefuseAKeyGivenTwice() {
    assertThat(refused("text: a\ncount: 2\ntext: b\n").problems())
        .containsExactly(
            new ConfigProblem("text", "", "each key once; it is given again in line 3"));
    assertThat(refused("labels:\n  a: 1\n  a: 2\n").problems())
        .containsExactly(
            new ConfigProblem("labels.a", "", "each key once; it is given again in line 3"));
  }

  @Test
  void shouldReportThePositionOfASyntaxError() {
    assertThat(refused("text: a\n count: 2\n"))
        .hasMessageStartingWith("configuration: line 2, column 7: expected valid YAML: ");
    assertThat(refused("a: 1\n---\nb: 2\n")).hasMessageContaining("expected valid YAML: ");
    assertThat(refused("text: \u0000")).hasMessageContaining("expected valid YAML: ");
  }

  @Test
  void shouldRefuseExpandingAliasesAndDeepNesting() {
    String bomb =
        """
        a: &a [x, x, x, x, x, x, x, x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        """;
    assertThat(refused(bomb)).hasMessageContaining("aliases");
    assertThat(refused("processor: &p {windows: *p}")).hasMessageContaining("valid YAML");
    assertThat(refused("text: " + "[".repeat(10_000))).hasMessageContaining("valid YAML");
    assertThat(refused("#" + "x".repeat(2_000_000) + "\ntext: a"))
        .hasMessageContaining("valid YAML");
  }

  @Test
  void shouldResolveReferencesAnywhereInAText() throws IOException {
    Path file = Files.writeString(dir.resolve("secret"), "two\r\n\n");
    Everything read =
        ConfigReader.parse(
            """
            text: "<${env:ONE}|${file:%s}|$${env:ONE}|$1>"
            count: ${env:COUNT}
            password: ${file:%s}
            labels: {jaas: 'password="${env:ONE}";'}
            """
                .formatted(file, file),
            DEFAULTS,
            Map.of("ONE", "$1 ${env:COUNT}", "COUNT", "7"));

    assertThat(read.text()).isEqualTo("<$1 ${env:COUNT}|two\r\n|${env:ONE}|$1>");
    assertThat(read.count()).isEqualTo(7);
    assertThat(read.password().reveal()).isEqualTo("two\r\n");
    assertThat(read.labels()).containsEntry("jaas", "password=\"$1 ${env:COUNT}\";");
  }

  @Test
  void shouldReportEveryUnresolvedReference() throws IOException {
    Path notText = Files.write(dir.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Path large = Files.write(dir.resolve("large"), new byte[70_000]);

    ConfigException e =
        refused(
            """
            text: ${env:A} ${env:B}
            password: ${file:%s}
            labels: {x: "${file:%s}", y: "${file:%s}"}
            """
                .formatted(notText, large, dir));

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactly("text", "text", "password", "labels.x", "labels.y");
  }

  /** What comes from outside the file may be a secret, whatever the type of its key. */
  @Test
  void shouldNotShowTheValueOfAReference() {
    String yaml =
        """
        count: ${env:SECRET}
        ratio: ${env:NUMBER}
        pause: ${env:SECRET}
        severity: ${env:SECRET}
        link: ${env:SECRET}
        password: ${env:SECRET}
        processor: {windows: [{retention: "${env:DURATION}"}]}
        """;
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigReader.parse(
                    yaml,
                    DEFAULTS,
                    Map.of("SECRET", "hunter 2", "NUMBER", "4711", "DURATION", "4711ns")));

    assertThat(e.problems()).hasSize(6);
    assertThat(e.toString() + e.problems()).doesNotContain("hunter", "4711");
    assertThat(e).hasMessageContaining("ratio: got \"${env:NUMBER}\", expected a number from 0.0");
  }

  @Test
  void shouldAllowALiteralSecretButNotShowIt() {
    Everything read = read("password: hunter2");

    assertThat(read.password().reveal()).isEqualTo("hunter2");
    assertThat(read.toString()).doesNotContain("hunter2");
    ConfigException e = refused("password: hunter2\ncount: x");
    assertThat(e.toString()).doesNotContain("hunter2");
  }

  @Test
  void shouldReadAFileAndNameItInProblems() throws IOException {
    Path file = Files.writeString(dir.resolve("tracetide.yaml"), "text: grüß\n");

    assertThat(ConfigReader.read(file, DEFAULTS, Map.of()).text()).isEqualTo("grüß");

    Files.writeString(file, "count: x\n");
    assertThatThrownBy(() -> ConfigReader.read(file, DEFAULTS, Map.of()))
        .hasMessageStartingWith(file + ": count: got \"x\", expected a whole number");
  }

  @Test
  @Timeout(20)
  void shouldNotOpenANamedPipe() throws Exception {
    Path pipe = dir.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path link = Files.createSymbolicLink(dir.resolve("link"), pipe);

    for (Path file : List.of(pipe, link, dir, Path.of("/dev/zero"))) {
      assertThatThrownBy(() -> ConfigReader.read(file, DEFAULTS, Map.of()))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              file
                  + ": expected a regular file, not a directory, a named pipe, a socket or a"
                  + " device");
    }
  }

  @Test
  void shouldReadAFileThatALinkPointsTo() throws IOException {
    Path file = Files.writeString(dir.resolve("tracetide.yaml"), "text: linked\n");
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);

    assertThat(ConfigReader.read(link, DEFAULTS, Map.of()).text()).isEqualTo("linked");
  }

  @Test
  void shouldRefuseFilesThatCannotBeRead() throws IOException {
    assertThatThrownBy(() -> ConfigReader.read(dir.resolve("none"), DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(dir.resolve("none") + ": expected a file that exists and can be read");
    assertThatThrownBy(() -> ConfigReader.read(dir, DEFAULTS, Map.of()))
        .isInstanceOf(ConfigException.class);

    Path latin =
        Files.write(dir.resolve("latin"), "text: \u00fc".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ConfigReader.read(latin, DEFAULTS, Map.of()))
        .hasMessage(latin + ": expected UTF-8 text");

    Path large = Files.writeString(dir.resolve("large"), "#".repeat(1024 * 1024 + 1));
    assertThatThrownBy(() -> ConfigReader.read(large, DEFAULTS, Map.of()))
        .hasMessage(large + ": expected a file of at most 1048576 bytes");
  }

  @Test
  void shouldKeepProblemsOnOneLineAndShort() {
    ConfigException e = refused("count: \"a\\nb\\e[31m" + "x".repeat(500) + "\"");

    assertThat(e.getMessage().lines()).hasSize(1);
    assertThat(e.getMessage()).doesNotContain("\u001b").hasSizeLessThan(300);
  }

  @Test
  void shouldListEveryKeyWithTypeAndDefault() {
    assertThat(ConfigReader.keys(DEFAULTS))
        .containsExactly(
            new ConfigKey("text", "string", "text"),
            new ConfigKey("count", "int", "1"),
            new ConfigKey("bytes", "long", "2"),
            new ConfigKey("ratio", "double", "0.5"),
            new ConfigKey("enabled", "boolean", "true"),
            new ConfigKey("pause", "duration", "10s"),
            new ConfigKey("severity", "one of low, very_high", "low"),
            new ConfigKey("password", "secret", ""),
            new ConfigKey("file", "path", "data"),
            new ConfigKey("link", "uri", "http://localhost"),
            new ConfigKey("limit", "duration", ""),
            new ConfigKey("labels", "map of string", "{region: eu}"),
            new ConfigKey("routes", "map of section", "{}"),
            new ConfigKey("routes.<name>.receiver", "string", "(required)"),
            new ConfigKey("routes.<name>.depth", "int", "(required)"),
            new ConfigKey(
                "processor.windows",
                "list of section",
                "[{name: window, size: 10s, retention: 2h}]"),
            new ConfigKey("processor.windows[].name", "string", "window"),
            new ConfigKey("processor.windows[].size", "duration", "10s"),
            new ConfigKey("processor.windows[].retention", "duration", "2h"),
            new ConfigKey("processor.rules", "list of section", "[]"),
            new ConfigKey("processor.rules[].name", "string", "(required)"),
            new ConfigKey("processor.rules[].threshold", "double", "1.0"),
            new ConfigKey("processor.rules[].severity", "one of low, very_high", "low"),
            new ConfigKey("processor.routes", "list of section", "[]"),
            new ConfigKey("processor.routes[].receiver", "string", "(required)"),
            new ConfigKey("processor.routes[].depth", "int", "(required)"),
            new ConfigKey("processor.services", "list of string", "[]"));
  }

  private static Everything read(String yaml) {
    return ConfigReader.parse(yaml, DEFAULTS, Map.of());
  }

  private static ConfigException refused(String yaml) {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigReader.parse(yaml, DEFAULTS, Map.of()));
    assertThat(e).as("must be refused: " + yaml).isNotNull();
    return e;
  }
}
