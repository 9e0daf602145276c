package io.tracetide.processor.query.peer.message;

import java.util.Locale;

/** Why a partition was not read from its owner. */
public enum PeerFailure {
  /** No connection. */
  UNREACHABLE,
  /** Connected, but no response in time. */
  TIMED_OUT,
  /** Its stores cannot be read now, or too many requests are queued. */
  UNAVAILABLE,
  /** Our token is missing, or not accepted by it. */
  REFUSED,
  /** It does not hold the partition, which has just been reassigned. */
  NOT_HELD,
  /** The response exceeds our limit or that of the peer. */
  TOO_LARGE,
  /** Its messages have another version: it is of another build. */
  OTHER_FORMAT,
  /** Not a response. */
  GARBLED;

  /** Whether requests for other partitions of the host would fail, too. */
  public boolean ofHost() {
    return this != NOT_HELD && this != TOO_LARGE;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
