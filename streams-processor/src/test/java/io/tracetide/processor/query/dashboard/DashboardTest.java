package io.tracetide.processor.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DashboardTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:05Z");
  private static final long NOW_MS = NOW.toEpochMilli();
  private static final int WARM = 6;

  private final MemoryWindows windows = new MemoryWindows().closedUpTo(NOW_MS - 15_000);
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final List<MemoryLedger> ledger = List.of(new MemoryLedger(), new MemoryLedger());
  private boolean follows = true;

  @Test
  void shouldSumUpAServiceAndItsOperations() {
    work("shop", "pay", 10, 6);
    work("shop", "ship", 10, 6);

    DashboardAnswer answer = answer();

    DashboardAnswer.Service shop = answer.services().get(0);
    assertThat(shop.red().count()).isEqualTo(12);
    assertThat(shop.red().throughputPerSec()).isEqualTo(round(12 / 895.0));
    assertThat(shop.red().errorRatePercent()).isZero();
    assertThat(shop.red().p95Ms()).isCloseTo(1.0, within(0.01));
    assertThat(shop.operations())
        .extracting(DashboardAnswer.Operation::operation)
        .containsExactly("pay", "ship");
    assertThat(shop.operations().get(0).red().count()).isEqualTo(6);
    assertThat(answer.totals().red().count()).isEqualTo(12);
    assertThat(answer.totals().services()).isEqualTo(1);
    assertThat(answer.totals().operations()).isEqualTo(2);
  }

  @Test
  void shouldCountTracesInFlightOfAllPartitions() {
    work("shop", "pay", 10, WARM);
    work("cart", "add", 10, WARM);
    ledger.get(0).put(inFlight("1", "shop").snapshot());
    ledger.get(1).put(inFlight("2", "shop").stuck(NOW.minusSeconds(5), 30_000).snapshot());
    ledger.get(1).put(inFlight("3", "planner").snapshot());
    ledger.get(1).put(inFlight("4", "shop").completed(NOW).snapshot());
    ledger.get(1).put(inFlight("5", "shop").tenant("other").snapshot());

    assertThat(service("shop").inFlight()).isEqualTo(2);
    assertThat(service("shop").stuck()).isEqualTo(1);
    assertThat(service("shop").status()).isEqualTo(ServiceStatus.DEGRADED);
    assertThat(service("cart").inFlight()).isZero();
    assertThat(service("planner").inFlight()).as("known by nothing else").isEqualTo(1);
    assertThat(answer().totals().inFlight()).isEqualTo(4);
    assertThat(answer().totals().stuck()).isEqualTo(1);
    DashboardAnswer others = answer(new Scope(Tenants.of("other"), Set.of()));
    assertThat(others.totals().inFlight()).isEqualTo(1);
    assertThat(others.services()).hasSize(1);
  }

  @Test
  void shouldHaveNoCountsWithoutALedger() {
    work("shop", "pay", 3_600, 6);
    ledger.get(0).put(inFlight("1", "shop").snapshot());
    TimeRange past = new TimeRange(NOW.minusSeconds(3_900), NOW.minusSeconds(3_300));

    DashboardAnswer then =
        dashboard()
            .answer(
                DashboardQuery.of(new ServicesQuery(past, Scope.EVERYTHING)),
                NOW,
                CancellationCheck.endless());

    assertThat(then.services().get(0).inFlight()).isNull();
    assertThat(then.totals().stuck()).isNull();
    follows = false;
    assertThat(answer().totals().inFlight()).isNull();
  }

  private static Traces inFlight(String id, String service) {
    return Traces.running(id, service, "plan", NOW.minusSeconds(60));
  }

  @Test
  void shouldBeHealthyAfterWarmUp() {
    work("shop", "pay", 10, WARM);
    work("young", "pay", 10, WARM - 1);

    assertThat(status("shop")).isEqualTo(ServiceStatus.HEALTHY);
    assertThat(status("young")).isEqualTo(ServiceStatus.WARMING_UP);
    assertThat(service("young").warmUp()).isEqualTo(new DashboardAnswer.WarmUp(WARM - 1, WARM));
  }

  @Test
  void shouldTakeTheWorstOpenAnomaly() {
    work("shop", "pay", 10, WARM);
    work("cart", "add", 10, WARM);
    work("mail", "send", 10, WARM);
    work("search", "find", 10, WARM);
    anomalies.add(Episodes.open("shop", "pay", Severity.MEDIUM, NOW.minusSeconds(60)));
    anomalies.add(Episodes.open("shop", "*", Severity.CRITICAL, NOW.minusSeconds(50)));
    anomalies.add(Episodes.open("cart", "add", Severity.HIGH, NOW.minusSeconds(60)));
    anomalies.add(Episodes.open("mail", "send", Severity.LOW, NOW.minusSeconds(60)));
    anomalies.add(
        Episodes.resolved("search", "find", Severity.CRITICAL, NOW.minusSeconds(60), NOW));

    assertThat(status("shop")).isEqualTo(ServiceStatus.CRITICAL);
    assertThat(status("cart")).isEqualTo(ServiceStatus.DEGRADED);
    assertThat(status("mail")).isEqualTo(ServiceStatus.HEALTHY);
    assertThat(status("search")).isEqualTo(ServiceStatus.HEALTHY);
    assertThat(service("shop").openAnomalies()).isEqualTo(2);
    assertThat(service("shop").operations().get(0).openAnomalies()).isEqualTo(1);
    assertThat(answer().totals().openAnomalies()).isEqualTo(4);
    assertThat(answer().totals().statuses())
        .containsEntry(ServiceStatus.HEALTHY, 2)
        .containsEntry(ServiceStatus.SILENT, 0);
  }

  @Test
  void shouldListAServiceThatHasOnlyAnAnomaly() {
    anomalies.add(Episodes.open("gone", "*", Severity.CRITICAL, NOW.minus(Duration.ofHours(5))));

    assertThat(status("gone")).isEqualTo(ServiceStatus.CRITICAL);
    assertThat(service("gone").red().errorRatePercent()).isNull();
    assertThat(service("gone").red().p95Ms()).isNull();
  }

  @Test
  void shouldCallAServiceSilentWhenWindowsCloseWithoutIt() {
    work("shop", "pay", 90, WARM);
    work("cart", "add", 60, WARM);

    assertThat(status("shop")).isEqualTo(ServiceStatus.SILENT);
    assertThat(status("cart")).isEqualTo(ServiceStatus.HEALTHY);
  }

  @Test
  void shouldListAServiceThatFellSilentBeforeTheRange() {
    work("shop", "pay", 3_600, WARM);

    assertThat(status("shop")).isEqualTo(ServiceStatus.SILENT);
    assertThat(service("shop").red().count()).isZero();
    assertThat(service("shop").red().throughputPerSec()).isZero();
    assertThat(service("shop").red().p95Ms()).isNull();
  }

  @Test
  void shouldMakeNoServiceSilentWhileTheProcessorLags() {
    work("shop", "pay", 300, WARM);
    windows.closedUpTo(NOW_MS - 290_000);

    assertThat(status("shop")).isEqualTo(ServiceStatus.HEALTHY);
  }

  @Test
  void shouldAnswerForNamedServicesAndTenantOnly() {
    work("shop", "pay", 10, WARM);
    work("cart", "add", 10, WARM);
    anomalies.add(Episodes.open("cart", "add", Severity.CRITICAL, NOW.minusSeconds(60)));

    DashboardAnswer answer = answer(new Scope(Tenants.of("default"), Set.of("shop")));

    assertThat(answer.services())
        .extracting(DashboardAnswer.Service::service)
        .containsExactly("shop");
    assertThat(answer.totals().openAnomalies()).isZero();
    assertThat(answer(new Scope(Tenants.of("other"), Set.of())).services()).isEmpty();
  }

  @Test
  void shouldNameHostsThatWereNotRead() {
    windows.missing("b:1", "a:1");

    assertThat(answer().partial()).isTrue();
    assertThat(answer().missing()).containsExactly("a:1", "b:1");
  }

  @Test
  void shouldReadACoarserTierForALongRange() {
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    long minute = WindowTier.MINUTE.windowStart(NOW_MS - 3_600_000);
    windows.put(WindowTier.MINUTE, pay, minute, MemoryWindows.work(1, 1_000, 1_000), 0);
    ServicesQuery query =
        new ServicesQuery(TimeRange.last(Duration.ofHours(6), NOW), Scope.EVERYTHING);

    DashboardAnswer answer =
        dashboard().answer(DashboardQuery.of(query), NOW, CancellationCheck.endless());

    assertThat(answer.services().get(0).red().count()).isEqualTo(2);
    assertThat(answer.services().get(0).red().errorRatePercent()).isEqualTo(50);
  }

  /**
   * One piece of work of 1 ms in each of so many windows, the last of which started so many seconds
   * ago.
   */
  private void work(String service, String operation, int secondsAgo, int count) {
    SeriesId series = SeriesId.ofOperation("default", service, operation);
    long last = WindowTier.BASE.windowStart(NOW_MS - secondsAgo * 1_000L);
    for (int i = 0; i < count; i++) {
      windows.put(WindowTier.BASE, series, last - i * 10_000L, MemoryWindows.work(0, 1_000), 0);
    }
  }

  private Dashboard dashboard() {
    return new Dashboard(
        windows,
        reader -> {
          anomalies.forEach(reader);
          return List.of();
        },
        follows ? Optional.of(LocalLedgers.view(ledger)) : Optional.empty(),
        WindowTier.ALL,
        StatusRules.withWarmUp(WARM));
  }

  private DashboardAnswer answer() {
    return answer(Scope.EVERYTHING);
  }

  private DashboardAnswer answer(Scope scope) {
    ServicesQuery query = new ServicesQuery(TimeRange.last(Duration.ofMinutes(15), NOW), scope);
    return dashboard().answer(DashboardQuery.of(query), NOW, CancellationCheck.endless());
  }

  private DashboardAnswer.Service service(String name) {
    return answer().services().stream()
        .filter(row -> row.service().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private ServiceStatus status(String name) {
    return service(name).status();
  }

  private static double round(double value) {
    return Math.rint(value * 10_000_000) / 10_000_000;
  }
}
