package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.ComparedTo;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.window.WindowStats;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The series or services with the greatest values of a measure over the whole range. */
public record Top(Measure by, int limit) {
  /** Names of the parameters. */
  public static final String BY = "topBy";

  public static final String LIMIT = "limit";
  private static final int DEFAULT_LIMIT = 10;
  private static final int MOST = 1_000;

  /** What is compared. */
  public enum Measure {
    /** The 95th percentile of the durations. */
    P95,
    /** The number of failed spans, by weight. */
    ERRORS,
    /** The number of spans, by weight. */
    THROUGHPUT,
    /** The factor between the p95 of the range and of the earlier one, up or down. */
    CHANGE
  }

  /**
   * The first by a measure.
   *
   * @param leftOut number of the others
   */
  public record Selected<T>(List<T> first, int leftOut) {
    public Selected {
      first = List.copyOf(first);
    }
  }

  /** The parameters {@code topBy} and {@code limit}, if they are given. */
  public static Optional<Top> parse(Parameters parameters, Optional<ComparedTo> compared) {
    Optional<String> text = parameters.one(BY);
    int limit = parameters.integer(LIMIT, DEFAULT_LIMIT, 1, MOST);
    if (text.isEmpty()) {
      if (parameters.one(LIMIT).isPresent()) {
        throw new BadParameterException(
            "Parameter 'limit' needs 'topBy': add topBy, such as topBy=p95.");
      }
      return Optional.empty();
    }
    Measure measure =
        Arrays.stream(Measure.values())
            .filter(each -> each.name().equalsIgnoreCase(text.get().trim()))
            .findFirst()
            .orElseThrow(
                () ->
                    BadParameterException.rejected(
                        BY, text.get(), "use p95, errors, throughput or change"));
    if (measure == Measure.CHANGE && compared.isEmpty()) {
      throw new BadParameterException(
          "Parameter 'topBy' accepts 'change' with 'compareTo' only: add compareTo, such as"
              + " compareTo=1d.");
    }
    return Optional.of(new Top(measure, limit));
  }

  /** The value that is compared; what has none comes last. */
  public double value(WindowStats now, @Nullable WindowStats earlier) {
    double value =
        switch (by) {
          case P95 -> now.quantile(0.95);
          case ERRORS -> now.weightedErrors();
          case THROUGHPUT -> now.weightedCount();
          case CHANGE ->
              earlier == null
                  ? Double.NaN
                  : Math.abs(Math.log(now.quantile(0.95) / earlier.quantile(0.95)));
        };
    return Double.isFinite(value) ? value : Double.NEGATIVE_INFINITY;
  }

  /** The first of some candidates; of equal ones those that are listed first. */
  public <T> Selected<T> select(List<T> candidates, ToDoubleFunction<T> value) {
    record Ranked<T>(T candidate, double value) {}
    List<T> ranked =
        candidates.stream()
            .map(each -> new Ranked<>(each, value.applyAsDouble(each)))
            .sorted(Comparator.<Ranked<T>>comparingDouble(Ranked::value).reversed())
            .map(Ranked::candidate)
            .toList();
    int kept = Math.min(limit, ranked.size());
    return new Selected<>(ranked.subList(0, kept), ranked.size() - kept);
  }
}
