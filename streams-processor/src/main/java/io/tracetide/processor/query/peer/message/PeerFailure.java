package io.tracetide.processor.query.peer.message;

import java.util.Locale;

/** Why a partition was not read from its owner. */
public enum PeerFailure {
  /** No connection. */
  UNREACHABLE,
  /** Connected, and silent. */
  TIMED_OUT,
  /** It says that it cannot read its stores now, or has no time. */
  UNAVAILABLE,
  /** It does not know us: our token is missing, or none of its own. */
  REFUSED,
  /** It says that it does not hold the partition: it was given to it, or taken away, just now. */
  NOT_HELD,
  /** More bytes than we take, or than it sends. */
  TOO_LARGE,
  /** It speaks another format: another version of this program. */
  OTHER_FORMAT,
  /** Not an answer. */
  GARBLED;

  /** Whether its other partitions need not be asked for. */
  public boolean ofHost() {
    return this != NOT_HELD && this != TOO_LARGE;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
