package io.tracetide.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class BenchMainTest {
  private static final Path SCRIPT = Path.of("..", "..", "scripts", "bench");

  private final StringWriter errors = new StringWriter();

  private int run(String... args) {
    return BenchMain.commandLine().setErr(new PrintWriter(errors, true)).execute(args);
  }

  private static String usage() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString(), "--help").redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", "/nowhere");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void shouldExplainEveryOptionAndCommandInTheScript() throws Exception {
    String usage = usage();

    assertThat(usage).startsWith("usage: scripts/bench");
    CommandLine bench = BenchMain.commandLine();
    for (OptionSpec option : bench.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        assertThat(usage).contains(option.longestName());
      }
    }
    assertThat(usage).contains(bench.getSubcommands().keySet());
    assertThat(usage.replaceAll("\\s+", " ")).contains(BenchCommand.labels());
  }

  @Test
  void shouldRefuseInvalidOptionsInOneLine() {
    String[][] nonsense = {
      {"--events", "0"},
      {"--events", "many"},
      {"--series", "150"},
      {"--skew", "1.5"},
      {"--rounds", "0"},
      {"--threads", "0"},
      {"--heap", "lots"},
      {"--variants", "spark"},
      {"--config", "/no/such/file"},
      {"--nonsense"},
    };
    for (String[] args : nonsense) {
      errors.getBuffer().setLength(0);

      assertThat(run(args)).as(String.join(" ", args)).isEqualTo(2);
      assertThat(errors.toString())
          .as(String.join(" ", args))
          .startsWith("bench: ")
          .hasLineCount(1);
    }
  }

  @Test
  void shouldNameTheVariantsWhenOneIsUnknown() {
    run("--variants", "ours,spark");

    assertThat(errors.toString()).contains("no variant 'spark'", BenchCommand.labels());
  }
}
