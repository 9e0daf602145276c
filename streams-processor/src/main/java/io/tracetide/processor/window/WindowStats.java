package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.window.sketch.QuantileSketch;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one series in one window. Mutable, because every span is added to it; not
 * thread-safe.
 *
 * <p>Merging is associative and commutative, exemplars included, so partial counts from many tasks
 * give the same result in any order. Values are in microseconds for latency, otherwise in the
 * metric's own unit.
 */
public final class WindowStats {

  private static final byte[] NO_BYTES = {};

  private long count;
  private double weightedCount;
  private long errors;
  private double weightedErrors;
  private double sum;
  private final QuantileSketch sketch = new QuantileSketch();
  /* Traces as TraceIdCodec encodes them. */
  private byte @Nullable [] slowest;
  private double slowestValue = Double.NEGATIVE_INFINITY;
  private byte @Nullable [] error;
  private byte @Nullable [] typical;

  /** Only for metrics. */
  private @Nullable ValueFacts facts;

  /**
   * Counts one finished span, or one sample of a metric.
   *
   * @param weight number of spans that it represents: 1 / sampling probability
   * @param failed whether the span failed
   */
  public void record(double value, double weight, boolean failed) {
    count(weight, failed);
    sketch.add(value, weight);
    sum += value * weight;
  }

  /** Counts a span without a known duration; it is not in the sketch. */
  public void count(double weight, boolean failed) {
    count++;
    weightedCount += weight;
    if (failed) {
      errors++;
      weightedErrors += weight;
    }
  }

  /**
   * Adds a duration or failure to a span that was counted without it.
   *
   * @param value duration; NaN when there is none
   * @param failed whether the span failed but was counted as not failed
   */
  public void complete(double value, double weight, boolean failed) {
    if (!Double.isNaN(value)) {
      sketch.add(value, weight);
      sum += value * weight;
    }
    if (failed) {
      errors++;
      weightedErrors += weight;
    }
  }

  /**
   * Counts observations of which only the bucket is known. Their sum is known more precisely than
   * by the representative value, and is added with {@link #addToSum}.
   *
   * @param value represents all of them
   * @param observations number of observations; positive
   */
  public void observe(double value, long observations) {
    count += observations;
    weightedCount += (double) observations;
    sketch.add(value, (double) observations);
  }

  /**
   * Counts observations of which only the number and the sum are known. They are not in the sketch,
   * and with any of them there are no quantiles. Their sum is added with {@link #addToSum}.
   */
  public void observeUnplaced(long observations) {
    countOnly(observations);
    facts().addUnplaced((double) observations);
  }

  /** Counts observations of which only the number is known. */
  public void countOnly(long observations) {
    count += observations;
    weightedCount += (double) observations;
  }

  /** Sets the smallest counted value, or only a bound of it; NaN for what is not known. */
  public void least(double known, double bound) {
    if (Double.isNaN(known)) {
      facts().unknownFrom(Double.isNaN(bound) ? Double.NEGATIVE_INFINITY : bound);
    } else {
      facts().knownLeast(known);
    }
  }

  /** Sets the largest counted value, or only a bound of it; NaN for what is not known. */
  public void greatest(double known, double bound) {
    if (Double.isNaN(known)) {
      facts().unknownUpTo(Double.isNaN(bound) ? Double.POSITIVE_INFINITY : bound);
    } else {
      facts().knownGreatest(known);
    }
  }

  /** Sets the unit of the values, in UTF-8; with two different units there is none. */
  public void unit(byte[] from, int start, int length) {
    if (length > 0) {
      facts().unit(from, start, length);
    }
  }

  /** Sets the kind of the values; with two different kinds there is none. */
  public void kind(ValueKind kind) {
    facts().kind(kind);
  }

  private ValueFacts facts() {
    ValueFacts known = facts;
    if (known == null) {
      known = new ValueFacts();
      facts = known;
    }
    return known;
  }

  /** Adds the sum of the values that were counted with {@link #observe}. */
  public void addToSum(double more) {
    sum += more;
  }

  /**
   * Offers the trace of a recorded span as an exemplar of this window. Most offers are not taken,
   * and then nothing is copied.
   *
   * @param value recorded value; NaN when the duration is not known
   * @param from contains the trace id in UTF-8
   */
  public void offerExemplar(double value, boolean failed, byte[] from, int start, int length) {
    boolean slower = value > slowestValue;
    boolean asSlow = value == slowestValue;
    boolean firstError = failed && error == null;
    boolean first = typical == null && !Double.isNaN(value);
    if (!slower && !asSlow && !firstError && !first) {
      return;
    }
    byte[] trace = TraceIdCodec.encode(from, start, length);
    if (slower || (asSlow && ExemplarOrder.before(trace, slowest))) {
      slowestValue = value;
      slowest = trace;
    }
    if (firstError) {
      error = trace;
    }
    if (first) {
      typical = trace;
    }
  }

  /** Adds the counts of another window of the series, which is not changed. */
  public void merge(WindowStats other) {
    count += other.count;
    weightedCount += other.weightedCount;
    errors += other.errors;
    weightedErrors += other.weightedErrors;
    sum += other.sum;
    sketch.merge(other.sketch);
    if (other.facts != null) {
      facts().merge(other.facts);
    }
    mergeExemplars(other.slowest, other.slowestValue, other.error, other.typical);
  }

