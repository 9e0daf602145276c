package io.tracetide.processor.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedDashboardTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");

  private final MemoryWindows windows = new MemoryWindows();
  private final Queue<Runnable> background = new ArrayDeque<>();
  private final SharedDashboard shared =
      new SharedDashboard(
          new Dashboard(
              windows,
              anomaly -> List.of(),
              Optional.empty(),
              WindowTier.ALL,
              StatusRules.withWarmUp(6)),
          () -> NOW,
          background::add);

  @BeforeEach
  void putOne() {
    put(1);
  }

  private void put(int spans) {
    windows.put(
        WindowTier.BASE,
        PAY,
        NOW.minusSeconds(60L * spans).toEpochMilli(),
        MemoryWindows.work(0, 1_000),
        0);
  }

  private long count(TimeRange range, Scope scope) {
    return shared
        .answer(
            DashboardQuery.of(new ServicesQuery(range, scope)), NOW, CancellationCheck.endless())
        .totals()
        .red()
        .count();
  }

  private long count() {
    return count(TimeRange.last(Duration.ofMinutes(15), NOW), Scope.EVERYTHING);
  }

  @Test
  void shouldReadOnceForCallersOfTheSameRange() {
    assertThat(count()).isEqualTo(1);
    int reads = windows.reads;
    put(2);

    assertThat(count()).isEqualTo(1);
    assertThat(windows.reads).isEqualTo(reads);
  }

  @Test
  void shouldNotShareOtherQueries() {
    assertThat(count()).isEqualTo(1);
    put(2);

    TimeRange last = TimeRange.last(Duration.ofMinutes(15), NOW);
    assertThat(count(TimeRange.last(Duration.ofMinutes(16), NOW), Scope.EVERYTHING)).isEqualTo(2);
    assertThat(count(last, new Scope(Tenants.of("default"), Set.of()))).isEqualTo(2);
    assertThat(count(last, new Scope(Tenants.of("other"), Set.of()))).isZero();
    assertThat(count(new TimeRange(NOW.minusSeconds(900), NOW.minusSeconds(10)), Scope.EVERYTHING))
        .as("a range that does not end now")
        .isEqualTo(2);
  }

  @Test
  void shouldReadAgainAfterASecond() throws InterruptedException {
    assertThat(count()).isEqualTo(1);
    put(2);

    TimeUnit.MILLISECONDS.sleep(1_050);

    assertThat(count()).isEqualTo(2);
    assertThat(background).isEmpty();
  }

  @Test
  void shouldReadAgainInTheBackgroundWhileItIsRequested() throws InterruptedException {
    assertThat(count()).isEqualTo(1);
    put(2);
    TimeUnit.MILLISECONDS.sleep(550);

    assertThat(count()).as("the caller does not wait").isEqualTo(1);
    assertThat(count()).isEqualTo(1);
    assertThat(background).hasSize(1);
    background.remove().run();
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void shouldGoOnAfterAFailure() throws InterruptedException {
    assertThat(count()).isEqualTo(1);
    TimeUnit.MILLISECONDS.sleep(550);
    count();
    windows.failOnce();
    background.remove().run();
    put(2);
    assertThat(count()).as("the earlier answer").isEqualTo(1);

    TimeUnit.MILLISECONDS.sleep(550);

    assertThat(count()).isEqualTo(2);
  }
}
