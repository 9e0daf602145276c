package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.contract.DryRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractsDryRunCommandTest {

  @Test
  void shouldGiveNoAllClearWhenNothingIsConfigured() {
    assertThat(report(""))
        .contains("no contracts and no controls are configured")
        .doesNotContain("no violations");
  }

  @Test
  void shouldSayHowManyContractsAndControlsItJudged() {
    assertThat(report("contracts: [{name: a, maxLatencyMs: 1000}]"))
        .contains("contracts: 1, controls: 0")
        .contains("no violations");
  }

  @Test
  void shouldSayThatTheProcessorCanHaveReportedLess() {
    String help = CommandLineUnderTest.run("contracts", "dry-run", "--help").out();

    assertThat(help.replaceAll("\\s+", " "))
        .contains("A running processor with the same configuration can have reported fewer")
        .contains("only in traces that it follows or judges for another reason")
        .doesNotContain("would have raised");
  }

  private static String report(String yaml) {
    ProcessorConfig config = ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of());
    DryRun run =
        new DryRun(
            config,
            event -> {
              throw new AssertionError("there is no event");
            });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ContractsDryRunCommand.print(
        run.report(Instant.EPOCH, true), new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
