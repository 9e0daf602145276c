package io.tracetide.processor.query.audit;

import io.tracetide.runtime.kafka.audit.TrailPage;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.serde.AvroBytes;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/audit}.
 *
 * @param entries newest first
 * @param scanned records that were read to find them, those of other tenants included
 * @param unreadable records among them that cannot be decoded
 * @param cursor start of the next page, also when this one has fewer entries than requested because
 *     the limit of records to read was reached; null on the last page
 */
public record AuditAnswer(
    List<Entry> entries, long scanned, long unreadable, @Nullable String cursor) {

  public AuditAnswer {
    entries = List.copyOf(entries);
  }

  /**
   * One entry of the trail.
   *
   * @param partition partition of the topic, whose records are one chain
   * @param sequence position in the chain, from 0
   * @param timestamp when it happened
   * @param chainedAt when it was added to the chain; the order of the entries
   * @param actor who did it: name of a token, or a role
   * @param hash of the record in its chain, in hex
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

    static Entry of(TrailPage.Entry entry) {
      AuditRecord record = entry.record();
      return new Entry(
          entry.partition(),
          record.getSequence(),
          record.getTenantId(),
          record.getTimestamp(),
          entry.chainedAt(),
          record.getActor(),
          record.getAction(),
          record.getSubject(),
          Collections.unmodifiableMap(new TreeMap<>(record.getDetails())),
          HexFormat.of().formatHex(AvroBytes.copy(record.getHash())));
    }
  }
}
