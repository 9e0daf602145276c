package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;

/**
 * What aggregation needs of one trace event. Names stay where they are in the record's bytes and
 * become strings only when somebody asks.
 *
 * <p>One view is filled again for each event, so it holds just until the next one; whoever needs it
 * longer copies what it needs.
 */
public final class TraceView {

  private static final byte[] NO_BYTES = {};
  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);
  private static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);

  private byte[] bytes = NO_BYTES;
  final Slice tenant = new Slice();
  final Slice traceId = new Slice();
  final Slice service = new Slice();
  final Slice operation = new Slice();
  TraceEventType type = TraceEventType.UPDATED;
  TraceStatus status = TraceStatus.RUNNING;
  long timestampMicros;
  private long durationMicros;
  private boolean hasDuration;
  double samplingWeight;
  private double cpuUsagePercent;
  private boolean hasCpuUsage;

  /** Where a string lies in the bytes. */
  static final class Slice {
    private int start;
    private int length;

    void set(int at, int bytes) {
      start = at;
      length = bytes;
    }

    int length() {
      return length;
    }
  }

  /** Starts on the next event, with the defaults of the contract. */
  void reset(byte[] record) {
    bytes = record;
    tenant.set(0, 0);
    traceId.set(0, 0);
    service.set(0, 0);
    operation.set(0, 0);
    type = TraceEventType.UPDATED;
    status = TraceStatus.RUNNING;
    timestampMicros = 0;
    durationMicros = 0;
    hasDuration = false;
    samplingWeight = 1;
    hasCpuUsage = false;
  }

  /** Holds the bytes of a record that is set aside, of which nothing else is known. */
  public void refuse(byte[] record) {
    reset(record);
  }

  void setDurationMicros(long value) {
    durationMicros = value;
    hasDuration = true;
  }

  void setCpuUsagePercent(double value) {
    cpuUsagePercent = value;
    hasCpuUsage = true;
  }

  /** The record as it arrived. */
  public byte[] bytes() {
    return bytes;
  }

  public boolean isCompleted() {
    return type == TraceEventType.COMPLETED;
  }

  public boolean isFailed() {
    return status == TraceStatus.FAILED;
  }

  /** When the event happened, milliseconds since the epoch. */
  public long timestampMs() {
    return Math.floorDiv(timestampMicros, 1000);
  }

  public boolean hasDuration() {
    return hasDuration;
  }

  public long durationMicros() {
    return durationMicros;
  }

  /** How many events this one stands for. */
  public double samplingWeight() {
    return samplingWeight;
  }

  public boolean hasCpuUsage() {
    return hasCpuUsage;
  }

  /** 0 to 100. */
  public double cpuUsagePercent() {
    return cpuUsagePercent;
  }

  public String tenant() {
    return tenant.length == 0 ? "default" : text(tenant);
  }

  public String traceId() {
    return text(traceId);
  }

  public String service() {
    return text(service);
  }

  public String operation() {
    return text(operation);
  }

  /** Offers this trace as an example of a window that it was counted in. */
  public void offerAsExemplar(WindowStats stats, double value) {
    stats.offerExemplar(value, isFailed(), bytes, traceId.start, traceId.length);
  }

  private String text(Slice slice) {
    return new String(bytes, slice.start, slice.length, UTF_8);
  }

  /** Whether a name contains the byte that separates names in keys. */
  boolean hasZeroByte(Slice slice) {
    for (int i = slice.start; i < slice.start + slice.length; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /** Writes the key of the operation's latency series, as {@code SeriesCodec} does. */
  public void writeLatencyKey(KeyBuffer into) {
    writeService(into);
    into.append(LATENCY).append((byte) 0).append(bytes, operation.start, operation.length);
  }

  /**
   * Writes the key of the latency series of the operation's template.
   *
   * @return whether the template differs from the name
   */
  public boolean writeLatencyKey(KeyBuffer into, OperationTemplate template) {
    if (!template.rewrite(bytes, operation.start, operation.length)) {
      writeLatencyKey(into);
      return false;
    }
    writeService(into);
    into.append(LATENCY).append((byte) 0).append(template.array(), 0, template.length());
    return true;
  }

  /** Writes the key of a metric of the service, as {@code SeriesCodec} does. */
  public void writeMetricKey(KeyBuffer into, byte[] metric) {
    writeService(into);
    into.append(metric).append((byte) 0).append((byte) '*');
  }

  private void writeService(KeyBuffer into) {
    into.clear();
    if (tenant.length == 0) {
      into.append(DEFAULT_TENANT);
    } else {
      into.append(bytes, tenant.start, tenant.length);
    }
    into.append((byte) 0).append(bytes, service.start, service.length).append((byte) 0);
  }
}
