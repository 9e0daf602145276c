package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.ProtobufCursor.BYTES;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.FIXED64;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.VARINT;

import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.tracetide.gateway.record.RecordBatchBuilder;
import org.jspecify.annotations.Nullable;

/** OTLP metrics in protobuf: each data point becomes a record. */
public final class OtlpMetricsProtobuf extends ProtobufFormat {

  private static final int NAME =
      io.opentelemetry.proto.metrics.v1.Metric.NAME_FIELD_NUMBER << 3 | BYTES;
  private static final int UNIT =
      io.opentelemetry.proto.metrics.v1.Metric.UNIT_FIELD_NUMBER << 3 | BYTES;
  private static final int GAUGE =
      io.opentelemetry.proto.metrics.v1.Metric.GAUGE_FIELD_NUMBER << 3 | BYTES;
  private static final int SUM =
      io.opentelemetry.proto.metrics.v1.Metric.SUM_FIELD_NUMBER << 3 | BYTES;
  private static final int HISTOGRAM =
      io.opentelemetry.proto.metrics.v1.Metric.HISTOGRAM_FIELD_NUMBER << 3 | BYTES;
  private static final int EXPONENTIAL =
      io.opentelemetry.proto.metrics.v1.Metric.EXPONENTIAL_HISTOGRAM_FIELD_NUMBER << 3 | BYTES;
  private static final int SUMMARY =
      io.opentelemetry.proto.metrics.v1.Metric.SUMMARY_FIELD_NUMBER << 3 | BYTES;

  // The same in every kind of metric.
  private static final int POINTS = Sum.DATA_POINTS_FIELD_NUMBER << 3 | BYTES;
  private static final int TEMPORALITY = Sum.AGGREGATION_TEMPORALITY_FIELD_NUMBER << 3 | VARINT;
  private static final int MONOTONIC = Sum.IS_MONOTONIC_FIELD_NUMBER << 3 | VARINT;

  // The same in every kind of point.
  private static final int START = NumberDataPoint.START_TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;
  private static final int TIME = NumberDataPoint.TIME_UNIX_NANO_FIELD_NUMBER << 3 | FIXED64;

  private static final int NUMBER_ATTRIBUTES = NumberDataPoint.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int NUMBER_FLAGS = NumberDataPoint.FLAGS_FIELD_NUMBER << 3 | VARINT;
  private static final int AS_DOUBLE = NumberDataPoint.AS_DOUBLE_FIELD_NUMBER << 3 | FIXED64;
  private static final int AS_INT = NumberDataPoint.AS_INT_FIELD_NUMBER << 3 | FIXED64;

  private static final int BUCKETS_ATTRIBUTES =
      HistogramDataPoint.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int BUCKETS_FLAGS = HistogramDataPoint.FLAGS_FIELD_NUMBER << 3 | VARINT;
  private static final int COUNT = HistogramDataPoint.COUNT_FIELD_NUMBER << 3 | FIXED64;
  private static final int TOTAL = HistogramDataPoint.SUM_FIELD_NUMBER << 3 | FIXED64;
  private static final int COUNTS = HistogramDataPoint.BUCKET_COUNTS_FIELD_NUMBER << 3 | BYTES;
  private static final int ONE_COUNT = HistogramDataPoint.BUCKET_COUNTS_FIELD_NUMBER << 3 | FIXED64;
  private static final int BOUNDS = HistogramDataPoint.EXPLICIT_BOUNDS_FIELD_NUMBER << 3 | BYTES;
  private static final int ONE_BOUND =
      HistogramDataPoint.EXPLICIT_BOUNDS_FIELD_NUMBER << 3 | FIXED64;

  private static final int GROWN_ATTRIBUTES =
      ExponentialHistogramDataPoint.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int GROWN_FLAGS =
      ExponentialHistogramDataPoint.FLAGS_FIELD_NUMBER << 3 | VARINT;
  private static final int SCALE = ExponentialHistogramDataPoint.SCALE_FIELD_NUMBER << 3 | VARINT;
  private static final int ZERO_COUNT =
      ExponentialHistogramDataPoint.ZERO_COUNT_FIELD_NUMBER << 3 | FIXED64;
  private static final int POSITIVE =
      ExponentialHistogramDataPoint.POSITIVE_FIELD_NUMBER << 3 | BYTES;
  private static final int NEGATIVE =
      ExponentialHistogramDataPoint.NEGATIVE_FIELD_NUMBER << 3 | BYTES;
  private static final int OFFSET =
      ExponentialHistogramDataPoint.Buckets.OFFSET_FIELD_NUMBER << 3 | VARINT;
  private static final int GROWN_COUNTS =
      ExponentialHistogramDataPoint.Buckets.BUCKET_COUNTS_FIELD_NUMBER << 3 | BYTES;
  private static final int GROWN_ONE_COUNT =
      ExponentialHistogramDataPoint.Buckets.BUCKET_COUNTS_FIELD_NUMBER << 3 | VARINT;

