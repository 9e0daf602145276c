package io.tracetide.processor.compliance;

/** What a control looks at. */
public enum ControlType {
  /** Somebody must have approved before something happens, or before the end. */
  REQUIRED_APPROVAL,
  /** Who approves is known, and is neither who asked nor who the work is for. */
  FOUR_EYES,
  /** Some steps must not come in this order. */
  FORBIDDEN_SEQUENCE,
  /** Work begins within given hours of given days. */
  ACCESS_HOURS,
  /** No personal data is sent along. */
  PERSONAL_DATA,
  /** Contexts are removed, and records are kept no longer, within a time. */
  RETENTION
}
