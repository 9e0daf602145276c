package io.tracetide.processor.query.peer.message;

/** What a message between instances is. */
enum MessageKind {
  WINDOWS_QUESTION('W'),
  WINDOWS_ANSWER('w'),
  ANOMALIES_QUESTION('A'),
  ANOMALIES_ANSWER('a'),
  TRACE_QUESTION('F'),
  TRACE_ANSWER('f'),
  TRACES_QUESTION('T'),
  TRACES_ANSWER('t'),
  TRACE_COUNTS_QUESTION('C'),
  TRACE_COUNTS_ANSWER('c');

  private final byte letter;

  MessageKind(char letter) {
    this.letter = (byte) letter;
  }

  /** As which it stands in the message. */
  byte letter() {
    return letter;
  }
}
