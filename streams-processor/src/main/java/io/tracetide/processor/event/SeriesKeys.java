package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.window.SeriesId;
import org.jspecify.annotations.Nullable;

/**
 * Writes the keys of the series that a trace event is counted under, as {@code SeriesCodec} does.
 */
public final class SeriesKeys {

  private static final byte[] DEFAULT_TENANT = "default".getBytes(UTF_8);
  private static final byte[] LATENCY = SeriesId.LATENCY.getBytes(UTF_8);

  private SeriesKeys() {}

  /**
   * The key of the operation's latency series, written on first use.
   *
   * @param template computes the template that replaces the operation's name; null to use the name
   *     itself
   */
  public static LatencyKey latency(TraceView event, @Nullable OperationTemplate template) {
    LatencyKey key = event.latencyKey;
    if (key.buffer.length() == 0) {
      if (template == null) {
        writeLatency(event, key.buffer);
      } else {
        key.templated = writeLatency(event, key.buffer, template);
      }
      key.hash = KeyTable.hash(key.buffer.array(), 0, key.buffer.length());
    }
    return key;
  }

  /** Writes the key of the operation's latency series, as {@code SeriesCodec} does. */
  public static void writeLatency(TraceView event, KeyBuffer into) {
    writeService(event, into);
    into.append(LATENCY)
        .append((byte) 0)
        .append(event.bytes(), event.operation.start(), event.operation.length());
  }

  /**
   * Writes the key of the latency series of the operation's template.
   *
   * @return whether the template differs from the name
   */
  public static boolean writeLatency(TraceView event, KeyBuffer into, OperationTemplate template) {
    if (!template.rewrite(event.bytes(), event.operation.start(), event.operation.length())) {
      writeLatency(event, into);
      return false;
    }
    writeService(event, into);
    into.append(LATENCY).append((byte) 0).append(template.array(), 0, template.length());
    return true;
  }

  /** Writes the key of a metric of the service, as {@code SeriesCodec} does. */
  public static void writeMetric(TraceView event, KeyBuffer into, byte[] metric) {
    writeService(event, into);
    into.append(metric).append((byte) 0).append((byte) '*');
  }

  /** Writes the key of one of the service's custom measures. */
  public static void writeMeasure(TraceView event, KeyBuffer into, int index) {
    writeService(event, into);
    into.append(event.bytes(), event.measures.start(index), event.measures.length(index))
        .append((byte) 0)
        .append((byte) '*');
  }

  /**
   * Writes the key of the same measure for the operation (the workflow) instead of the service.
   *
   * @return false when the operation is the name of the roll-up; then nothing is written
   */
  public static boolean writeWorkflow(TraceView event, KeyBuffer into, int index) {
    if (!event.operation.isName(event.bytes()) || isEveryOperation(event)) {
      return false;
    }
    writeService(event, into);
    into.append(event.bytes(), event.measures.start(index), event.measures.length(index))
        .append((byte) 0)
        .append(event.bytes(), event.operation.start(), event.operation.length());
    return true;
  }

  private static boolean isEveryOperation(TraceView event) {
    return event.operation.length() == 1 && event.bytes()[event.operation.start()] == '*';
  }

  private static void writeService(TraceView event, KeyBuffer into) {
    into.clear();
    if (event.tenant.length() == 0) {
      into.append(DEFAULT_TENANT);
    } else {
      into.append(event.bytes(), event.tenant.start(), event.tenant.length());
    }
    into.append((byte) 0)
        .append(event.bytes(), event.service.start(), event.service.length())
        .append((byte) 0);
  }
}