  private static final int MIN = HistogramDataPoint.MIN_FIELD_NUMBER << 3 | FIXED64;
  private static final int MAX = HistogramDataPoint.MAX_FIELD_NUMBER << 3 | FIXED64;
  private static final int GROWN_MIN =
      ExponentialHistogramDataPoint.MIN_FIELD_NUMBER << 3 | FIXED64;
  private static final int GROWN_MAX =
      ExponentialHistogramDataPoint.MAX_FIELD_NUMBER << 3 | FIXED64;

  private static final int SUMMARY_COUNT = SummaryDataPoint.COUNT_FIELD_NUMBER << 3 | FIXED64;
  private static final int SUMMARY_SUM = SummaryDataPoint.SUM_FIELD_NUMBER << 3 | FIXED64;
  private static final int SUMMARY_ATTRIBUTES =
      SummaryDataPoint.ATTRIBUTES_FIELD_NUMBER << 3 | BYTES;
  private static final int SUMMARY_FLAGS = SummaryDataPoint.FLAGS_FIELD_NUMBER << 3 | VARINT;

  private final WriterConflicts conflicts;

  public OtlpMetricsProtobuf(WriterConflicts conflicts) {
    this("otlp_metrics_protobuf", conflicts);
  }

  /**
   * The format with a label of its own, for another transport.
   *
   * @param label value of the meters' tag {@code endpoint}
   */
  public OtlpMetricsProtobuf(String label, WriterConflicts conflicts) {
    super(label, ExportResponse.DATA_POINTS);
    this.conflicts = conflicts;
  }

  @Override
  ProtobufEnvelope<?> reader(RecordBatchBuilder batch) {
    return new Reader(batch);
  }

  /** Reads one request. */
  private final class Reader extends ProtobufEnvelope<MetricSource> {

    Reader(RecordBatchBuilder batch) {
      super(batch, MetricSource.Builder::new);
    }

    @Override
    void item(ProtobufCursor in, MetricSource source) {
      String name = "";
      String unit = "";
      Metric.Kind kind = null;
      ProtobufCursor data = null;
      for (int field = in.next(); field != 0; field = in.next()) {
        Metric.Kind named = kind(field);
        if (named != null) {
          kind = named;
          data = in.enter();
        } else if (field == NAME) {
          name = text(in);
        } else if (field == UNIT) {
          unit = text(in);
        } else {
          in.skip(field);
        }
      }
      if (kind != null && data != null) {
        points(data, metric(data.copy(), name, unit, kind), source);
      }
    }

    private static Metric.@Nullable Kind kind(int field) {
      return switch (field) {
        case GAUGE -> Metric.Kind.GAUGE;
        case SUM -> Metric.Kind.SUM;
        case HISTOGRAM -> Metric.Kind.HISTOGRAM;
        case EXPONENTIAL -> Metric.Kind.EXPONENTIAL_HISTOGRAM;
        case SUMMARY -> Metric.Kind.SUMMARY;
        default -> null;
      };
    }

