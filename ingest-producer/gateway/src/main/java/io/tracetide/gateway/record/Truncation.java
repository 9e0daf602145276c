package io.tracetide.gateway.record;

import java.util.Locale;

/** A change to an accepted record, counted by kind. */
public enum Truncation {
  /** A tag beyond the limit was dropped. */
  TAG_DROPPED,
  /** A metadata entry beyond the limit was dropped, or all because the record was too large. */
  METADATA_DROPPED,
  /** An event beyond the limit was dropped, or all because the record was too large. */
  EVENT_DROPPED,
  /** An attribute of an event beyond the limit was dropped. */
  EVENT_ATTRIBUTE_DROPPED,
  /** An event with an invalid time was dropped; its span was kept. */
  EVENT_TIME_INVALID,
  /** A text was cut at its limit. */
  TEXT_CUT,
  /** A control character, a direction override or half a surrogate pair became U+FFFD. */
  CHARACTER_REPLACED,
  /** A span that ended before its start got duration 0: its host's clock went backwards. */
  NEGATIVE_DURATION,
  /** A span had no duration: it counts, without a latency. */
  DURATION_UNKNOWN,
  /** A sampling weight above the limit was lowered to it. */
  WEIGHT_LOWERED,
  /** Neighbouring buckets of a distribution beyond the limit were merged. */
  BUCKETS_MERGED,
  /** The sum of a distribution was not finite and was dropped. */
  SUM_UNKNOWN,
  /** A cumulative total contradicts an earlier one of its identity: two writers share it. */
  CONFLICTING_WRITERS,
  /** A tenant in the body was ignored: the tenant comes from the caller's credentials only. */
  TENANT_IGNORED,
  /** An unknown field was ignored, or one of a COMPLETED event in an event of another type. */
  FIELD_IGNORED;

  /** Value of the meters' tag {@code kind}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
