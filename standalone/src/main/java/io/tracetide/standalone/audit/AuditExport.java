package io.tracetide.standalone.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.AuditChain;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainLink;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a part of the trail as JSON lines that can be verified without Kafka.
 *
 * <pre>
 * {"format":"tracetide-audit-export/1", ...}                           the requested range
 * {"partition":0,"sequence":7,"tenantId":...,"hash":"..."}              a record, with all its fields
 * {"partition":0,"sequence":8,"content":"...","hash":"..."}             a link without its record
 * {"records":1,"links":2,"heads":["0:8:..."],"sha256":"..."}            the end
 * </pre>
 *
 * <p>A record outside the requested range but between two requested ones is written as a link: the
 * hash of its content replaces the content, so that the chain can still be verified. The last line
 * has the SHA-256 of all bytes before it and of the heads. It has exactly one valid form, so that a
 * change of any byte of the file is detected.
 */
public final class AuditExport {

  static final String FORMAT = "tracetide-audit-export/1";
  static final JsonMapper JSON = new JsonMapper();

  private final OutputStream out;
  private final MessageDigest digest = sha256();
  private final Map<Integer, ChainHead> heads = new TreeMap<>();
  private final Range range;
  private long records;
  private long links;

  /**
   * Links after the last written record of a partition: written only when another record follows.
   */
  private final Map<Integer, Gap> gaps = new TreeMap<>();

  /** Encoded links that are not written yet, and the newest of them. */
  private static final class Gap {
    private final StringBuilder lines = new StringBuilder();
    private long count;
    private ChainHead head = new ChainHead(0, 0, "");
  }

  /**
   * The requested records.
   *
   * @param from lowest time of a record, inclusive
   * @param to highest time, exclusive
   * @param tenant their tenant; empty for all
   */
  public record Range(Instant from, Instant to, String tenant) {

    boolean contains(AuditRecord record) {
      Instant at = record.getTimestamp();
      return !at.isBefore(from)
          && at.isBefore(to)
          && (tenant.isEmpty() || tenant.equals(record.getTenantId()));
    }
  }

  /** Begins an export. */
  public AuditExport(OutputStream out, Range range, Instant now) throws IOException {
    this.out = out;
    this.range = range;
    ObjectNode header = JSON.createObjectNode();
    header.put("format", FORMAT);
    header.put("exportedAt", now.toString());
    header.put("from", range.from().toString());
    header.put("to", range.to().toString());
    header.put("tenant", range.tenant());
    write(header + "\n");
  }

  /** Adds the next record of a partition, in the order of its chain. */
  public void next(int partition, AuditRecord record) throws IOException {
    if (range.contains(record)) {
      Gap gap = gaps.put(partition, new Gap());
      if (gap != null && gap.count > 0) {
        write(gap.lines.toString());
        links += gap.count;
      }
      write(line(partition, record));
      records++;
      links++;
      heads.put(partition, head(partition, ChainLink.of(record)));
    } else if (gaps.containsKey(partition)) {
      Gap gap = gaps.get(partition);
      ChainLink link = ChainLink.of(record);
      gap.lines.append(line(partition, link));
      gap.count++;
      gap.head = head(partition, link);
      if (gap.lines.length() > 1 << 20) {
        // Written early to bound the memory; surplus links at the end are valid.
        write(gap.lines.toString());
        links += gap.count;
        heads.put(partition, gap.head);
        gaps.put(partition, new Gap());
      }
    }
  }

  /** Writes the last line; returns the number of exported records. */
  public long end() throws IOException {
    out.write(end(records, links, heads.values(), digest).getBytes(UTF_8));
    out.flush();
    return records;
  }

  /** The only valid last line of an export. */
  static String end(long records, long links, Collection<ChainHead> heads, MessageDigest before) {
    ObjectNode end = JSON.createObjectNode();
    end.put("records", records);
    end.put("links", links);
    var list = end.putArray("heads");
    for (ChainHead head : heads) {
      list.add(head.toString());
      before.update(head.toString().getBytes(UTF_8));
    }
    end.put("sha256", hex(before.digest()));
    return end + "\n";
  }

  private void write(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(bytes);
    out.write(bytes);
  }

  private static String line(int partition, AuditRecord record) {
    ObjectNode line = JSON.createObjectNode();
    line.put("partition", partition);
    line.put("sequence", record.getSequence());
    line.put("tenantId", record.getTenantId());
    line.put("timestampMicros", AuditChain.micros(record.getTimestamp()));
    line.put("actor", record.getActor());
    line.put("action", record.getAction());
    line.put("subject", record.getSubject());
    ObjectNode details = line.putObject("details");
    new TreeMap<>(record.getDetails()).forEach(details::put);
    ChainLink link = ChainLink.of(record);
    line.put("previousHash", hex(link.previousHash()));
    line.put("hash", hex(link.hash()));
    return line + "\n";
  }

  private static String line(int partition, ChainLink link) {
    ObjectNode line = JSON.createObjectNode();
    line.put("partition", partition);
    line.put("sequence", link.sequence());
    line.put("content", hex(link.content()));
    line.put("previousHash", hex(link.previousHash()));
    line.put("hash", hex(link.hash()));
    return line + "\n";
  }

  private static ChainHead head(int partition, ChainLink link) {
    return ChainHead.of(partition, link.sequence(), link.hash());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
