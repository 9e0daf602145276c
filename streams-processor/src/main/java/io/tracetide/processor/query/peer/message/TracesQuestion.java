package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;

/**
 * Asks an instance for traces of one of its partitions that match.
 *
 * @param limitBytes greatest answer that is welcome
 */
public record TracesQuestion(
    ScanPosition from, int limitBytes, ScanLimits limits, TraceCriteria filter) {
  private static final int MOST_BYTES = 1 << 20;

  public byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.TRACES_QUESTION, MOST_BYTES);
    out.unsigned(from.partition());
    out.unsigned(limitBytes);
    position(from.position(), out);
    out.unsigned(limits.traces());
    out.flag(limits.steps());
    out.unsigned(limits.read());
    out.unsigned(limits.bytes());
    out.unsigned(limits.traceBytes());
    out.tenants(filter.tenants());
    out.names(filter.states());
    out.names(filter.services());
    out.names(filter.operations());
    out.names(filter.contexts());
    out.flag(filter.startedUpToMs().isPresent());
    filter.startedUpToMs().ifPresent(out::signed);
    return out.finish();
  }

  public static TracesQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.TRACES_QUESTION);
    int partition = in.below(Integer.MAX_VALUE);
    int limitBytes = in.below(Integer.MAX_VALUE);
    ScanPosition from = new ScanPosition(partition, position(in));
    ScanLimits limits =
        new ScanLimits(
            in.below(Integer.MAX_VALUE),
            in.flag(),
            in.below(Integer.MAX_VALUE),
            in.below(Integer.MAX_VALUE),
            in.below(Integer.MAX_VALUE));
    TraceCriteria filter =
        new TraceCriteria(
            in.tenants(),
            in.names(),
            in.names(),
            in.names(),
            in.names(),
            in.flag() ? OptionalLong.of(in.signed()) : OptionalLong.empty());
    in.finish();
    return new TracesQuestion(from, limitBytes, limits, filter);
  }

  static void position(Optional<Bytes> position, MessageWriter out) {
    out.flag(position.isPresent());
    position.ifPresent(bytes -> out.bytes(bytes.get()));
  }

  static Optional<Bytes> position(MessageReader in) {
    return in.flag() ? Optional.of(Bytes.wrap(in.bytes())) : Optional.empty();
  }
}
