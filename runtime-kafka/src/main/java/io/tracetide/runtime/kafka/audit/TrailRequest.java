package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.AuditRecord;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A page of the audit trail to read.
 *
 * @param from records chained before are left out
 * @param to records chained at this time or later are left out
 * @param before offset of each partition at which the page before ended; empty for the newest page
 * @param filter selects records
 * @param limit most records of the page
 * @param cancelled ends the reading early, with what was found
 */
public record TrailRequest(
    Instant from,
    Instant to,
    Map<Integer, Long> before,
    Predicate<AuditRecord> filter,
    int limit,
    BooleanSupplier cancelled) {

  public TrailRequest {
    before = Map.copyOf(before);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
  }
}
