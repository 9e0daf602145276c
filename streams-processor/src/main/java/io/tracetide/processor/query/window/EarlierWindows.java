package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.ComparedTo;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The windows of the earlier range that points are compared to. They have the same width and lie
 * exactly {@code distanceMs} before, unless only a coarser tier still keeps them: then a point is
 * compared to the coarser window around that time.
 *
 * @param granularity width and tier of the earlier windows
 * @param sameWidth whether they are as wide as the points
 */
public record EarlierWindows(long distanceMs, Granularity granularity, boolean sameWidth) {

  /** Earlier windows, those that start in [fromMs, toMs). */
  public record Span(long fromMs, long toMs) {}

  /**
   * The earlier windows of a range.
   *
   * @param granularity width of its points
   * @param tiers tiers that are kept
   */
  public static EarlierWindows of(
      ComparedTo compared,
      TimeRange range,
      Granularity granularity,
      Instant now,
      List<WindowTier> tiers) {
    long sizeMs = granularity.size().toMillis();
    long firstMs = granularity.ceiling(range.fromMs());
    long lengthMs = Math.max(sizeMs, granularity.ceiling(range.toMs()) - firstMs);
    long distanceMs = compared.distance().map(Duration::toMillis).orElse(lengthMs);
    Duration age = Duration.between(Instant.ofEpochMilli(firstMs - distanceMs), now);
    WindowTier tier = reaching(granularity.tier(), age, tiers);
    if (tier.equals(granularity.tier())) {
      if (distanceMs % tier.sizeMs() != 0) {
        throw BadParameterException.rejected(
            ComparedTo.PARAMETER,
            compared.text(),
            "with this granularity, use a whole multiple of " + tier.name());
      }
      return new EarlierWindows(distanceMs, granularity, true);
    }
    long multiple = (sizeMs + tier.sizeMs() - 1) / tier.sizeMs();
    return new EarlierWindows(
        distanceMs, new Granularity(tier.size().multipliedBy(multiple), tier), false);
  }

  /**
   * The tier of the points if it reaches back that far, else the finest coarser one that does. When
   * none does (replayed history), the tier of the points.
   */
  private static WindowTier reaching(WindowTier own, Duration age, List<WindowTier> tiers) {
    return tiers.stream()
        .filter(tier -> tier.size().compareTo(own.size()) >= 0)
        .filter(tier -> tier.retention().compareTo(age) >= 0)
        .min(Comparator.comparing(WindowTier::size))
        .orElse(own);
  }

  /** Start of the earlier window of a point. */
  long startFor(long pointStartMs) {
    return startOf(pointStartMs - distanceMs);
  }

  /** Start of the earlier window that contains a time. */
  long startOf(long timeMs) {
    long offsetMs = sameWidth ? distanceMs : 0;
    return granularity.floor(timeMs + offsetMs) - offsetMs;
  }

  /** The earlier windows of the points that start in [firstMs, endMs). */
  public Span span(long firstMs, long endMs) {
    long fromMs = startFor(firstMs);
    return firstMs >= endMs
        ? new Span(fromMs, fromMs)
        : new Span(fromMs, startFor(endMs - 1) + granularity.size().toMillis());
  }

  /** These windows as an answer contains them. */
  public EarlierRange comparison(Span span, Coverage coverage) {
    Instant from = Instant.ofEpochMilli(span.fromMs());
    return new EarlierRange(
        from,
        Instant.ofEpochMilli(span.toMs()),
        granularity.size().toMillis(),
        coverage.retainedFrom(granularity.tier(), from));
  }
}
