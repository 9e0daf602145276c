package io.tracetide.processor.slo;

/**
 * Good and bad spans of a time range.
 *
 * @param spans number of spans that were received; the sample size
 * @param badSpans number of those that are bad
 * @param weight number of spans that they represent, see sampling
 * @param badWeight number of bad spans that they represent
 */
public record SpanCounts(long spans, long badSpans, double weight, double badWeight) {

  public static final SpanCounts NONE = new SpanCounts(0, 0, 0, 0);

  /** Counts of spans that were not sampled. */
  public static SpanCounts of(long spans, long badSpans) {
    return new SpanCounts(spans, badSpans, spans, badSpans);
  }

  public SpanCounts plus(SpanCounts other) {
    return new SpanCounts(
        spans + other.spans,
        badSpans + other.badSpans,
        weight + other.weight,
        badWeight + other.badWeight);
  }

  /** Share of bad spans by weight, 0 to 1; 0 when there are no spans. */
  public double badRatio() {
    return weight > 0 ? badWeight / weight : 0;
  }

  boolean isEmpty() {
    return spans == 0;
  }

  /** Whether some span represents more than itself. */
  boolean isWeighted() {
    return weight != spans || badWeight != badSpans;
  }
}
