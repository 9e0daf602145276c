package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;

/**
 * What the silence of an open trace means.
 *
 * @param sinceMs when it began to mean that, milliseconds since the epoch
 * @param boundMs how long the trace may be silent
 */
public record Silence(Kind kind, long sinceMs, long boundMs) {

  public enum Kind {
    /** Nothing. */
    NONE,
    /** It is stuck. */
    STUCK,
    /** Nothing more is expected of it. */
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
