package io.tracetide.standalone.check.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.life.Closers;
import io.tracetide.standalone.check.alert.AlertChecks.Check;
import io.tracetide.standalone.cli.Main;
import io.tracetide.standalone.launch.PipelineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of {@code check-alerts} with a few kills. */
@Tag("alone")
class AlertKillsIT {
  private static final long SEED = 7;

  @TempDir Path directory;

  @Test
  void shouldLoseNothingWhenInstancesAreKilledUnderLoad() throws Exception {
    assertHolds(Check.KILLS, 4, 2);
  }

  @Test
  void shouldKeepASilenceThatWasAnsweredRightBeforeAKill() throws Exception {
    assertHolds(Check.SILENCES, 2, 1);
  }

  @Test
  void shouldNotifyOnceAfterARestartDuringTheGroupWait() throws Exception {
    assertHolds(Check.RESTART, 1, 1);
  }

  private void assertHolds(Check check, int kills, int instances) throws Exception {
    CheckSettings settings = new CheckSettings(kills, instances, Duration.ZERO, SEED, 0, 0);
    Closers closers = new Closers();
    try {
      List<Property> properties =
          new AlertChecks(directory, PipelineFixture.sharedRegistryUrl(), Main.class, settings)
              .run(check, line -> {}, closers);

      assertThat(properties)
          .allSatisfy(
              property ->
                  assertThat(property.holds())
                      .as(String.join(System.lineSeparator(), property.lines()))
                      .isTrue());
    } finally {
      closers.close();
    }
  }
}
