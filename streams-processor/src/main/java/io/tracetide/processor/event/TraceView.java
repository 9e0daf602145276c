package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What aggregation needs of one trace event. Names stay where they are in the record's bytes and
 * become strings only when somebody asks.
 */
public final class TraceView implements RecordView {

  private static final byte[] NO_BYTES = {};

  /** Stands for a name that nobody has asked for; the one that is the same is made each time. */
  private static final long UNASKED = 0;

  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);
  private static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);

  private static final Map<SpanKind, Long> KIND_NAMES = new EnumMap<>(SpanKind.class);

  static {
    for (SpanKind kind : SpanKind.values()) {
      KIND_NAMES.put(kind, TraceHash.ofBytes(kind.name().getBytes(UTF_8)));
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
  SpanKind kind = SpanKind.UNSPECIFIED;
  private boolean tellsOfWorkflow;
  private boolean measurement;
  TraceEventType type = TraceEventType.UPDATED;
  TraceStatus status = TraceStatus.RUNNING;
  long timestampMicros;
  private long durationMicros;
  private boolean hasDuration;
  double samplingWeight;
  private final double[] usage = new double[ResourceField.COUNT];
  private int usageReported; // One bit for each resource.

  /* Made when somebody first asks: it is asked for ahead of when it is needed. */

  private long traceHash;
  private long spanHash;
  private long recordHash;
  private long operationHash;
  private final KeyBuffer latencyKey = new KeyBuffer();
  private int latencyHash;
  private boolean templated;

  private final CustomMeasures measures = new CustomMeasures();

  /** Starts on the next event, with the defaults of the contract. */
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
    kind = SpanKind.UNSPECIFIED;
    tellsOfWorkflow = false;
    measurement = false;
    type = TraceEventType.UPDATED;
    status = TraceStatus.RUNNING;
    timestampMicros = 0;
    durationMicros = 0;
    hasDuration = false;
    samplingWeight = 1;
    usageReported = 0;
    measures.clear();
    traceHash = UNASKED;
    spanHash = UNASKED;
    recordHash = UNASKED;
    operationHash = UNASKED;
    latencyKey.clear();
    templated = false;
  }

  /** Becomes one measure of a workflow, at a time, and nothing else. */
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

  /** Whether this is a measure of a workflow, and no event. */
  public boolean isMeasurement() {
    return measurement;
  }

  /** Says how many events this one stands for. */
  public void setSamplingWeight(double weight) {
    samplingWeight = weight;
  }

  /** Says how long the work took, when the event itself does not. */
  public void setDurationMicros(long value) {
    durationMicros = value;
    hasDuration = true;
  }

  /** Says that the work failed, when another report of it does. */
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

  /** How many events this one stands for. */
  public double samplingWeight() {
    return samplingWeight;
  }

  /** Whether the event says anything about the resources its work uses. */
  public boolean reportsUsage() {
    return usageReported != 0;
  }

  public boolean reportsUsage(ResourceField resource) {
    return (usageReported & 1 << resource.place()) != 0;
  }

  /** In the unit that the resource's field names. */
  public double usage(ResourceField resource) {
    return usage[resource.place()];
  }

  /** How many measures of its service's own the event tells of. */
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

  boolean hasFiniteUsage() {
    for (int i = 0; usageReported != 0 && i < usage.length; i++) {
      if ((usageReported & 1 << i) != 0 && !Double.isFinite(usage[i])) {
        return false;
      }
    }
    return true;
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

  /** Whether something happened in the span that several modules understand. */
  public boolean tellsOfWorkflow() {
    return tellsOfWorkflow;
  }

  /** Notes the type of something that happened in the span. */
  void noteEvent(int start, int length) {
    tellsOfWorkflow |= WorkflowEvents.isKnown(bytes, start, length);
  }

  public boolean hasSpanId() {
    return spanId.length() > 0;
  }

  /** When it happened, microseconds since the epoch. */
  public long timestampMicros() {
    return timestampMicros;
  }

  /** A copy of the record, as it was written. */
  public byte[] copyRecord() {
    return Arrays.copyOfRange(bytes, recordStart, recordStart + recordLength);
  }

  /** Where the record begins in {@link #bytes}. */
  public int recordStart() {
    return recordStart;
  }

  public int recordLength() {
    return recordLength;
  }

  /** A copy of the trace's id, in UTF-8. */
  public byte[] copyTraceId() {
    return Arrays.copyOfRange(bytes, traceId.start(), traceId.start() + traceId.length());
  }

  /** A copy of the tenant as it was written, in UTF-8; empty when it is the default one. */
  public byte[] copyTenant() {
    return Arrays.copyOfRange(bytes, tenant.start(), tenant.start() + tenant.length());
  }

  /** Name of the record as it was written, see {@link TraceHash#ofBytes}. */
  public long recordHash() {
    if (recordHash == UNASKED) {
      recordHash = TraceHash.ofBytes(bytes, recordStart, recordLength);
    }
    return recordHash;
  }

  /** Whether the event is of the trace with these names. */
  public boolean isOfTrace(byte[] tenantName, byte[] id) {
    return Arrays.equals(id, 0, id.length, bytes, traceId.start(), traceId.end())
        && Arrays.equals(tenantName, 0, tenantName.length, bytes, tenant.start(), tenant.end());
  }

  /** The partition that the trace's id leads to as a key. */
  public int partition(int partitions) {
    return KeyPartition.of(bytes, traceId.start(), traceId.length(), partitions);
  }

  /** Name of the trace, see {@link TraceHash}. */
  public long traceHash() {
    if (traceHash == UNASKED) {
      traceHash =
          TraceHash.ofTrace(
              bytes, tenant.start(), tenant.length(), bytes, traceId.start(), traceId.length());
    }
    return traceHash;
  }

  /** Name of the span, by which its work is known when it comes again. */
  public long spanHash() {
    if (spanHash == UNASKED) {
      long hash = TraceHash.mix(traceHash(), bytes, spanId.start(), spanId.length());
      hash = TraceHash.mix(hash, bytes, service.start(), service.length());
      hash = TraceHash.mix(hash, bytes, operation.start(), operation.length());
      spanHash = TraceHash.mix(hash, KIND_NAMES.getOrDefault(kind, 0L));
    }
    return spanHash;
  }

  /** Name of the operation, in its service and tenant. */
  public long operationHash() {
    if (operationHash == UNASKED) {
      long hash = TraceHash.mix(3, bytes, tenant.start(), tenant.length());
      hash = TraceHash.mix(hash, bytes, service.start(), service.length());
      operationHash = TraceHash.mix(hash, bytes, operation.start(), operation.length());
    }
    return operationHash;
  }

  /** Name of the span at the time of this event: where spans have no ids, it tells them apart. */
  public long timedSpanHash(long span) {
    return TraceHash.mix(span, timestampMicros);
  }

  /** Offers this trace as an example of a window that it was counted in. */
  public void offerAsExemplar(WindowStats stats, double value) {
    stats.offerExemplar(value, isFailed(), bytes, traceId.start(), traceId.length());
  }

  /** Counts the work in a window under its series, as of weight 1, with its trace as an example. */
  public void recordLatency(PartialTable partials, KeyBuffer series, long windowStartMs) {
    partials.record(
        series.array(),
        series.length(),
        windowStartMs,
        (double) durationMicros,
        isFailed(),
        bytes,
        traceId.start(),
        traceId.length());
  }

  @Override
  public String describe() {
    return "timestamp " + timestampMs() + " ms, duration " + durationMicros + " us";
  }

  /** Writes the key of the operation's latency series, as {@code SeriesCodec} does. */
  public void writeLatencyKey(KeyBuffer into) {
    writeService(into);
    into.append(LATENCY).append((byte) 0).append(bytes, operation.start(), operation.length());
  }

  /**
   * Writes the key of the latency series of the operation's template.
   *
   * @return whether the template differs from the name
   */
  public boolean writeLatencyKey(KeyBuffer into, OperationTemplate template) {
    if (!template.rewrite(bytes, operation.start(), operation.length())) {
      writeLatencyKey(into);
      return false;
    }
    writeService(into);
    into.append(LATENCY).append((byte) 0).append(template.array(), 0, template.length());
    return true;
  }

  /**
   * The key of the operation's latency series, written when it is first asked for.
   *
   * @param template makes the template under which the operation goes; null when it goes under its
   *     own name
   */
  public KeyBuffer latencyKey(@Nullable OperationTemplate template) {
    if (latencyKey.length() == 0) {
      if (template == null) {
        writeLatencyKey(latencyKey);
      } else {
        templated = writeLatencyKey(latencyKey, template);
      }
    }
    return latencyKey;
  }

  /** Writes {@link #latencyKey}, and makes its hash. */
  public void hashLatencyKey(@Nullable OperationTemplate template) {
    KeyBuffer key = latencyKey(template);
    latencyHash = KeyTable.hash(key.array(), 0, key.length());
  }

  /** Hash of {@link #latencyKey}, as it was made last. */
  public int latencyHash() {
    return latencyHash;
  }

  /** Whether {@link #latencyKey} is of a template that differs from the operation's name. */
  public boolean isTemplated() {
    return templated;
  }

  /** Writes the key of a metric of the service, as {@code SeriesCodec} does. */
  public void writeMetricKey(KeyBuffer into, byte[] metric) {
    writeService(into);
    into.append(metric).append((byte) 0).append((byte) '*');
  }

  /** Writes the key of one of the measures of the service's own. */
  public void writeMeasureKey(KeyBuffer into, int index) {
    writeService(into);
    into.append(bytes, measures.start(index), measures.length(index))
        .append((byte) 0)
        .append((byte) '*');
  }

  /**
   * Writes the key of the same measure for the workflow alone.
   *
   * @return whether the workflow has a name, and one of its own
   */
  public boolean writeWorkflowKey(KeyBuffer into, int index) {
    if (!operation.isName(bytes) || isEveryOperation()) {
      return false;
    }
    writeService(into);
    into.append(bytes, measures.start(index), measures.length(index))
        .append((byte) 0)
        .append(bytes, operation.start(), operation.length());
    return true;
  }

  private boolean isEveryOperation() {
    return operation.length() == 1 && bytes[operation.start()] == '*';
  }

  private void writeService(KeyBuffer into) {
    into.clear();
    if (tenant.length() == 0) {
      into.append(DEFAULT_TENANT);
    } else {
      into.append(bytes, tenant.start(), tenant.length());
    }
    into.append((byte) 0).append(bytes, service.start(), service.length()).append((byte) 0);
  }
}
