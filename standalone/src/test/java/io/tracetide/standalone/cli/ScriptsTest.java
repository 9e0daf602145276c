package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.standalone.launch.Addresses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

/** The scripts as a person meets them before anything is built. */
class ScriptsTest {
  private static final Path SCRIPTS = Path.of("..", "scripts").toAbsolutePath().normalize();
  private static final List<String> TOOLS =
      List.of("standalone", "replay", "check-replay", "check-alerts", "evaluate", "tracetide");
  private static final String CONTINUED = " ".repeat(20);
  private static final Pattern OPTION =
      Pattern.compile("  (--[a-z-]+(?: (?:N\\|max|[A-Z:]+))?)(?: +(.*))?");
  private static final Pattern COMMAND = Pattern.compile("  ([a-z-]+) {2,}\\S.*");

  @TempDir Path directory;

  private record Run(int exit, String output) {}

  private static Run run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private static String script(String tool) {
    return SCRIPTS.resolve(tool).toString();
  }

  @Test
  void shouldExplainThemselvesWithoutJava() throws Exception {
    for (String tool : TOOLS) {
      Run run = run(Map.of("JAVA_HOME", "/nowhere"), script(tool), "--help");
      assertThat(run.exit()).as(tool).isZero();
      assertThat(run.output()).startsWith("usage: scripts/" + tool);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "replay", "check-replay", "check-alerts", "evaluate"})
  void shouldSayOfEveryOptionWhatTheCommandSays(String tool) throws Exception {
    Map<String, String> said = options(run(Map.of(), script(tool), "--help").output());

    Map<String, String> known = new TreeMap<>();
    for (OptionSpec option :
        Main.commandLine().getSubcommands().get(tool).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        String name =
            Stream.of(option.names())
                .filter(each -> each.startsWith("--"))
                .findFirst()
                .orElseThrow();
        known.put(name + label, description(option));
      }
    }
    assertThat(said).isEqualTo(known);
  }

  /** Each option of a help text with what is said of it. */
  private static Map<String, String> options(String help) {
    Map<String, String> options = new TreeMap<>();
    String option = "";
    for (String line : help.lines().toList()) {
      Matcher named = OPTION.matcher(line);
      if (named.matches()) {
        option = named.group(1);
        options.put(option, named.group(2) == null ? "" : named.group(2).strip());
      } else if (line.startsWith(CONTINUED) && !option.isEmpty()) {
        options.merge(option, line.strip(), (a, b) -> (a + " " + b).strip());
      } else {
        option = "";
      }
    }
    return options;
  }

  private static String description(OptionSpec option) {
    return String.join(" ", option.description())
        .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValueString()))
        .replace("%%", "%");
  }

  @Test
  void shouldNameEveryCommandAndNoOther() throws Exception {
    List<String> named =
        run(Map.of(), script("tracetide"), "--help")
            .output()
            .lines()
            .map(COMMAND::matcher)
            .filter(Matcher::matches)
            .map(line -> line.group(1))
            .toList();

    assertThat(named)
        .containsExactlyInAnyOrderElementsOf(Main.commandLine().getSubcommands().keySet());
  }

  @Test
  void shouldShowTheReadyLineAsItIs() throws Exception {
    List<String> fields =
        List.of("dashboard=", "otlp-http=", "otlp-grpc=", "kafka=", "registry=", "alerts=");

    String line =
        run(Map.of(), script("standalone"), "--help")
            .output()
            .lines()
            .filter(each -> each.strip().startsWith("READY "))
            .findFirst()
            .orElseThrow();

    assertThat(line).containsSubsequence(fields);
    assertThat(new Addresses("d", "h", "g", "k", "r", "a", List.of()).readyLine())
        .containsSubsequence(fields);
    assertThat(line.strip().split(" ")).hasSize(fields.size() + 1);
  }

  @Test
  void shouldSayHowToGetJavaWhenThereIsNone() throws Exception {
    Run run = run(Map.of("JAVA_HOME", "/nowhere"), script("replay"), "x.csv");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.output())
        .contains("JAVA_HOME is /nowhere", "JDK, version 17 or newer")
        .hasLineCount(1);
  }

  @Test
  void shouldRefuseAnOldJava() throws Exception {
    Path java = fakeJava("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");

    Run run = run(Map.of("JAVA_HOME", java.toString()), script("standalone"));

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.output()).contains("is Java 11", "version 17 or newer").hasLineCount(1);
  }

  private Path fakeJava(String body) throws IOException {
    Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + body + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return directory;
  }

  @Test
  void shouldBeExecutable() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      assertThat(files.filter(Files::isRegularFile)).allMatch(Files::isExecutable);
    }
  }
}
