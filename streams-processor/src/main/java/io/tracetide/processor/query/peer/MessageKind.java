package io.tracetide.processor.query.peer;

/** What a message between instances is. */
enum MessageKind {
  WINDOWS_QUESTION('W'),
  WINDOWS_ANSWER('w'),
  ANOMALIES_QUESTION('A'),
  ANOMALIES_ANSWER('a');

  private final byte letter;

  MessageKind(char letter) {
    this.letter = (byte) letter;
  }

  /** As which it stands in the message. */
  byte letter() {
    return letter;
  }
}
