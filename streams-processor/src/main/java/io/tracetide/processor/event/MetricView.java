package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one metric sample that aggregation needs. Texts stay where they are in the record's
 * bytes and become strings only on request.
 */
public final class MetricView implements RecordView {

  /**
   * Maximum of buckets of a distribution; neighbours are merged down to it. OpenTelemetry's default
   * of exponential histograms is 160.
   */
  static final int MAX_BUCKETS = 256;

  /** Longest value of an attribute that identifies a part of a metric, in bytes of UTF-8. */
  private static final int MAX_ATTRIBUTE_BYTES = 256;

  /** Maximum of tags of a sample; OpenTelemetry allows 128 by default. */
  static final int MAX_TAGS = 128;

  private static final byte[] NO_BYTES = {};
  private static final byte[] OTHER_PART = SeriesCodec.otherPart();
  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);

  private byte[] bytes = NO_BYTES;
  final Slice tenant = new Slice();
  final Slice service = new Slice();
  final Slice metric = new Slice();
  final Slice instance = new Slice();
  final Slice unit = new Slice();
  MetricType type = MetricType.GAUGE;
  Temporality temporality = Temporality.UNSPECIFIED;
  long timestampMicros;
  long startMicros;
  double value;
  double histogramSum;
  boolean sumKnown;
  double min;
  double max;
  private double[] bounds = new double[MAX_BUCKETS];
  private long[] buckets = new long[MAX_BUCKETS];
  private int boundCount;
  private int bucketCount;
  private final Tag[] tags = new Tag[MAX_TAGS];
  private int tagCount;

  private static final class Tag {
    private final Slice key = new Slice();
    private final Slice value = new Slice();
  }

  public MetricView() {
    Arrays.setAll(tags, i -> new Tag());
  }

  /** Starts on the next sample, with the defaults of the contract. */
  @Override
  public void startOn(byte[] record, int start, int length) {
    bytes = record;
    tenant.set(0, 0);
    service.set(0, 0);
    metric.set(0, 0);
    instance.set(0, 0);
    unit.set(0, 0);
    type = MetricType.GAUGE;
    temporality = Temporality.UNSPECIFIED;
    timestampMicros = 0;
    startMicros = 0;
    value = 0;
    histogramSum = 0;
    sumKnown = true;
    min = Double.NaN;
    max = Double.NaN;
    boundCount = 0;
    bucketCount = 0;
    tagCount = 0;
  }

  void addBound(double bound) {
    if (boundCount == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * boundCount);
    }
    bounds[boundCount++] = bound;
  }

  void addBucket(long observations) {
    if (bucketCount == buckets.length) {
      buckets = Arrays.copyOf(buckets, 2 * bucketCount);
    }
    buckets[bucketCount++] = observations;
  }

  /**
   * Merges the buckets on both sides of an infinite last bound, and marks a sum that is not finite
   * as unknown.
   */
  void normalize() {
    if (boundCount > 0 && bounds[boundCount - 1] == Double.POSITIVE_INFINITY) {
      boundCount--;
      if (bucketCount == boundCount + 2) {
        bucketCount--;
        long last = buckets[bucketCount];
        boolean negative = last < 0 || buckets[bucketCount - 1] < 0;
        buckets[bucketCount - 1] = negative ? -1 : buckets[bucketCount - 1] + last;
      }
    }
    sumKnown &= Double.isFinite(histogramSum);
    min = Double.isFinite(min) ? min : Double.NaN;
    max = Double.isFinite(max) ? max : Double.NaN;
  }

  /**
   * Merges neighbours when there are too many buckets; the grouping depends only on their number.
   */
  void mergeDown() {
    if (bucketCount <= MAX_BUCKETS) {
      return;
    }
    int group = (bucketCount + MAX_BUCKETS - 1) / MAX_BUCKETS;
    int merged = (bucketCount + group - 1) / group;
    for (int i = 0; i < merged; i++) {
      long sum = 0;
      for (int j = i * group; j < Math.min((i + 1) * group, bucketCount); j++) {
        sum += buckets[j];
      }
      buckets[i] = sum;
      if (i < merged - 1) {
        bounds[i] = bounds[(i + 1) * group - 1];
      }
    }
    bucketCount = merged;
    boundCount = merged - 1;
  }

  /* Tags beyond the maximum are counted but not stored; the check then rejects the sample. */

  void addTag(int at, int length) {
    if (tagCount < MAX_TAGS) {
      tags[tagCount].key.set(at, length);
      tags[tagCount].value.set(0, 0);
    }
    tagCount++;
  }

  void setTagValue(int at, int length) {
    if (tagCount <= MAX_TAGS) {
      tags[tagCount - 1].value.set(at, length);
    }
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  public MetricType type() {
    return type;
  }

  public Temporality temporality() {
    return temporality;
  }

  @Override
  public long timestampMs() {
    return Math.floorDiv(timestampMicros, 1000);
  }

  /** Time of the measurement, microseconds since the epoch. */
  public long timestampMicros() {
    return timestampMicros;
  }

  /** Whether the sample has the start of its total or distribution; 0 stands for none. */
  public boolean hasStart() {
    return startMicros > 0;
  }

  /** Start of the total or distribution, microseconds since the epoch. */
  public long startMicros() {
    return startMicros;
  }

  /** Value of a gauge; running total of a counter. */
  public double value() {
    return value;
  }

  /** Sum of the observations of a distribution; NaN when it is unknown. */
  public double histogramSum() {
    return sumKnown ? histogramSum : Double.NaN;
  }

  /** Smallest observation of a distribution; NaN when it is unknown. */
  public double min() {
    return min;
  }

  /** Largest observation of a distribution; NaN when it is unknown. */
  public double max() {
    return max;
  }

  /** Start of the unit in the bytes. */
  public int unitStart() {
    return unit.start();
  }

  /** Length of the unit in bytes; 0 when it is missing or invalid. */
  public int unitLength() {
    return unit.fitsKey(bytes) ? unit.length() : 0;
  }

  /** Upper bounds of all buckets but the last, ascending, in a reused array. */
  public double[] bounds() {
    return bounds;
  }

  public int boundCount() {
    return boundCount;
  }

  /** Observations by bucket, in a reused array. */
  public long[] buckets() {
    return buckets;
  }

  public int bucketCount() {
    return bucketCount;
  }

  int tagCount() {
    return tagCount;
  }

  public String tenant() {
    return tenant.length() == 0 ? "default" : tenant.text(bytes);
  }

  public String service() {
    return service.text(bytes);
  }

  public String metric() {
    return metric.text(bytes);
  }

  /** Writes the key of the metric's series, as {@code SeriesCodec} does. */
  public void writeSeriesKey(KeyBuffer into) {
    into.clear();
    if (tenant.length() == 0) {
      into.append(DEFAULT_TENANT);
    } else {
      into.append(bytes, tenant.start(), tenant.length());
    }
    into.append((byte) 0).append(bytes, service.start(), service.length());
    into.append((byte) 0).append(bytes, metric.start(), metric.length());
    into.append((byte) 0).append((byte) '*');
  }

  /**
   * Writes the key of the part of the metric that is identified by some of the sample's tags.
   *
   * @param names keys of these tags, in the order of their bytes
   * @return false when the sample has none of them
   */
  public boolean writePartKey(byte[][] names, KeyBuffer into) {
    if (tagCount == 0 || names.length == 0) {
      return false;
    }
    writeSeriesKey(into);
    int whole = into.length();
    for (byte[] name : names) {
      Slice value = valueOf(name);
      if (value == null || value.length() == 0) {
        continue;
      }
      if (value.length() > MAX_ATTRIBUTE_BYTES || !value.fitsKey(bytes)) {
        writeSeriesKey(into);
        into.append(OTHER_PART);
        return true;
      }
      into.append((byte) 0).append(name);
      into.append((byte) 0).append(bytes, value.start(), value.length());
    }
    return into.length() > whole;
  }

  private @Nullable Slice valueOf(byte[] name) {
    for (int i = 0; i < tagCount; i++) {
      Slice key = tags[i].key;
      if (key.length() == name.length
          && Arrays.equals(bytes, key.start(), key.end(), name, 0, name.length)) {
        return tags[i].value;
      }
    }
    return null;
  }

  /**
   * Writes the identity of the running totals of one process: the series, its type, the instance,
   * and the tags in the order of their keys.
   */
  public void writeInstance(KeyBuffer into) {
    writeSeriesKey(into);
    boolean delta = temporality == Temporality.DELTA;
    into.append((byte) (type == MetricType.HISTOGRAM ? (delta ? 'H' : 'h') : (delta ? 'C' : 'c')));
    into.appendSized(bytes, instance.start(), instance.length());
    sortTags();
    for (int i = 0; i < tagCount; i++) {
      Tag tag = tags[i];
      into.appendSized(bytes, tag.key.start(), tag.key.length());
      into.appendSized(bytes, tag.value.start(), tag.value.length());
    }
  }

  /** Insertion sort: there are few tags, and most writers send them in the same order each time. */
  private void sortTags() {
    for (int i = 1; i < tagCount; i++) {
      Tag tag = tags[i];
      int at = i;
      for (; at > 0 && compare(tags[at - 1], tag) > 0; at--) {
        tags[at] = tags[at - 1];
      }
      tags[at] = tag;
    }
  }

  private int compare(Tag a, Tag b) {
    int byKey = compare(a.key, b.key);
    return byKey != 0 ? byKey : compare(a.value, b.value);
  }

  private int compare(Slice a, Slice b) {
    return Arrays.compareUnsigned(
        bytes, a.start(), a.start() + a.length(), bytes, b.start(), b.start() + b.length());
  }
}
