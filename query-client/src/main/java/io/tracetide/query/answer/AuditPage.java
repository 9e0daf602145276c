package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page of {@code /monitoring/audit}, newest entries first.
 *
 * @param scanned records that were read, those of other tenants included
 * @param unreadable records among them that cannot be decoded
 * @param cursor start of the next page, also after an empty one; null on the last page
 */
public record AuditPage(
    List<Entry> entries, long scanned, long unreadable, @Nullable String cursor) {
  public AuditPage {
    entries = Values.list(entries);
  }

  /**
   * One entry of the audit trail.
   *
   * @param partition partition of the topic, whose records are one chain
   * @param sequence position in the chain, from 0
   * @param timestamp time of the action
   * @param chainedAt when it was added to the chain; the order of the entries
   * @param actor name of the token, or a role
   * @param hash hash of the record in its chain, in hex
   */
  public record Entry(
      int partition,
      long sequence,
      String tenant,
      Instant timestamp,
      Instant chainedAt,
      String actor,
      String action,
      String subject,
      Map<String, String> details,
      String hash) {
    public Entry {
      details = Values.map(details);
    }
  }
}
