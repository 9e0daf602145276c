package io.tracetide.processor.query.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.objective.BudgetsAnswer.Budget;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.slo.ObjectiveConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetsTest {

  private static final Instant NOW = Instant.parse("2026-04-15T10:20:00Z");
  private static final long HOUR_MS = WindowTier.HOUR.sizeMs();
  private static final long CURRENT_MS = WindowTier.HOUR.windowStart(NOW.toEpochMilli());
  private static final SeriesId PAY = SeriesId.ofOperation("acme", "shop", "pay");
  private static final SeriesId CART = SeriesId.ofOperation("acme", "shop", "cart");

  private final MemoryWindows windows = new MemoryWindows().closedUpTo(CURRENT_MS);

  @Test
  void shouldSubtractBadSpansOfThirtyDaysFromTheBudget() {
    windows.put(WindowTier.HOUR, PAY, CURRENT_MS - 720 * HOUR_MS, failing(600, 600), 0);
    windows.put(WindowTier.HOUR, PAY, CURRENT_MS - 719 * HOUR_MS, failing(600, 1), 0);
    windows.put(WindowTier.HOUR, CART, CURRENT_MS - HOUR_MS, failing(300, 2), 0);
    windows.put(WindowTier.HOUR, CART, CURRENT_MS, failing(100, 1), 0);

    BudgetsAnswer answer = answer(SloConfig.of(ObjectiveConfig.of("available", 99.5)), Map.of());

    assertThat(answer.from()).isEqualTo("2026-03-16T11:00:00Z");
    assertThat(answer.to()).isEqualTo(NOW);
    assertThat(answer.partial()).isFalse();
    assertThat(answer.retainedFrom()).isNull();
    assertThat(answer.budgets())
        .containsExactly(
            new Budget(
                "available", "acme", "shop", "*", 99.5, null, 1_000.0, 4.0, 99.6, 5.0, 20.0));
  }

  @Test
  void shouldBeNegativeWhenThereWereMoreBadSpansThanAllowed() {
    windows.put(WindowTier.HOUR, PAY, CURRENT_MS - HOUR_MS, failing(1_000, 15), 0);

    BudgetsAnswer answer = answer(SloConfig.of(ObjectiveConfig.of("available", 99)), Map.of());

    assertThat(answer.budgets()).extracting(Budget::budgetLeftPercent).containsExactly(-50.0);
  }

  @Test
  void shouldCountSlowSpansOfSingleOperations() {
    windows.put(WindowTier.HOUR, PAY, CURRENT_MS - HOUR_MS, MemoryWindows.work(0, 1e5, 4e5), 0);
    windows.put(WindowTier.HOUR, CART, CURRENT_MS - HOUR_MS, MemoryWindows.work(0, 1e5), 0);
    SloConfig slo =
        SloConfig.of(
            ObjectiveConfig.of("fast", 75)
                .withSlowerThan(Duration.ofMillis(300))
                .on("*", "shop", "?*"),
            ObjectiveConfig.of("available", 99));

    assertThat(answer(slo, Map.of("objectives", List.of("fast"))).budgets())
        .containsExactly(
            new Budget("fast", "acme", "shop", "cart", 75.0, 300.0, 1.0, 0.0, 100.0, 0.25, 100.0),
            new Budget("fast", "acme", "shop", "pay", 75.0, 300.0, 2.0, 1.0, 50.0, 0.5, -100.0));
    assertThat(answer(slo, Map.of("operations", List.of("pay", "*"))).budgets())
        .extracting(Budget::objective)
        .containsExactly("fast", "available");
    assertThat(answer(slo, Map.of("services", List.of("other"))).budgets()).isEmpty();
    assertThat(answer(slo, Map.of("objectives", List.of("unknown"))).budgets()).isEmpty();
  }

  @Test
  void shouldNameMissingInstancesAndTheOldestWindow() {
    windows.closedUpTo(NOW.toEpochMilli() + 2 * HOUR_MS).missing("other:8080");

    BudgetsAnswer answer = answer(SloConfig.of(ObjectiveConfig.of("available", 99)), Map.of());

    assertThat(answer.partial()).isTrue();
    assertThat(answer.missing()).containsExactly("other:8080");
    assertThat(answer.retainedFrom()).isEqualTo("2026-03-16T12:20:00Z");
  }

  @Test
  void shouldReadNothingWithoutObjectives() {
    BudgetsAnswer answer = answer(SloConfig.defaults(), Map.of());

    assertThat(answer.budgets()).isEmpty();
    assertThat(windows.reads).isZero();
  }

  @Test
  void shouldRejectAnAnswerWithTooManyBudgets() {
    for (int i = 0; i < 4; i++) {
      SeriesId service = SeriesId.ofOperation("acme", "s" + i, "op");
      windows.put(WindowTier.HOUR, service, CURRENT_MS, failing(1, 0), 0);
    }

    assertThatThrownBy(() -> answer(SloConfig.of(ObjectiveConfig.of("available", 99)), Map.of(), 3))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("more than 3 budgets");
  }

  private BudgetsAnswer answer(SloConfig slo, Map<String, List<String>> parameters) {
    return answer(slo, parameters, 1_000);
  }

  private BudgetsAnswer answer(SloConfig slo, Map<String, List<String>> parameters, int most) {
    BudgetQuery query =
        BudgetQuery.parse(Parameters.of(parameters, BudgetQuery.PARAMETERS, Tenants.ALL));
    return new Budgets(windows, WindowTier.ALL, slo, most)
        .answer(query, NOW, new CancellationCheck(() -> false));
  }

  private static WindowStats failing(int spans, int failed) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < spans; i++) {
      stats.record(1_000, 1, i < failed);
    }
    return stats;
  }
}
