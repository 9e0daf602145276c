package io.tracetide.benchmarks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.variant.ProcessorSettings;
import io.tracetide.processor.ProcessorConfig.Guarantee;
import io.tracetide.runtime.life.Closers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The anomalies of a processor that is killed while spans with faults arrive. */
class AnomaliesUnderKillsIT {
  private final Closers closers = new Closers();

  @AfterEach
  void stop() {
    closers.close();
  }

  @Test
  void shouldBeTheBytesOfAProcessorThatWasNotKilled(@TempDir Path directory)
      throws InterruptedException {
    BenchPlatform platform = BenchPlatform.start(directory, 1, closers);
    Launcher launcher =
        new Launcher(
            "256m",
            List.of("-XX:TieredStopAtLevel=1"),
            10_000,
            new ProcessorSettings(List.of(), Map.of(), Guarantee.EXACTLY_ONCE_V2));
    FaultyLoad load = AnomalyRuns.load(2, 3, Clock.systemUTC().instant());
    AnomalyRuns runs = new AnomalyRuns(platform, load, launcher, 2, Duration.ofSeconds(1));

    AnomalyHistory killed = runs.killed(2, kill -> {});
    AnomalyHistory expected = runs.undisturbed("undisturbed");

    assertThat(expected.anomalies()).isGreaterThanOrEqualTo(load.faults());
    for (String id : killed.differing(expected)) {
      assertThat(killed.describe(id)).isEqualTo(expected.describe(id));
    }
    assertThat(killed.from(expected).isNone()).isTrue();
    assertThat(killed.digest()).isEqualTo(expected.digest());
  }
}
