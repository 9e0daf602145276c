package io.tracetide.processor.query.objective;

import io.tracetide.processor.query.request.RangeAnswer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/objectives}, by objective, tenant, service and operation.
 *
 * @param from start of the period of 30 days, a full hour
 * @param retainedFrom start of the oldest window that is kept; null when all of the period is
 */
public record BudgetsAnswer(
    Instant from,
    Instant to,
    boolean partial,
    List<String> missing,
    @Nullable Instant retainedFrom,
    List<Budget> budgets)
    implements RangeAnswer {
  public BudgetsAnswer {
    missing = List.copyOf(missing);
    budgets = List.copyOf(budgets);
  }

  /**
   * The error budget of one objective and series.
   *
   * @param targetPercent minimum share of good spans
   * @param slowerThanMs duration above which a span is bad; null when failed spans are bad
   * @param count spans, by weight
   * @param bad bad spans, by weight
   * @param goodPercent share of good spans
   * @param allowedBad bad spans that the target allows among {@code count}
   * @param budgetLeftPercent what is left of the allowed bad spans; negative when there were more
   */
  public record Budget(
      String objective,
      String tenant,
      String service,
      String operation,
      @Nullable Double targetPercent,
      @Nullable Double slowerThanMs,
      @Nullable Double count,
      @Nullable Double bad,
      @Nullable Double goodPercent,
      @Nullable Double allowedBad,
      @Nullable Double budgetLeftPercent) {}
}