  void mergeFacts(ValueFacts other) {
    facts().merge(other);
  }

  @Nullable ValueFacts valueFacts() {
    return facts;
  }

  /** Adds decoded counts; those of the sketch are added to it separately. */
  void add(
      long moreCount,
      double moreWeightedCount,
      long moreErrors,
      double moreWeightedErrors,
      double moreSum) {
    count += moreCount;
    weightedCount += moreWeightedCount;
    errors += moreErrors;
    weightedErrors += moreWeightedErrors;
    sum += moreSum;
  }

  void mergeExemplars(
      byte @Nullable [] otherSlowest,
      double otherValue,
      byte @Nullable [] otherError,
      byte @Nullable [] otherTypical) {
    if (otherSlowest != null
        && (otherValue > slowestValue
            || (otherValue == slowestValue && ExemplarOrder.before(otherSlowest, slowest)))) {
      slowest = otherSlowest;
      slowestValue = otherValue;
    }
    error = ExemplarOrder.earlier(error, otherError);
    typical = ExemplarOrder.earlier(typical, otherTypical);
  }

  /** Removes all counts and keeps the memory for reuse. */
  public void clear() {
    count = 0;
    weightedCount = 0;
    errors = 0;
    weightedErrors = 0;
    sum = 0;
    sketch.clear();
    slowest = null;
    slowestValue = Double.NEGATIVE_INFINITY;
    error = null;
    typical = null;
    facts = null;
  }

  /** An independent copy. */
  public WindowStats copy() {
    WindowStats copy = new WindowStats();
    copy.merge(this);
    return copy;
  }

  /** See {@link KeyTable#fetch}. */
  int fetch() {
    return sketch.fetch() + (slowest == null ? 0 : slowest[0]);
  }

  /** Number of spans, or samples. */
  public long count() {
    return count;
  }

  /** Number of spans, weighted by sampling. */
  public double weightedCount() {
    return weightedCount;
  }

  /** Number of failed spans among {@link #count}. */
  public long errors() {
    return errors;
  }

  /** Number of failed spans, weighted by sampling. */
  public double weightedErrors() {
    return weightedErrors;
  }

  /** Failed spans in percent of all, by weight; 0 when there are no spans. */
  public double errorRatePercent() {
    return weightedCount == 0 ? 0 : 100 * weightedErrors / weightedCount;
  }

  /** Weight of the values in the sum; spans without a duration are not included. */
  public double observations() {
    return sketch.count() + unplaced();
  }

  /** Weight of the values that are in the sum but not in the sketch. */
  public double unplaced() {
    return facts == null ? 0 : facts.unplaced();
  }

  /** Unit of the values of a metric; empty when there is none, or more than one. */
  public String unit() {
    return facts == null ? "" : facts.unit();
  }

  /**
   * Kind of the values of a metric; null when it is not known, as of windows that a build before
   * kinds has stored, or when there are several.
   */
  public @Nullable ValueKind kind() {
    return facts == null ? null : facts.kind();
  }

  /** Whether there are values of several units. */
  public boolean hasMixedUnits() {
    return facts != null && facts.isMixed();
  }

  /** The unit in UTF-8; must not be changed. */
  public byte[] unitBytes() {
    return facts == null ? NO_BYTES : facts.unitBytes();
  }

  /** Sum of the values, by weight. */
  public double sum() {
    return sum;
  }

  /** Mean value; NaN when there is none. */
  public double mean() {
    return observations() == 0 ? Double.NaN : sum / observations();
  }

  /** Smallest value, exact; NaN when there is none, or it is not known. */
  public double min() {
    return facts == null ? sketch.min() : facts.min(sketch.min());
  }

  /** Largest value, exact; NaN when there is none, or it is not known. */
  public double max() {
    return facts == null ? sketch.max() : facts.max(sketch.max());
  }

  /**
   * See {@link QuantileSketch#quantile}; also NaN when some values are not in the sketch, because
   * then the quantile of all values is not known.
   */
  public double quantile(double q) {
    return unplaced() > 0 ? Double.NaN : sketch.quantile(q);
  }

  public QuantileSketch sketch() {
    return sketch;
  }

  /** Trace with the largest value. */
  public @Nullable String slowest() {
    return text(slowest);
  }

  /** A trace that failed. */
  public @Nullable String error() {
    return text(error);
  }

  /** A typical trace. */
  public @Nullable String typical() {
    return text(typical);
  }

  private static @Nullable String text(byte @Nullable [] trace) {
    return trace == null ? null : TraceIdCodec.decode(trace);
  }

  /** Writes slowest, error and typical trace as optional Avro strings. */
  public void writeExemplars(ByteWriter out) {
    writeExemplar(slowest, out);
    writeExemplar(error, out);
    writeExemplar(typical, out);
  }

  private static void writeExemplar(byte @Nullable [] trace, ByteWriter out) {
    if (trace == null) {
      out.putZigzag(0);
    } else {
      out.putZigzag(1);
      TraceIdCodec.decode(trace, out);
    }
  }

  byte @Nullable [] slowestTrace() {
    return slowest;
  }

  byte @Nullable [] errorTrace() {
    return error;
  }

  byte @Nullable [] typicalTrace() {
    return typical;
  }
}
