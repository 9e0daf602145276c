package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.message.PeerFailure;

/** What became of a question to another instance. */
sealed interface PeerReply {

  /** It sent some bytes; whether they are an answer is yet to be seen. */
  final class Answered implements PeerReply {
    private final byte[] message;

    Answered(byte[] message) {
      this.message = message;
    }

    byte[] message() {
      return message;
    }
  }

  /**
   * It sent no answer.
   *
   * @param detail for the log
   */
  record Failed(PeerFailure reason, String detail) implements PeerReply {}
}
