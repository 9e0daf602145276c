package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Width of an answer's points, and the stored tier that is merged to make them: the coarsest one
 * that divides it.
 */
public record Granularity(Duration size, WindowTier tier) {
  /** Enough for a chart. */
  private static final int COMFORTABLE_POINTS = 500;

  /** Widths that are easy to read, finest first. */
  private static final List<Duration> COMFORTABLE =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofHours(12),
          Duration.ofDays(1));

  /** The requested width, as a multiple of a tier. */
  static Granularity parse(String text, TimeRange range, List<WindowTier> tiers) {
    String accepted =
        "use %s or a whole multiple of one of them such as 5m, no longer than the range"
            .formatted(tiers.stream().map(WindowTier::name).collect(Collectors.joining(", ")));
    return Parameters.length(text)
        .filter(size -> !size.isZero() && size.compareTo(range.length()) <= 0)
        .flatMap(size -> coarsest(tiers, size))
        .orElseThrow(() -> BadParameterException.rejected("granularity", text, accepted));
  }

  /**
   * The finest of the easy widths whose tier still keeps the start of the range. Retention is
   * counted from now; where no tier reaches back that far (replayed history), only the length of
   * the range decides.
   */
  static Granularity forRange(TimeRange range, Instant now, List<WindowTier> tiers) {
    Duration age = Duration.between(range.from(), now);
    return finest(range, tiers, tier -> tier.retention().compareTo(age) >= 0)
        .or(() -> finest(range, tiers, tier -> tier.retention().compareTo(range.length()) >= 0))
        .orElseGet(() -> widest(range, tiers));
  }

  /** Start of the window that contains this time. */
  long floor(long timeMs) {
    return Math.floorDiv(timeMs, size.toMillis()) * size.toMillis();
  }

  /** First window start at or after this time. */
  public long ceiling(long timeMs) {
    return floor(timeMs + size.toMillis() - 1);
  }

  private static Optional<Granularity> finest(
      TimeRange range, List<WindowTier> tiers, Predicate<WindowTier> reachesBack) {
    return COMFORTABLE.stream()
        .filter(size -> range.length().dividedBy(size) <= COMFORTABLE_POINTS)
        .flatMap(size -> coarsest(tiers, size).stream())
        .filter(granularity -> granularity.size().compareTo(range.length()) <= 0)
        .filter(granularity -> reachesBack.test(granularity.tier()))
        .findFirst();
  }

  private static Granularity widest(TimeRange range, List<WindowTier> tiers) {
    WindowTier coarsest = tiers.stream().max(Comparator.comparing(WindowTier::size)).orElseThrow();
    WindowTier finest = tiers.stream().min(Comparator.comparing(WindowTier::size)).orElseThrow();
    WindowTier fitting = coarsest.size().compareTo(range.length()) <= 0 ? coarsest : finest;
    long multiple = range.length().dividedBy(fitting.size()) / COMFORTABLE_POINTS + 1;
    return new Granularity(fitting.size().multipliedBy(multiple), fitting);
  }

  private static Optional<Granularity> coarsest(List<WindowTier> tiers, Duration size) {
    return tiers.stream()
        .filter(tier -> size.toMillis() % tier.size().toMillis() == 0)
        .max(Comparator.comparing(WindowTier::size))
        .map(tier -> new Granularity(size, tier));
  }
}