    private Metric metric(ProtobufCursor in, String name, String unit, Metric.Kind kind) {
      long temporality = 0;
      boolean monotonic = false;
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case TEMPORALITY -> temporality = in.varint();
          case MONOTONIC -> monotonic = in.varint() != 0;
          default -> in.skip(field);
        }
      }
      return Metric.of(batch, name, unit, kind, temporality, monotonic);
    }

    private void points(ProtobufCursor in, Metric metric, MetricSource source) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == POINTS) {
          PointBuilder point = new PointBuilder(batch, metric, conflicts);
          point(in.enter(), point, metric.kind());
          point.finish(source);
        } else {
          in.skip(field);
        }
      }
    }

    private void point(ProtobufCursor in, PointBuilder point, Metric.Kind kind) {
      switch (kind) {
        case GAUGE, SUM -> number(in, point);
        case HISTOGRAM -> histogram(in, point);
        case EXPONENTIAL_HISTOGRAM -> exponential(in, point);
        case SUMMARY -> summary(in, point);
      }
    }

    private void number(ProtobufCursor in, PointBuilder point) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case START -> point.start(in.fixed64());
          case TIME -> point.time(in.fixed64());
          case NUMBER_FLAGS -> point.flags(in.varint());
          case AS_DOUBLE -> point.value(Double.longBitsToDouble(in.fixed64()));
          case AS_INT -> point.value((double) in.fixed64());
          case NUMBER_ATTRIBUTES -> attributes.read(in.enter(), point);
          default -> in.skip(field);
        }
      }
    }

    private void histogram(ProtobufCursor in, PointBuilder point) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case START -> point.start(in.fixed64());
          case TIME -> point.time(in.fixed64());
          case BUCKETS_FLAGS -> point.flags(in.varint());
          case COUNT -> point.count(in.fixed64());
          case TOTAL -> point.sum(Double.longBitsToDouble(in.fixed64()));
          case MIN -> point.min(Double.longBitsToDouble(in.fixed64()));
          case MAX -> point.max(Double.longBitsToDouble(in.fixed64()));
          case ONE_COUNT -> point.bucket(in.fixed64());
          case ONE_BOUND -> point.bound(Double.longBitsToDouble(in.fixed64()));
          case COUNTS -> {
            for (ProtobufCursor packed = in.enter(); packed.hasMore(); ) {
              point.bucket(packed.fixed64());
            }
          }
          case BOUNDS -> {
            for (ProtobufCursor packed = in.enter(); packed.hasMore(); ) {
              point.bound(Double.longBitsToDouble(packed.fixed64()));
            }
          }
          case BUCKETS_ATTRIBUTES -> attributes.read(in.enter(), point);
          default -> in.skip(field);
        }
      }
    }

    private void exponential(ProtobufCursor in, PointBuilder point) {
      int scale = 0;
      long zeroCount = 0;
      ProtobufCursor positive = null;
      ProtobufCursor negative = null;
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case START -> point.start(in.fixed64());
          case TIME -> point.time(in.fixed64());
          case GROWN_FLAGS -> point.flags(in.varint());
          case COUNT -> point.count(in.fixed64());
          case TOTAL -> point.sum(Double.longBitsToDouble(in.fixed64()));
          case GROWN_MIN -> point.min(Double.longBitsToDouble(in.fixed64()));
          case GROWN_MAX -> point.max(Double.longBitsToDouble(in.fixed64()));
          case SCALE -> scale = zigzag(in.varint());
          case ZERO_COUNT -> zeroCount = in.fixed64();
          case POSITIVE -> positive = in.enter();
          case NEGATIVE -> negative = in.enter();
          case GROWN_ATTRIBUTES -> attributes.read(in.enter(), point);
          default -> in.skip(field);
        }
      }
      ExponentialBuckets buckets = new ExponentialBuckets(scale, zeroCount);
      if (positive != null) {
        long offset = offset(positive.copy());
        buckets(positive, (index, observations) -> buckets.positive(offset + index, observations));
      }
      if (negative != null) {
        long offset = offset(negative.copy());
        buckets(negative, (index, observations) -> buckets.negative(offset + index, observations));
      }
      point.exponential(buckets);
    }

    private static long offset(ProtobufCursor in) {
      long offset = 0;
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == OFFSET) {
          offset = zigzag(in.varint());
        } else {
          in.skip(field);
        }
      }
      return offset;
    }

    private static void buckets(ProtobufCursor in, BucketSink sink) {
      long index = 0;
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case GROWN_COUNTS -> {
            for (ProtobufCursor packed = in.enter(); packed.hasMore(); ) {
              sink.accept(index++, packed.varint());
            }
          }
          case GROWN_ONE_COUNT -> sink.accept(index++, in.varint());
          default -> in.skip(field);
        }
      }
    }

    private static int zigzag(long varint) {
      int bits = (int) varint;
      return bits >>> 1 ^ -(bits & 1);
    }

    /** Without its quantiles, which cannot be merged with others. */
    private void summary(ProtobufCursor in, PointBuilder point) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case START -> point.start(in.fixed64());
          case TIME -> point.time(in.fixed64());
          case SUMMARY_COUNT -> point.count(in.fixed64());
          case SUMMARY_SUM -> point.sum(Double.longBitsToDouble(in.fixed64()));
          case SUMMARY_ATTRIBUTES -> attributes.read(in.enter(), point);
          case SUMMARY_FLAGS -> point.flags(in.varint());
          default -> in.skip(field);
        }
      }
    }
  }

  /** Takes a bucket of an exponential histogram, by its place after the offset. */
  @FunctionalInterface
  private interface BucketSink {

    void accept(long index, long observations);
  }
}
