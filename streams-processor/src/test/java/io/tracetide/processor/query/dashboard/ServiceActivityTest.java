package io.tracetide.processor.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServiceActivityTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final MemoryWindows windows = new MemoryWindows();
  private final ServiceActivity familiarity = new ServiceActivity(windows, WindowTier.BASE);

  @Test
  void shouldReadOnceForManyQueries() {
    familiarity.services(NOW, CancellationCheck.endless());
    familiarity.services(NOW.plusSeconds(14), CancellationCheck.endless());
    assertThat(windows.reads).isEqualTo(1);

    familiarity.services(NOW.plusSeconds(15), CancellationCheck.endless());
    assertThat(windows.reads).isEqualTo(2);
  }

  @Test
  void shouldNotRememberThatAHostWasMissing() {
    windows.missing("10.0.0.2:8080");
    assertThat(familiarity.services(NOW, CancellationCheck.endless()).missing())
        .containsExactly("10.0.0.2:8080");

    windows.missing();
    windows.put(
        WindowTier.BASE,
        SeriesId.ofOperation("default", "shop", "pay"),
        NOW.toEpochMilli() - 10_000,
        MemoryWindows.work(0, 1),
        0);

    ServiceActivity.Reading reading =
        familiarity.services(NOW.plusSeconds(1), CancellationCheck.endless());
    assertThat(reading.missing()).isEmpty();
    assertThat(reading.services()).containsOnlyKeys(new ServiceName("default", "shop"));
  }
}
