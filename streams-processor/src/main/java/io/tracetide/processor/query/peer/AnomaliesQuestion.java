package io.tracetide.processor.query.peer;

/** Asks an instance for the anomalies of one of its partitions. */
record AnomaliesQuestion(int partition) {
  private static final int MOST_BYTES = 64;

  byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.ANOMALIES_QUESTION, MOST_BYTES);
    out.unsigned(partition);
    return out.finish();
  }

  static AnomaliesQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.ANOMALIES_QUESTION);
    AnomaliesQuestion question = new AnomaliesQuestion(in.below(Integer.MAX_VALUE));
    in.finish();
    return question;
  }
}
