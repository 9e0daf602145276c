package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import io.tracetide.schemas.Exemplars;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples of the series of one tenant in one partition and window. A window with many series has
 * several batches.
 *
 * @param partition partition in which the windows were aggregated
 * @param window number of the window: its start divided by its length
 * @param kind whether the window goes on in another batch
 * @param samples series with spans
 * @param report anomalies that other detectors found in the partition, if the kind is {@link
 *     Kind#REPORT}; else empty
 */
public record SampleBatch(
    String tenant,
    int partition,
    long window,
    Kind kind,
    List<SeriesSample> samples,
    ByteBuffer report) {

  /** What follows a batch. */
  public enum Kind {
    /** Another batch of the same window. */
    PART(0),
    /** The next window: with this batch the window is complete. */
    LAST(1),
    /** It replaces samples of a window that was complete before. */
    REVISED(2),
    /**
     * As {@link #PART}, of a window that had closed before detection was switched on: it is
     * learned, and has no anomalies.
     */
    PAST_PART(3),
    /** As {@link #LAST}, of such a window. */
    PAST_LAST(4),
    /** No samples but anomalies, which belong to the next window of the partition. */
    REPORT(5),
    /** No samples: the partition works, and its next window is not complete yet. */
    ALIVE(6);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** Whether the window is complete with this batch. */
    boolean endsWindow() {
      return this == LAST || this == PAST_LAST;
    }

    /** Whether another batch of the same window follows. */
    boolean isPart() {
      return this == PART || this == PAST_PART;
    }

    /** Whether the window had closed before detection was switched on. */
    boolean isPast() {
      return this == PAST_PART || this == PAST_LAST;
    }

    private static Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("unknown kind of samples: " + code);
    }
  }

  /**
   * Time after which a partition that has sent nothing else sends a batch of kind {@link
   * Kind#ALIVE}, in milliseconds: longer than a window, so live traffic needs none.
   */
  public static final long SIGN_MS = 12_000;

  private static final byte FORMAT = 1;

  /** Maximum of the bytes of a batch: half of what a record may have. */
  private static final int MOST_BYTES = 400_000;

  private static final ByteBuffer NO_REPORT = ByteBuffer.allocate(0);

  public SampleBatch {
    samples = List.copyOf(samples);
    report = report.asReadOnlyBuffer();
  }

  /** A batch of samples. */
  public SampleBatch(
      String tenant, int partition, long window, Kind kind, List<SeriesSample> samples) {
    this(tenant, partition, window, kind, samples, NO_REPORT);
  }

  /**
   * The batches of a window; at least one, which may be empty.
   *
   * @param part kind of all but the last one
   * @param last kind of the last one
   */
  static List<SampleBatch> divide(
      String tenant, int partition, long window, List<SeriesSample> samples, Kind part, Kind last) {
    List<SampleBatch> batches = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < samples.size(); i++) {
      int more = samples.get(i).maxBytes();
      if (i > from && bytes + more > MOST_BYTES) {
        batches.add(new SampleBatch(tenant, partition, window, part, samples.subList(from, i)));
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    List<SeriesSample> rest = samples.subList(from, samples.size());
    batches.add(new SampleBatch(tenant, partition, window, last, rest));
    return batches;
  }

  /** Anomalies that other detectors found in a partition, in any encoding. */
  public static SampleBatch report(String tenant, int partition, byte[] anomalies) {
    return new SampleBatch(
        tenant, partition, 0, Kind.REPORT, List.of(), ByteBuffer.wrap(anomalies));
  }

  /** A sign that the partition works, sent when nothing else was sent for {@link #SIGN_MS}. */
  public static SampleBatch alive(String tenant, int partition) {
    return new SampleBatch(tenant, partition, 0, Kind.ALIVE, List.of());
  }

  /** The same in another window. */
  SampleBatch at(long other) {
    return new SampleBatch(tenant, partition, other, kind, samples, report);
  }

  /** Binary form. It begins with a version. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.put(FORMAT);
    out.putText(tenant);
    out.putVarint(partition);
    out.putZigzag(window);
    out.put(kind.code);
    out.putVarint(samples.size());
    for (SeriesSample each : samples) {
      out.putText(each.service());
      out.putText(each.operation());
      out.putVarint(each.lag());
      putSample(out, each.sample());
      putOptional(out, each.exemplars().getSlowest());
      putOptional(out, each.exemplars().getError());
      putOptional(out, each.exemplars().getTypical());
    }
    if (kind == Kind.REPORT) {
      out.put(reported());
    }
    return out.toByteArray();
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when the bytes are not a batch
   */
  public static SampleBatch decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown format of samples: " + format);
      }
      String tenant = Varint.readText(in);
      int partition = (int) Varint.read(in);
      long window = Varint.unzigzag(Varint.read(in));
      Kind kind = Kind.of(in.get());
      int size = Varint.readLength(in);
      List<SeriesSample> samples = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        samples.add(
            new SeriesSample(
                Varint.readText(in),
                Varint.readText(in),
                (int) Varint.read(in),
                sample(in),
                new Exemplars(optional(in), optional(in), optional(in))));
      }
      ByteBuffer report = kind == Kind.REPORT ? in.slice() : NO_REPORT;
      return new SampleBatch(tenant, partition, window, kind, samples, report);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the samples are cut short", e);
    }
  }

  /** Bytes of the report. */
  public byte[] reported() {
    byte[] bytes = new byte[report.remaining()];
    report.duplicate().get(bytes);
    return bytes;
  }

  private static void putSample(ByteWriter out, WindowSample sample) {
    out.putVarint(sample.count());
    out.putNumber(sample.traffic());
    out.putVarint(sample.errors());
    out.put(sample.hasDurations() ? 1 : 0);
    if (sample.hasDurations()) {
      out.putNumber(sample.p10Micros());
      out.putNumber(sample.p50Micros());
      out.putNumber(sample.p90Micros());
      out.putNumber(sample.p95Micros());
      out.putDouble(sample.meanLogMicros());
    }
  }

  private static WindowSample sample(ByteBuffer in) {
    long count = Varint.read(in);
    double traffic = Varint.readNumber(in);
    long errors = Varint.read(in);
    if (in.get() == 0) {
      return new WindowSample(count, traffic, errors, 0, 0, 0, 0, Double.NaN);
    }
    return new WindowSample(
        count,
        traffic,
        errors,
        Varint.readNumber(in),
        Varint.readNumber(in),
        Varint.readNumber(in),
        Varint.readNumber(in),
        in.getDouble());
  }

  private static void putOptional(ByteWriter out, @Nullable String text) {
    out.put(text == null ? 0 : 1);
    if (text != null) {
      out.putText(text);
    }
  }

  private static @Nullable String optional(ByteBuffer in) {
    return in.get() == 0 ? null : Varint.readText(in);
  }
}
