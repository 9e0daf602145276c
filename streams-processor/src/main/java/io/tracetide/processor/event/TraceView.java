package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one trace event that aggregation needs. Texts stay where they are in the record's
 * bytes and become strings only on request.
 */
public final class TraceView implements RecordView {

  private static final byte[] NO_BYTES = {};

  /** Marks a hash that is not computed yet; a hash of this value is computed on each call. */
  private static final long NOT_COMPUTED = 0;

  private static final Map<SpanKind, Long> KIND_HASHES = new EnumMap<>(SpanKind.class);

  static {
    for (SpanKind kind : SpanKind.values()) {
      KIND_HASHES.put(kind, TraceHash.ofBytes(kind.name().getBytes(UTF_8)));
    }
  }

  private byte[] bytes = NO_BYTES;
  private int recordStart;
  private int recordLength;
  final Slice tenant = new Slice();
  final Slice traceId = new Slice();
  final Slice service = new Slice();
  final Slice operation = new Slice();
  final Slice spanId = new Slice();
  final Slice parentSpanId = new Slice();
  SpanKind kind = SpanKind.UNSPECIFIED;
  private boolean hasWorkflowEvent;
  private boolean measurement;
  TraceEventType type = TraceEventType.UPDATED;
  TraceStatus status = TraceStatus.RUNNING;
  long timestampMicros;
  private long durationMicros;
  private boolean hasDuration;
  double samplingWeight;
  private final double[] usage = new double[ResourceField.COUNT];
  private int usageReported; // One bit for each resource.

  /* Computed on first use, ahead of when it is needed. */

  private long traceHash;
  private long spanHash;
  private long recordHash;
  private long operationHash;
  final LatencyKey latencyKey = new LatencyKey();

  final CustomMeasures measures = new CustomMeasures();

  /** Resets the view to the next event, with the defaults of the contract. */
  @Override
  public void startOn(byte[] record, int start, int length) {
    bytes = record;
    recordStart = start;
    recordLength = length;
    tenant.set(0, 0);
    traceId.set(0, 0);
    service.set(0, 0);
    operation.set(0, 0);
    spanId.set(0, 0);
    parentSpanId.set(0, 0);
    kind = SpanKind.UNSPECIFIED;
    hasWorkflowEvent = false;
    measurement = false;
    type = TraceEventType.UPDATED;
    status = TraceStatus.RUNNING;
    timestampMicros = 0;
    durationMicros = 0;
    hasDuration = false;
    samplingWeight = 1;
    usageReported = 0;
    measures.clear();
    traceHash = NOT_COMPUTED;
    spanHash = NOT_COMPUTED;
    recordHash = NOT_COMPUTED;
    operationHash = NOT_COMPUTED;
    latencyKey.clear();
  }

  /**
   * Resets the view to an event that differs from another one only in its ids, names, time,
   * duration and tags, and sets all fields but those. The other one has no measures.
   */
  void startOn(byte[] record, int start, int length, TraceView other) {
    startOn(record, start, length);
    kind = other.kind;
    hasWorkflowEvent = other.hasWorkflowEvent;
    type = other.type;
    status = other.status;
    samplingWeight = other.samplingWeight;
    usageReported = other.usageReported;
    if (usageReported != 0) {
      System.arraycopy(other.usage, 0, usage, 0, usage.length);
    }
  }

  /** Resets the view to a single measure of a workflow, which was derived and is not an event. */
  public void startOnMeasurement(
      String ofTenant,
      String ofService,
      String ofWorkflow,
      String metric,
      double value,
      long atMicros) {
    byte[][] texts = {
      ofTenant.getBytes(UTF_8),
      ofService.getBytes(UTF_8),
      ofWorkflow.getBytes(UTF_8),
      metric.getBytes(UTF_8)
    };
    KeyBuffer record = new KeyBuffer();
    for (byte[] text : texts) {
      record.append(text);
    }
    startOn(record.array(), 0, record.length());
    tenant.set(0, texts[0].length);
    service.set(tenant.length(), texts[1].length);
    operation.set(service.start() + service.length(), texts[2].length);
    measures.name(operation.start() + operation.length(), texts[3].length);
    measures.value(bytes, value);
    timestampMicros = atMicros;
    measurement = true;
  }

  /** Whether this is a derived measure of a workflow, not an event. */
  public boolean isMeasurement() {
    return measurement;
  }

  /** Sets the number of events that this one represents. */
  public void setSamplingWeight(double weight) {
    samplingWeight = weight;
  }

  /** Sets the duration of a span whose event has none. */
  public void setDurationMicros(long value) {
    durationMicros = value;
    hasDuration = true;
  }

  /** Marks the span as failed, when another report of it does. */
  public void setFailed() {
    status = TraceStatus.FAILED;
  }

