package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;

/**
 * The state of an open trace by its time without events.
 *
 * @param sinceMs start of this state, milliseconds since the epoch
 * @param boundMs allowed time without events, milliseconds
 */
public record Silence(Kind kind, long sinceMs, long boundMs) {

  public enum Kind {
    /** Within the allowed time. */
    NONE,
    /** The trace is stuck. */
    STUCK,
    /** The trace is abandoned: no further events are expected. */
    ABANDONED
  }

  public static final Silence NONE = new Silence(Kind.NONE, 0, 0);

  void write(FactWriter out) {
    out.name(kind).signed(sinceMs).signed(boundMs);
  }

  static Silence read(FactReader in) {
    return new Silence(in.name(Kind.class), in.signed(), in.signed());
  }
}
