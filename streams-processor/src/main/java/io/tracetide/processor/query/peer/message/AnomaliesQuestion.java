package io.tracetide.processor.query.peer.message;

/**
 * Asks an instance for the anomalies of one of its partitions.
 *
 * @param limitBytes greatest answer that is welcome
 */
public record AnomaliesQuestion(int partition, int limitBytes) {
  private static final int MOST_BYTES = 64;

  public byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.ANOMALIES_QUESTION, MOST_BYTES);
    out.unsigned(partition);
    out.unsigned(limitBytes);
    return out.finish();
  }

  public static AnomaliesQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.ANOMALIES_QUESTION);
    int partition = in.below(Integer.MAX_VALUE);
    int limitBytes = in.below(Integer.MAX_VALUE);
    in.finish();
    return new AnomaliesQuestion(partition, limitBytes);
  }
}
