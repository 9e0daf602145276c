package io.tracetide.benchmarks.variant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ProcessorConfig.Guarantee;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.process.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorSettingsTest {

  @TempDir Path directory;

  private RunSettings run() {
    return new RunSettings(
        "127.0.0.1:1",
        "http://127.0.0.1:2/apis/ccompat/v7",
        "bench-ours-1",
        "traces",
        "window-aggregates",
        10,
        1,
        3,
        Duration.ofMillis(500),
        directory.resolve("state"));
  }

  private static TracetideConfig read(JavaCommand command) {
    return TracetideConfig.read(command.arguments().stream().map(Path::of).toList(), Map.of());
  }

  private TracetideConfig read(Variant variant, Map<String, String> set, Guarantee guarantee) {
    Launcher launcher =
        new Launcher("1g", List.of(), 10_000, new ProcessorSettings(List.of(), set, guarantee));
    return read(launcher.command(variant, run()));
  }

  @Test
  void shouldRunTheDefaultsOnThisPlatform() {
    TracetideConfig config = read(Variant.OURS, Map.of(), Guarantee.AT_LEAST_ONCE);

    assertThat(config.kafka().bootstrapServers()).isEqualTo("127.0.0.1:1");
    assertThat(config.processor().applicationId()).isEqualTo("bench-ours-1");
    assertThat(config.processor().threads()).isEqualTo(3);
    assertThat(config.processor().commitInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.processor().guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    assertThat(config.processor().detection())
        .isEqualTo(TracetideConfig.defaults().processor().detection());
    assertThat(config.processor().windows())
        .isEqualTo(TracetideConfig.defaults().processor().windows());
  }

  @Test
  void shouldTurnOffDetectionForTheCoreVariant() {
    TracetideConfig config = read(Variant.OURS_CORE, Map.of(), Guarantee.EXACTLY_ONCE_V2);

    assertThat(config.processor().detection().maxSeries()).isZero();
  }

  @Test
  void shouldApplyTheUsersSettingsLast() {
    TracetideConfig config =
        read(
            Variant.OURS_CORE,
            Map.of("processor.detection.maxSeries", "7", "processor.windows.grace", "3s"),
            Guarantee.EXACTLY_ONCE_V2);

    assertThat(config.processor().detection().maxSeries()).isEqualTo(7);
    assertThat(config.processor().windows().grace()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void shouldChangeASingleKey() {
    ProcessorSettings settings =
        new ProcessorSettings(List.of(), Map.of("a", "1", "b", "2"), Guarantee.EXACTLY_ONCE_V2);

    assertThat(settings.with("b", "3").set()).isEqualTo(Map.of("a", "1", "b", "3"));
    assertThat(settings.set()).containsEntry("b", "2");
  }

  @Test
  void shouldParseTheArgumentsOfARun() {
    RunSettings run = run();

    assertThat(RunSettings.parse(run.toArguments().toArray(String[]::new))).isEqualTo(run);
  }
}
