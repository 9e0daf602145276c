package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** The scripts as a person meets them before anything is built. */
class ScriptsTest {
  private static final Path SCRIPTS = Path.of("..", "scripts").toAbsolutePath().normalize();
  private static final List<String> TOOLS = List.of("standalone", "replay", "tracetide");

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

  @Test
  void shouldExplainEveryOptionThatTheCommandHas() throws Exception {
    for (String tool : List.of("standalone", "replay")) {
      String help = run(Map.of(), script(tool), "--help").output();
      for (OptionSpec option :
          Main.commandLine().getSubcommands().get(tool).getCommandSpec().options()) {
        if (!option.usageHelp() && !option.versionHelp()) {
          assertThat(help).contains(option.longestName());
        }
      }
    }
  }

  @Test
  void shouldNameEveryCommand() throws Exception {
    assertThat(run(Map.of(), script("tracetide"), "--help").output())
        .contains(Main.commandLine().getSubcommands().keySet());
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
