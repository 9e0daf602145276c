package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  @TempDir Path directory;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... args) {
    PrintStream stdout = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      CommandLine line =
          Main.commandLine()
              .setErr(new PrintWriter(err, true))
              .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
      int exit = line.execute(args);
      return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(stdout);
    }
  }

  @Test
  void shouldExplainEveryCommandWhenAskedForHelp() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      Run run = run(command, "--help");
      assertThat(run.exit()).as(command).isZero();
      assertThat(run.out()).contains("Usage: tracetide " + command);
    }
  }

  @Test
  void shouldSayWhatIsWrongInOneLineWhenTheCommandLineIs() {
    assertThat(run("replay", "x.csv"))
        .isEqualTo(
            new Run(
                2,
                "",
                "tracetide replay: Missing required option: '--to=URL'; see 'tracetide replay"
                    + " --help'\n"));
    assertThat(run()).extracting(Run::exit).isEqualTo(2);
    assertThat(run("dance").err()).contains("dance").hasLineCount(1);
    assertThat(run("replay", "x", "--to", "http://x", "--speed", "0").err()).contains("above 0");
    assertThat(run("cardinality", "--from", "yesterday"))
        .isEqualTo(
            new Run(
                2,
                "",
                "tracetide cardinality: --from must be a duration such as 2h or a time such as"
                    + " 2026-03-01T12:00:00Z, got yesterday; see 'tracetide cardinality"
                    + " --help'\n"));
  }

  @Test
  void shouldReportEveryProblemWhenTheConfigurationIsWrong() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.yaml"),
            "topics: {partitions: 0}\nstandalone: {kafkaPrt: 1}\ngateway: {listener: {port: x}}\n");

    Run run = run("check-config", "--config", file.toString());

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .contains("topics.partitions", "standalone.kafkaPrt", "kafkaPort", "gateway.listener.port");
  }

  @Test
  void shouldAcceptAConfigurationWhenItIsRight() throws Exception {
    Path file = Files.writeString(directory.resolve("good.yaml"), "topics: {partitions: 8}\n");

    assertThat(run("check-config", "--config", file.toString())).isEqualTo(new Run(0, "OK\n", ""));
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    Run run = run("replay", directory.resolve("none.csv").toString(), "--to", "http://127.0.0.1:1");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("none.csv").hasLineCount(1);
  }

  @Test
  void shouldListEveryKeyWithItsDefault() {
    Run run = run("check-config", "--defaults");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .hasSameSizeAs(ConfigReader.keys(TracetideConfig.defaults()))
        .contains("standalone.kafkaPort\tint\t9092", "gateway.listener.port\tint\t4318")
        .allMatch(line -> line.split("\t", -1).length == 3);
  }

  @Test
  void shouldExit3WhenKafkaIsAway() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("away.yaml"),
            String.format(
                Locale.ROOT,
                "kafka: {bootstrapServers: \"127.0.0.1:%d\"}\ntopics: {timeout: 500ms}\n",
                LoopbackPort.free()));

    for (String command : List.of("topics", "cardinality")) {
      Run run = run(command, "--config", file.toString());

      assertThat(run.exit()).as(command).isEqualTo(3);
      assertThat(run.err()).hasLineCount(1);
    }
  }

  @Test
  void shouldExit3AndNameThePortWhenItIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          Files.writeString(
              directory.resolve("taken.yaml"),
              "standalone: {kafkaPort: %d}\n".formatted(other.getLocalPort()));
      PrintStream stderr = System.err;
      Run run;
      try {
        run =
            run(
                "standalone",
                "--config",
                file.toString(),
                "--data-dir",
                directory.resolve("data").toString());
      } finally {
        System.setErr(stderr);
      }

      assertThat(run.exit()).isEqualTo(3);
      assertThat(run.err())
          .contains("port " + other.getLocalPort() + " is taken", "--port-offset")
          .hasLineCount(1);
    }
  }
}
