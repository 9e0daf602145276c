package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/objectives}: the error budgets of the last 30 days.
 *
 * @param retainedFrom start of the oldest window that is kept; null when all of the period is
 */
public record ObjectiveBudgets(
    Instant from,
    Instant to,
    boolean partial,
    List<String> missing,
    @Nullable Instant retainedFrom,
    List<Budget> budgets)
    implements QueryAnswer {
  public ObjectiveBudgets {
    missing = Values.list(missing);
    budgets = Values.list(budgets);
  }

  /**
   * The error budget of one objective and series.
   *
   * @param targetPercent least share of good spans
   * @param slowerThanMs duration above which a span is bad; null when failed spans are bad
   * @param count spans, by sampling weight
   * @param bad bad spans, by sampling weight
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
