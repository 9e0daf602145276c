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
 * How records of the audit trail hang together, so that anybody can check that none was changed,
 * left out or put in between.
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
 * <p>The content has a hash of its own, so that a record can be left out of an export, for it
 * concerns another tenant, and the chain still be verified over its place.
 */
public final class AuditChain {

  /** Bytes of a hash. */
  public static final int HASH_BYTES = 32;

  private static final String CONTENT = "tracetide-audit-content-1";
  private static final String LINK = "tracetide-audit-link-1";
  private static final byte[] NO_HASH = {};

  private AuditChain() {}

  /** What the first record of a chain has in the place of the previous hash. */
  public static byte[] origin() {
    return NO_HASH.clone();
  }

  /** The record of an entry at its place in a chain. */
  public static AuditRecord link(AuditEntry entry, long sequence, byte[] previousHash) {
    AuditRecord unlinked =
        new AuditRecord(
            entry.getTenantId(),
            sequence,
            // The contract has microseconds: what is written must be what was hashed.
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

  /** Hash of everything that a record says, its place left out. */
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

  /** Hash of a record at its place. */
  public static byte[] hash(byte[] previousHash, long sequence, byte[] content) {
    MessageDigest digest = sha256();
    text(digest, LINK);
    digest.update(previousHash);
    number(digest, sequence);
    digest.update(content);
    return digest.digest();
  }

  /** Microseconds since 1970; those of any time that the contract can carry. */
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
