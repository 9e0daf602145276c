package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceSpan;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.request.CancellationCheck;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * Reads the matching traces of one partition up to a limit.
 *
 * <p>The weight of a trace is an upper bound of its bytes in a message to another instance: three
 * for each character, and those of lengths and numbers.
 */
public final class TraceScan {
  private static final int BYTES_PER_CHAR = 3;
  private static final int BYTES_PER_TEXT = 5;
  private static final int BYTES_PER_NUMBER = 10;
  private static final int NUMBERS_OF_A_TRACE = 20;
  private static final int NUMBERS_OF_A_STEP = 4;
  private static final int NUMBERS_OF_A_SPAN = 8;

  private TraceScan() {}

  /**
   * The result of a read.
   *
   * @param exhausted whether the partition has no more matching traces
   * @param position of the last trace that was read; empty when there is none
   * @param read traces read, matching or not
   */
  public record Found(
      List<TraceSnapshot> traces, boolean exhausted, Optional<Bytes> position, int read) {
    public Found {
      traces = List.copyOf(traces);
    }
  }

  /** Reads the traces after a position; none after a forged one. */
  public static Found read(
      LedgerPartition partition,
      TraceCriteria filter,
      Optional<Bytes> after,
      ScanLimits limits,
      CancellationCheck cancellation) {
    Reading reading = new Reading(filter.matcher(), limits, after, cancellation);
    try {
      partition.scan(filter.states(), after.map(Bytes::get).orElse(null), reading);
    } catch (BufferUnderflowException forged) {
      return new Found(List.of(), true, Optional.empty(), 0);
    }
    return new Found(reading.found, !reading.stopped, reading.position, reading.read);
  }

  /** The trace, without its steps and spans if it exceeds that weight with them. */
  public static TraceSnapshot fitting(TraceSnapshot trace, long bytes) {
    return weight(trace) <= bytes ? trace : trace.withoutDetails();
  }

  private static final class Reading implements LedgerPartition.Reader {
    private final TraceCriteria.Matcher matcher;
    private final ScanLimits limits;
    private final CancellationCheck cancellation;
    private final List<TraceSnapshot> found = new ArrayList<>();
    private Optional<Bytes> position;
    private long bytes;
    private int read;
    private boolean stopped;

    Reading(
        TraceCriteria.Matcher matcher,
        ScanLimits limits,
        Optional<Bytes> after,
        CancellationCheck cancellation) {
      this.matcher = matcher;
      this.limits = limits;
      this.position = after;
      this.cancellation = cancellation;
    }

    @Override
    public boolean read(TraceSnapshot trace, byte[] at) {
      cancellation.check();
      if (read == limits.read() || (matcher.matches(trace) && !take(trace))) {
        stopped = true;
        return false;
      }
      read++;
      position = Optional.of(Bytes.wrap(at));
      return true;
    }

    private boolean take(TraceSnapshot whole) {
      TraceSnapshot trace =
          limits.steps() ? fitting(whole.withoutSpans(), limits.traceBytes()) : whole.summary();
      long weight = weight(trace);
      if (found.size() == limits.traces()
          || (!found.isEmpty() && bytes + weight > limits.bytes())) {
        return false;
      }
      found.add(trace);
      bytes += weight;
      return true;
    }
  }

  static long weight(TraceSnapshot trace) {
    long bytes =
        NUMBERS_OF_A_TRACE * BYTES_PER_NUMBER
            + weight(trace.tenant())
            + weight(trace.traceId())
            + weight(trace.service())
            + weight(trace.operation())
            + weight(trace.currentOperation())
            + weight(trace.context())
            + weight(trace.tags())
            + weight(trace.metadata())
            + weightOfValues(trace.metrics())
            + weightOfValues(trace.resources());
    if (trace.state() instanceof LifecycleState.Failed failed) {
      bytes += weight(failed.errorType()) + weight(failed.errorMessage());
    }
    for (TraceStep step : trace.steps()) {
      bytes +=
          NUMBERS_OF_A_STEP * BYTES_PER_NUMBER
              + weight(step.service())
              + weight(step.operation())
              + weight(step.spanId())
              + weight(step.name())
              + weight(step.attributes());
    }
    for (TraceSpan span : trace.spans()) {
      bytes +=
          NUMBERS_OF_A_SPAN * BYTES_PER_NUMBER
              + weight(span.spanId())
              + weight(span.parentSpanId())
              + weight(span.service())
              + weight(span.operation())
              + span.end()
                  .map(end -> weight(end.errorType()) + weight(end.errorMessage()))
                  .orElse(0L)
              + weight(span.tags());
    }
    return bytes;
  }

  private static long weight(String text) {
    return BYTES_PER_TEXT + (long) BYTES_PER_CHAR * text.length();
  }

  private static long weight(Map<String, String> texts) {
    long bytes = 0;
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      bytes += weight(entry.getKey()) + weight(entry.getValue());
    }
    return bytes;
  }

  private static long weightOfValues(Map<String, Double> values) {
    long bytes = 0;
    for (String name : values.keySet()) {
      bytes += weight(name) + BYTES_PER_NUMBER;
    }
    return bytes;
  }
}
