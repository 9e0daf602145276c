package io.tracetide.processor.rule;

/** The side of the threshold on which a rule is broken. */
public enum Bound {
  /** Values above the threshold. */
  ABOVE,
  /** Values below the threshold. */
  BELOW
}
