package io.tracetide.gateway.record;

import java.util.Locale;

/** What was changed in an accepted record, so that no cut is silent. */
public enum Truncation {
  /** A tag beyond the number allowed was left out. */
  TAG_DROPPED,
  /**
   * A metadata entry beyond the number allowed was left out, or all of them because the record was
   * too large.
   */
  METADATA_DROPPED,
  /**
   * An event beyond the number allowed was left out, or all of them because the record was too
   * large.
   */
  EVENT_DROPPED,
  /** An attribute of an event beyond the number allowed was left out. */
  EVENT_ATTRIBUTE_DROPPED,
  /** An event was left out because its time is none; its span was kept. */
  EVENT_TIME_INVALID,
  /** A text was cut at its limit. */
  TEXT_CUT,
  /** A control character, a direction override or half a surrogate pair became U+FFFD. */
  CHARACTER_REPLACED,
  /** Work that ended before it began got duration 0: its host's clock went backwards. */
  NEGATIVE_DURATION,
  /** Work came without a duration: it counts, without a latency. */
  DURATION_UNKNOWN,
  /** A sampling weight beyond reason was lowered to the largest allowed. */
  WEIGHT_LOWERED,
  /** Neighbouring buckets of a distribution were merged: it had more than can be kept. */
  BUCKETS_MERGED,
  /** The sum of a distribution was no finite number: it counts without one. */
  SUM_UNKNOWN,
  /**
   * A running total contradicts an earlier one of the same identity: two writers share it, and hide
   * each other.
   */
  CONFLICTING_WRITERS,
  /** A tenant in the body was ignored: the tenant comes from the caller's credentials only. */
  TENANT_IGNORED,
  /** A field that the contract does not have was ignored. */
  FIELD_IGNORED;

  /** Value of the metric's tag. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
