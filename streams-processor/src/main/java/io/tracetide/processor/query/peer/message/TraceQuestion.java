package io.tracetide.processor.query.peer.message;

/**
 * Asks an instance for one trace.
 *
 * @param limitBytes greatest answer that is welcome
 */
public record TraceQuestion(int partition, int limitBytes, String tenant, String traceId) {
  private static final int MOST_BYTES = 1 << 20;

  public byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.TRACE_QUESTION, MOST_BYTES);
    out.unsigned(partition);
    out.unsigned(limitBytes);
    out.text(tenant);
    out.text(traceId);
    return out.finish();
  }

  public static TraceQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.TRACE_QUESTION);
    TraceQuestion question =
        new TraceQuestion(
            in.below(Integer.MAX_VALUE), in.below(Integer.MAX_VALUE), in.text(), in.text());
    in.finish();
    return question;
  }
}
