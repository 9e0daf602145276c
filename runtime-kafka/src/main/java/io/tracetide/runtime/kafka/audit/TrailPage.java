package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A page of the audit trail, newest first.
 *
 * @param before offset of each partition at which the next page begins; empty on the last page
 * @param scanned records that were read for the page
 * @param unreadable those of them that cannot be decoded
 */
public record TrailPage(
    List<Entry> entries, Map<Integer, Long> before, long scanned, long unreadable) {

  public TrailPage {
    entries = List.copyOf(entries);
    before = Map.copyOf(before);
  }

  /**
   * A record.
   *
   * @param chainedAt when it was added to its chain; the order of the trail
   */
  public record Entry(int partition, long offset, Instant chainedAt, AuditRecord record) {}
}
