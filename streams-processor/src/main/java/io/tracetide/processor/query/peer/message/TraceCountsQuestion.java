package io.tracetide.processor.query.peer.message;

/**
 * Asks an instance how many traces of one of its partitions are in flight.
 *
 * @param limitBytes greatest answer that is welcome
 */
public record TraceCountsQuestion(int partition, int limitBytes) {
  private static final int MOST_BYTES = 64;

  public byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.TRACE_COUNTS_QUESTION, MOST_BYTES);
    out.unsigned(partition);
    out.unsigned(limitBytes);
    return out.finish();
  }

  public static TraceCountsQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.TRACE_COUNTS_QUESTION);
    TraceCountsQuestion question =
        new TraceCountsQuestion(in.below(Integer.MAX_VALUE), in.below(Integer.MAX_VALUE));
    in.finish();
    return question;
  }
}
