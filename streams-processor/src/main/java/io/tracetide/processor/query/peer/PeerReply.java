package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.message.PeerFailure;

/** The outcome of a request to another instance. */
sealed interface PeerReply {

  /** The peer sent bytes, which are not decoded yet. */
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
   * The peer sent no response.
   *
   * @param detail for the log
   */
  record Failed(PeerFailure reason, String detail) implements PeerReply {}
}
