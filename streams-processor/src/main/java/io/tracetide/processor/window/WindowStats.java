package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.window.sketch.QuantileSketch;
import org.jspecify.annotations.Nullable;

/**
 * Everything counted for one series in one window. Mutable, because it is added to for every piece
 * of work; not thread-safe.
 *
 * <p>Merging is associative and commutative, exemplars included, so partial counts from many tasks
 * give the same answer in any order. Values are microseconds for latency, else the metric's own
 * unit.
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

  /** Of metrics only. */
  private @Nullable ValueFacts facts;

  /**
   * Counts one piece of finished work, or one sample of a metric.
   *
   * @param weight how many it stands for: 1 / sampling probability
   * @param failed whether the work failed
   */
  public void record(double value, double weight, boolean failed) {
    count(weight, failed);
    sketch.add(value, weight);
    sum += value * weight;
  }

  /** Counts work whose duration is not known: it has no place in the sketch. */
  public void count(double weight, boolean failed) {
    count++;
    weightedCount += weight;
    if (failed) {
      errors++;
      weightedErrors += weight;
    }
  }

  /**
   * Adds to work that was counted what was not known of it then.
   *
   * @param value not a number when it adds none
   * @param failed whether it was counted as not failed, and failed
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
   * Counts observations of which only the bucket is known. Their sum is known better than the value
   * that stands for them, and is added with {@link #addToSum}.
   *
   * @param value stands for all of them
   * @param observations how many; positive
   */
  public void observe(double value, long observations) {
    count += observations;
    weightedCount += (double) observations;
    sketch.add(value, (double) observations);
  }

  /**
   * Counts observations of which nothing but the number and the sum is known. They have no place in
   * the sketch, and with any of them there are no quantiles. Their sum is added with {@link
   * #addToSum}.
   */
  public void observeUnplaced(long observations) {
    countOnly(observations);
    facts().addUnplaced((double) observations);
  }

  /** Counts observations of which nothing but the number is known. */
  public void countOnly(long observations) {
    count += observations;
    weightedCount += (double) observations;
  }

  /** Says which the smallest of the values counted was; not a number when only a bound is known. */
  public void least(double known, double bound) {
    if (Double.isNaN(known)) {
      facts().unknownFrom(Double.isNaN(bound) ? Double.NEGATIVE_INFINITY : bound);
    } else {
      facts().knownLeast(known);
    }
  }

  /** Says which the largest of the values counted was; not a number when only a bound is known. */
  public void greatest(double known, double bound) {
    if (Double.isNaN(known)) {
      facts().unknownUpTo(Double.isNaN(bound) ? Double.POSITIVE_INFINITY : bound);
    } else {
      facts().knownGreatest(known);
    }
  }

  /** Names the unit of the values, in UTF-8; of values of two units none is known. */
  public void unit(byte[] from, int start, int length) {
    if (length > 0) {
      facts().unit(from, start, length);
    }
  }

  private ValueFacts facts() {
    ValueFacts known = facts;
    if (known == null) {
      known = new ValueFacts();
      facts = known;
    }
    return known;
  }

  /** Adds the sum of what was counted with {@link #observe}. */
  public void addToSum(double more) {
    sum += more;
  }

  /**
   * Offers the trace of work that was just recorded as an example of this window. Most work is not
   * kept, and then nothing is copied.
   *
   * @param value what was recorded; not a number when the duration is not known
   * @param from holds the trace's id in UTF-8
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

  /** Adds everything counted in another window of the series; the other stays as it is. */
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

  /** Adds figures that were written elsewhere; those of the sketch are added to it apart. */
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

  /** Forgets everything; the memory is used again. */
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

  /** A copy that no longer changes with this one. */
  public WindowStats copy() {
    WindowStats copy = new WindowStats();
    copy.merge(this);
    return copy;
  }

  /** See {@link KeyTable#fetch}. */
  int fetch() {
    return sketch.fetch() + (slowest == null ? 0 : slowest[0]);
  }

  /** Pieces of work, or samples. */
  public long count() {
    return count;
  }

  /** Work counted by its sampling weight. */
  public double weightedCount() {
    return weightedCount;
  }

  /** Failed work among {@link #count}. */
  public long errors() {
    return errors;
  }

  /** Failed work counted by its sampling weight. */
  public double weightedErrors() {
    return weightedErrors;
  }

  /** Failed work in percent of all, by weight; 0 when there is none. */
  public double errorRatePercent() {
    return weightedCount == 0 ? 0 : 100 * weightedErrors / weightedCount;
  }

  /** Weight of the values in the sum: work without a duration is missing here. */
  public double observations() {
    return sketch.count() + unplaced();
  }

  /** Weight of the values that are in the sum and not in the sketch. */
  public double unplaced() {
    return facts == null ? 0 : facts.unplaced();
  }

  /** Unit of the values of a metric; empty when none is known, or more than one. */
  public String unit() {
    return facts == null ? "" : facts.unit();
  }

  /** Whether there are values of several units. */
  public boolean hasMixedUnits() {
    return facts != null && facts.isMixed();
  }

  /** The same in UTF-8; not to be written to. */
  public byte[] unitBytes() {
    return facts == null ? NO_BYTES : facts.unitBytes();
  }

  /** Sum of the values, by weight. */
  public double sum() {
    return sum;
  }

  /** Mean value; not a number when there is none. */
  public double mean() {
    return observations() == 0 ? Double.NaN : sum / observations();
  }

  /** Smallest value, exact; not a number when there is none, or it is not known. */
  public double min() {
    return facts == null ? sketch.min() : facts.min(sketch.min());
  }

  /** Largest value, exact; not a number when there is none, or it is not known. */
  public double max() {
    return facts == null ? sketch.max() : facts.max(sketch.max());
  }

  /**
   * See {@link QuantileSketch#quantile}; not a number, too, when some values have no place in the
   * sketch: whatever quantile the others have, it is not that of all.
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

  /** A trace like the others. */
  public @Nullable String typical() {
    return text(typical);
  }

  private static @Nullable String text(byte @Nullable [] trace) {
    return trace == null ? null : TraceIdCodec.decode(trace);
  }

  /** Writes slowest, error and typical trace as Avro writes optional strings. */
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
