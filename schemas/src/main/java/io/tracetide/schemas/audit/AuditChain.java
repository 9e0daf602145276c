package io.tracetide.schemas.audit;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The hash chain of the audit trail: with it a reader can verify that no record was changed,
 * removed or inserted.
 *
 * <p>Numbers are big-endian; a text is its length in UTF-8 bytes (4 bytes), then those bytes.
 *
 * <pre>
 * content = SHA-256( "tracetide-audit-content-1"          as text
 *                    tenantId  timestamp  actor  action  subject
 *                                                         timestamp: 8 bytes, microseconds since 1970
 *                    number of details                    4 bytes
 *                    name  value                          of each, names in order of their UTF-8 bytes )
 * hash    = SHA-256( "tracetide-audit-link-1"             as text
 *                    previousHash                         32 bytes; none in the first record
 *                    sequence                             8 bytes
 *                    content )                            32 bytes
 * </pre>
 *
 * <p>The content has its own hash, so that an export can leave out the records of other tenants and
 * the chain can still be verified.
 */
public final class AuditChain {

  /** Bytes of a hash. */
  public static final int HASH_BYTES = 32;

  private static final String CONTENT = "tracetide-audit-content-1";
  private static final String LINK = "tracetide-audit-link-1";
  private static final byte[] NO_HASH = {};

  private AuditChain() {}

  /** The previous hash of the first record of a chain: no bytes. */
  public static byte[] origin() {
    return NO_HASH.clone();
  }

  /** The record of an entry at its position in a chain. */
  public static AuditRecord link(AuditEntry entry, long sequence, byte[] previousHash) {
    AuditRecord unlinked =
        new AuditRecord(
            entry.getTenantId(),
            sequence,
            // The contract has microseconds, and the hash must be of the time that is written.
            entry.getTimestamp().truncatedTo(ChronoUnit.MICROS),
            entry.getActor(),
            entry.getAction(),
            entry.getSubject(),
            entry.getDetails(),
            ByteBuffer.wrap(previousHash.clone()),
            ByteBuffer.allocate(0));
    byte[] hash = hash(previousHash, sequence, content(unlinked));
    return AuditRecord.newBuilder(unlinked).setHash(ByteBuffer.wrap(hash)).build();
  }

  /** Hash of a record's content, without its position in the chain. */
  public static byte[] content(AuditRecord record) {
    MessageDigest digest = sha256();
    text(digest, CONTENT);
    text(digest, record.getTenantId());
    number(digest, micros(record.getTimestamp()));
    text(digest, record.getActor());
    text(digest, record.getAction());
    text(digest, record.getSubject());
    List<Map.Entry<byte[], String>> details =
        record.getDetails().entrySet().stream()
            .map(entry -> Map.entry(utf8(entry.getKey()), entry.getValue()))
            .sorted((one, other) -> Arrays.compareUnsigned(one.getKey(), other.getKey()))
            .toList();
    length(digest, details.size());
    details.forEach(
        detail -> {
          bytes(digest, detail.getKey());
          text(digest, detail.getValue());
        });
    return digest.digest();
  }

  /** Hash of a record at its position. */
  public static byte[] hash(byte[] previousHash, long sequence, byte[] content) {
    MessageDigest digest = sha256();
    text(digest, LINK);
    digest.update(previousHash);
    number(digest, sequence);
    digest.update(content);
    return digest.digest();
  }

  /** Microseconds since 1970, for every time that the contract can hold. */
  public static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000L + time.getNano() / 1_000L;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void text(MessageDigest digest, String text) {
    bytes(digest, utf8(text));
  }

  private static void bytes(MessageDigest digest, byte[] bytes) {
    length(digest, bytes.length);
    digest.update(bytes);
  }

  private static void length(MessageDigest digest, int length) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
  }

  private static void number(MessageDigest digest, long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }
}
