package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.MetricType;
import java.util.Arrays;

/**
 * What aggregation needs of one metric sample. Names stay where they are in the record's bytes and
 * become strings only when somebody asks.
 */
public final class MetricView implements RecordView {

  /** Most buckets that a distribution may have; the second of OpenTelemetry's defaults has 160. */
  static final int MAX_BUCKETS = 256;

  /** Most tags that a sample may have; OpenTelemetry allows 128 by default. */
  static final int MAX_TAGS = 128;

  private static final byte[] NO_BYTES = {};
  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);

  private byte[] bytes = NO_BYTES;
  final Slice tenant = new Slice();
  final Slice service = new Slice();
  final Slice metric = new Slice();
  final Slice instance = new Slice();
  MetricType type = MetricType.GAUGE;
  long timestampMicros;
  long startMicros;
  double value;
  double histogramSum;
  private final double[] bounds = new double[MAX_BUCKETS];
  private final long[] buckets = new long[MAX_BUCKETS];
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
    type = MetricType.GAUGE;
    timestampMicros = 0;
    startMicros = 0;
    value = 0;
    histogramSum = 0;
    boundCount = 0;
    bucketCount = 0;
    tagCount = 0;
  }

  /* What is too much is counted and not kept: the check refuses the sample for it. */

  void addBound(double bound) {
    if (boundCount < MAX_BUCKETS) {
      bounds[boundCount] = bound;
    }
    boundCount++;
  }

  void addBucket(long observations) {
    if (bucketCount < MAX_BUCKETS) {
      buckets[bucketCount] = observations;
    }
    bucketCount++;
  }

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

  @Override
  public long timestampMs() {
    return Math.floorDiv(timestampMicros, 1000);
  }

  /** When it was measured, microseconds since the epoch. */
  public long timestampMicros() {
    return timestampMicros;
  }

  /** Whether the sample says since when its total or distribution runs; 0 says nothing. */
  public boolean hasStart() {
    return startMicros > 0;
  }

  /** Since when the total or distribution runs, microseconds since the epoch. */
  public long startMicros() {
    return startMicros;
  }

  /** Value of a gauge; running total of a counter. */
  public double value() {
    return value;
  }

  /** Sum of the observations of a distribution. */
  public double histogramSum() {
    return histogramSum;
  }

  /** Upper bounds of the buckets but the last, ascending, in an array that is used again. */
  public double[] bounds() {
    return bounds;
  }

  public int boundCount() {
    return boundCount;
  }

  /** Observations by bucket, in an array that is used again. */
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

  @Override
  public String describe() {
    return "%s %s: timestamp %d ms, value %s, %d buckets"
        .formatted(type, metric(), timestampMs(), value, bucketCount);
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
   * Writes what tells the running totals of one process from all others: the series, its type, the
   * instance, and the tags in the order of their keys.
   */
  public void writeInstance(KeyBuffer into) {
    writeSeriesKey(into);
    into.append((byte) (type == MetricType.HISTOGRAM ? 'h' : 'c'));
    into.appendSized(bytes, instance.start(), instance.length());
    sortTags();
    for (int i = 0; i < tagCount; i++) {
      Tag tag = tags[i];
      into.appendSized(bytes, tag.key.start(), tag.key.length());
      into.appendSized(bytes, tag.value.start(), tag.value.length());
    }
  }

  /** By insertion: there are few, and most writers write them in the same order each time. */
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
