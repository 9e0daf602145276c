package io.tracetide.processor.query.objective;

import io.tracetide.processor.query.objective.BudgetsAnswer.Budget;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.slo.Objective;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.slo.SpanCounts;
import io.tracetide.processor.slo.WindowPair;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Error budgets of the last 30 days, summed up from the windows of the coarsest tier, so they
 * include late spans and do not depend on the detector of burn rates.
 */
public final class Budgets {
  private static final Comparator<SeriesId> BY_NAME =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation);

  private final WindowView view;
  private final WindowTier tier;
  private final List<Objective> objectives;
  private final int maxBudgets;

  /**
   * Budgets of these objectives.
   *
   * @param tiers tiers that {@code view} keeps
   * @param maxBudgets maximum of budgets in an answer
   */
  public Budgets(WindowView view, List<WindowTier> tiers, SloConfig config, int maxBudgets) {
    this.view = view;
    this.tier = tiers.stream().max(Comparator.comparing(WindowTier::size)).orElseThrow();
    this.objectives = config.objectives().stream().map(Objective::new).toList();
    this.maxBudgets = maxBudgets;
  }

  /**
   * Sums up the budgets of all series with spans in the period.
   *
   * @throws BadParameterException when the answer would be too long
   */
  public BudgetsAnswer answer(BudgetQuery query, Instant now, CancellationCheck cancellation) {
    List<Objective> asked = asked(query.objectives());
    long fromMs = tier.windowStart(now.minus(WindowPair.PERIOD).toEpochMilli() + tier.sizeMs() - 1);
    Sums sums = new Sums(asked, query, cancellation);
    Coverage coverage =
        asked.isEmpty()
            ? new Coverage(List.of(), OptionalLong.empty(), OptionalLong.empty())
            : view.read(tier, fromMs, now.toEpochMilli(), scope(query.scope(), asked), sums::add);
    Instant from = Instant.ofEpochMilli(fromMs);
    return new BudgetsAnswer(
        from,
        now,
        coverage.partial(),
        coverage.missing(),
        coverage.retainedFrom(tier, from),
        sums.budgets());
  }

  private List<Objective> asked(Set<String> names) {
    return objectives.stream()
        .filter(objective -> names.isEmpty() || names.contains(objective.name()))
        .toList();
  }

  /** Only the services of the objectives are read, unless one has a glob. */
  private static Scope scope(Scope asked, List<Objective> objectives) {
    if (!asked.services().isEmpty()
        || objectives.stream().anyMatch(objective -> objective.onlyService().isEmpty())) {
      return asked;
    }
    return new Scope(
        asked.tenants(),
        objectives.stream()
            .flatMap(objective -> objective.onlyService().stream())
            .collect(Collectors.toSet()));
  }

  /** Sums of good and bad spans by objective and series. */
  private final class Sums {
    private final List<Objective> asked;
    private final BudgetQuery query;
    private final CancellationCheck cancellation;
    private final List<Map<SeriesId, SpanCounts>> sums = new ArrayList<>();
    private final Map<SeriesId, List<Part>> parts = new HashMap<>();
    private int budgets;

    /** A series whose spans count for an objective on the series itself or on its service. */
    private record Part(int objective, SeriesId of) {}

    Sums(List<Objective> asked, BudgetQuery query, CancellationCheck cancellation) {
      this.asked = asked;
      this.query = query;
      this.cancellation = cancellation;
      asked.forEach(objective -> sums.add(new TreeMap<>(BY_NAME)));
    }

    void add(StoredWindow window) {
      cancellation.check();
      List<Part> counting = parts.computeIfAbsent(window.series(), this::partsOf);
      if (counting.isEmpty()) {
        return;
      }
      WindowStats stats = window.counts().stats();
      for (Part part : counting) {
        Map<SeriesId, SpanCounts> known = sums.get(part.objective());
        if (!known.containsKey(part.of()) && ++budgets > maxBudgets) {
          throw new BadParameterException(
              "The answer would have more than %d budgets: name objectives, services or operations."
                  .formatted(maxBudgets));
        }
        known.merge(part.of(), asked.get(part.objective()).read(stats), SpanCounts::plus);
      }
    }

    private List<Part> partsOf(SeriesId series) {
      List<Part> found = new ArrayList<>();
      for (SeriesId of : subjects(series)) {
        boolean requested =
            series.isLatency()
                && (query.operations().isEmpty() || query.operations().contains(of.operation()));
        for (int i = 0; i < asked.size(); i++) {
          if (requested && asked.get(i).appliesTo(of)) {
            found.add(new Part(i, of));
          }
        }
      }
      return found;
    }

    /** An operation with the name "*" cannot be distinguished from its service. */
    private static List<SeriesId> subjects(SeriesId series) {
      return series.operation().equals(SeriesId.ALL_OPERATIONS)
          ? List.of(series)
          : List.of(series, series.ofService());
    }

    List<Budget> budgets() {
      List<Budget> found = new ArrayList<>();
      for (int i = 0; i < asked.size(); i++) {
        Objective objective = asked.get(i);
        sums.get(i).forEach((series, counts) -> found.add(budget(objective, series, counts)));
      }
      return found;
    }
  }

  private static Budget budget(Objective objective, SeriesId series, SpanCounts counts) {
    double allowedBad = counts.weight() * objective.allowed();
    return new Budget(
        objective.name(),
        series.tenant(),
        series.service(),
        series.operation(),
        MetricValue.exact(objective.target()),
        objective.slowerThan().map(limit -> MetricValue.exact(limit.toNanos() / 1e6)).orElse(null),
        MetricValue.exact(counts.weight()),
        MetricValue.exact(counts.badWeight()),
        MetricValue.exact(100 * (1 - counts.badRatio())),
        MetricValue.exact(allowedBad),
        MetricValue.exact(100 * (1 - counts.badRatio() / objective.allowed())));
  }
}
