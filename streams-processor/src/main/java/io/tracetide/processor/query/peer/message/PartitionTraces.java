package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.trace.TraceScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** What one partition of the ledger answers, as it travels between instances. */
public final class PartitionTraces {

  /** How many traces of one service are in flight. */
  public record Count(String tenant, String service, long inFlight, long stuck) {}

  private PartitionTraces() {}

  public static byte[] one(int partition, @Nullable TraceSnapshot trace, int limit) {
    MessageWriter out = begin(MessageKind.TRACE_ANSWER, partition, limit);
    out.flag(trace != null);
    if (trace != null) {
      SnapshotCodec.write(trace, out);
    }
    return out.finish();
  }

  public static Optional<TraceSnapshot> one(byte[] message, int partition) {
    MessageReader in = begin(message, MessageKind.TRACE_ANSWER, partition);
    Optional<TraceSnapshot> trace =
        in.flag() ? Optional.of(SnapshotCodec.read(in)) : Optional.empty();
    in.finish();
    return trace;
  }

  public static byte[] found(int partition, TraceScan.Found found, int limit) {
    MessageWriter out = begin(MessageKind.TRACES_ANSWER, partition, limit);
    out.unsigned(found.traces().size());
    found.traces().forEach(trace -> SnapshotCodec.write(trace, out));
    out.flag(found.exhausted());
    TracesQuestion.position(found.position(), out);
    out.unsigned(found.read());
    return out.finish();
  }

  public static TraceScan.Found found(byte[] message, int partition) {
    MessageReader in = begin(message, MessageKind.TRACES_ANSWER, partition);
    int count = in.count();
    List<TraceSnapshot> traces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      traces.add(SnapshotCodec.read(in));
    }
    boolean exhausted = in.flag();
    Optional<Bytes> position = TracesQuestion.position(in);
    int read = in.below(Integer.MAX_VALUE);
    in.finish();
    return new TraceScan.Found(traces, exhausted, position, read);
  }

  public static byte[] counts(int partition, LedgerPartition of, int limit) {
    MessageWriter out = begin(MessageKind.TRACE_COUNTS_ANSWER, partition, limit);
    of.counts(
        (tenant, service, inFlight, stuck) -> {
          out.flag(true);
          out.text(tenant);
          out.text(service);
          out.unsigned(inFlight);
          out.unsigned(stuck);
        });
    out.flag(false);
    return out.finish();
  }

  public static List<Count> counts(byte[] message, int partition) {
    MessageReader in = begin(message, MessageKind.TRACE_COUNTS_ANSWER, partition);
    List<Count> counts = new ArrayList<>();
    while (in.flag()) {
      counts.add(new Count(in.text(), in.text(), in.unsigned(), in.unsigned()));
    }
    in.finish();
    return counts;
  }

  private static MessageWriter begin(MessageKind kind, int partition, int limit) {
    MessageWriter out = new MessageWriter(kind, limit);
    out.unsigned(partition);
    return out;
  }

  private static MessageReader begin(byte[] message, MessageKind kind, int partition) {
    MessageReader in = new MessageReader(message, kind);
    int about = in.below(Integer.MAX_VALUE);
    if (about != partition) {
      throw MalformedMessageException.garbled(
          "partition %d was asked for, not %d".formatted(partition, about));
    }
    return in;
  }
}
