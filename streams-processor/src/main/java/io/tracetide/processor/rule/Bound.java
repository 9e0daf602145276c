package io.tracetide.processor.rule;

/** On which side of its threshold a rule is broken. */
public enum Bound {
  /** Values above the threshold. */
  ABOVE,
  /** Values below the threshold. */
  BELOW
}
