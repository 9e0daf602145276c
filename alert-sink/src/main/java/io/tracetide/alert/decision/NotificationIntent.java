package io.tracetide.alert.decision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The effect of a decision: a receiver is to be told something.
 *
 * @param id names this notification for ever: deciding it again gives the same id
 * @param recipient who is told
 * @param sequence order within the recipient, without gaps
 * @param status what is told
 * @param reason why now
 * @param decidedAt when; not part of the id
 */
public record NotificationIntent(
    String id,
    Recipient recipient,
    long sequence,
    Status status,
    Reason reason,
    Instant decidedAt) {

  static NotificationIntent of(
      AnomalyReport report,
      Recipient recipient,
      RecipientState standing,
      Reason reason,
      Instant decidedAt) {
    String id =
        sha256(
            report.tenant(),
            recipient.receiver(),
            recipient.groupKey(),
            report.episode().anomalyId(),
            standing.status().name(),
            Long.toString(standing.sequence()));
    return new NotificationIntent(
        id, recipient, standing.sequence(), standing.status(), reason, decidedAt);
  }

  /** Hashes the parts with their lengths, so that no two lists of parts run into one another. */
  private static String sha256(String... parts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