  void setUsage(ResourceField resource, double value) {
    usage[resource.place()] = value;
    usageReported |= 1 << resource.place();
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  public boolean isCompleted() {
    return type == TraceEventType.COMPLETED;
  }

  public boolean isStarted() {
    return type == TraceEventType.STARTED;
  }

  public boolean isFailed() {
    return status == TraceStatus.FAILED;
  }

  @Override
  public long timestampMs() {
    return Math.floorDiv(timestampMicros, 1000);
  }

  public boolean hasDuration() {
    return hasDuration;
  }

  public long durationMicros() {
    return durationMicros;
  }

  /** Number of events that this one represents. */
  public double samplingWeight() {
    return samplingWeight;
  }

  /** Whether the event reports the use of any resource. */
  public boolean reportsUsage() {
    return usageReported != 0;
  }

  public boolean reportsUsage(ResourceField resource) {
    return (usageReported & 1 << resource.place()) != 0;
  }

  /** The usage, in the unit of the resource's field. */
  public double usage(ResourceField resource) {
    return usage[resource.place()];
  }

  /** Number of custom measures of the event. */
  public int measureCount() {
    return measures.count();
  }

  /** The value of one of them. */
  public double measure(int index) {
    return measures.value(index);
  }

  void nameMeasure(int at, int length) {
    measures.name(at, length);
  }

  void setMeasure(double value) {
    measures.value(bytes, value);
  }

  /** The first resource with a value that is not finite; null for none. */
  @Nullable ResourceField notFinite() {
    for (int i = 0; usageReported != 0 && i < usage.length; i++) {
      if ((usageReported & 1 << i) != 0 && !Double.isFinite(usage[i])) {
        return ResourceField.at(i);
      }
    }
    return null;
  }

  public String tenant() {
    return tenant.length() == 0 ? "default" : tenant.text(bytes);
  }

  public String traceId() {
    return traceId.text(bytes);
  }

  public String service() {
    return service.text(bytes);
  }

  public String operation() {
    return operation.text(bytes);
  }

  /** Whether the span has an event of a known workflow type. */
  public boolean hasWorkflowEvent() {
    return hasWorkflowEvent;
  }

  /** Adds the type of an event of the span. */
  void noteEvent(int start, int length) {
    hasWorkflowEvent |= WorkflowEvents.isKnown(bytes, start, length);
  }

  public boolean hasSpanId() {
    return spanId.length() > 0;
  }

  public boolean hasParentSpanId() {
    return parentSpanId.length() > 0;
  }

  public boolean isServer() {
    return kind == SpanKind.SERVER;
  }

  /** Hash of the trace and the id of the span, without who reports it. */
  public long spanKey() {
    return TraceHash.mix(traceHash(), bytes, spanId.start(), spanId.length());
  }

  /** {@link #spanKey} of the parent. */
  public long parentKey() {
    return TraceHash.mix(traceHash(), bytes, parentSpanId.start(), parentSpanId.length());
  }

  /** Timestamp of the event, microseconds since the epoch. */
  public long timestampMicros() {
    return timestampMicros;
  }

  /** A copy of the record, as it was written. */
  public byte[] copyRecord() {
    return Arrays.copyOfRange(bytes, recordStart, recordStart + recordLength);
  }

  /** Start of the record in {@link #bytes}. */
  public int recordStart() {
    return recordStart;
  }

  public int recordLength() {
    return recordLength;
  }

  /** A copy of the trace id, in UTF-8. */
  public byte[] copyTraceId() {
    return Arrays.copyOfRange(bytes, traceId.start(), traceId.start() + traceId.length());
  }

  /** A copy of the tenant as it was written, in UTF-8; empty when it is the default one. */
  public byte[] copyTenant() {
    return Arrays.copyOfRange(bytes, tenant.start(), tenant.start() + tenant.length());
  }

  /** Start of the trace id in {@link #bytes}. */
  public int traceIdStart() {
    return traceId.start();
  }

  /** Length of the trace id in bytes of UTF-8. */
  public int traceIdLength() {
    return traceId.length();
  }

  /** Hash of the record as it was written, see {@link TraceHash#ofBytes}. */
  public long recordHash() {
    if (recordHash == NOT_COMPUTED) {
      recordHash = TraceHash.ofBytes(bytes, recordStart, recordLength);
    }
    return recordHash;
  }

  /** Whether the event belongs to the trace with this tenant and id. */
  public boolean isOfTrace(byte[] tenantName, byte[] id) {
    return Arrays.equals(id, 0, id.length, bytes, traceId.start(), traceId.end())
        && Arrays.equals(tenantName, 0, tenantName.length, bytes, tenant.start(), tenant.end());
  }

  /** The partition of the trace id as a key. */
  public int partition(int partitions) {
    return KeyPartition.of(bytes, traceId.start(), traceId.length(), partitions);
  }

  /** Hash of the trace, see {@link TraceHash}. */
  public long traceHash() {
    if (traceHash == NOT_COMPUTED) {
      traceHash =
          TraceHash.ofTrace(
              bytes, tenant.start(), tenant.length(), bytes, traceId.start(), traceId.length());
    }
    return traceHash;
  }

  /** Hash of the span, by which a further report of it is recognised. */
  public long spanHash() {
    if (spanHash == NOT_COMPUTED) {
      long hash = TraceHash.mix(spanKey(), bytes, service.start(), service.length());
      hash = TraceHash.mix(hash, bytes, operation.start(), operation.length());
      spanHash = TraceHash.mix(hash, KIND_HASHES.getOrDefault(kind, 0L));
    }
    return spanHash;
  }

  /** Hash of tenant, service and operation. */
  public long operationHash() {
    if (operationHash == NOT_COMPUTED) {
      long hash = TraceHash.mix(3, bytes, tenant.start(), tenant.length());
      hash = TraceHash.mix(hash, bytes, service.start(), service.length());
      operationHash = TraceHash.mix(hash, bytes, operation.start(), operation.length());
    }
    return operationHash;
  }

  /** Hash of the span at the time of this event, for spans without ids. */
  public long timedSpanHash(long span) {
    return TraceHash.mix(span, timestampMicros);
  }
}
