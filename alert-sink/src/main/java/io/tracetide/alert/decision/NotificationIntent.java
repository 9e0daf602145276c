package io.tracetide.alert.decision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A notification that was decided and is not sent yet.
 *
 * @param id of the notification: the same decision gives the same id again
 * @param recipient receiver and group
 * @param sequence order within the recipient, without gaps
 * @param status of the group
 * @param reason of the notification
 * @param decidedAt time of the decision; not part of the id
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
      RecipientState state,
      Reason reason,
      Instant decidedAt) {
    String id =
        sha256(
            report.tenant(),
            recipient.receiver(),
            recipient.groupKey(),
            report.episode().anomalyId(),
            state.status().name(),
            Long.toString(state.sequence()));
    return new NotificationIntent(
        id, recipient, state.sequence(), state.status(), reason, decidedAt);
  }

  /**
   * Hashes the parts with their lengths, so that different lists of parts have different inputs.
   */
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
