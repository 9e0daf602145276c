package io.tracetide.alert.decision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A notification that was decided and is not sent yet.
 *
 * @param tenant owner of the alerts
 * @param integration name of the deliveries: a receiver, or one of its channels
 * @param group the group, with the sequence of the notification
 * @param status of the group
 * @param reason of the notification
 * @param decidedAt time of the decision; not part of the id
 * @param alerts of the notification, the most severe first; those after the first {@link
 *     #MAX_SHOWN} may be without texts
 */
public record NotificationIntent(
    String tenant,
    String integration,
    AlertGroup group,
    Status status,
    Reason reason,
    Instant decidedAt,
    List<TrackedAlert> alerts) {

  /** Alerts that a notification shows at most; the others are counted. */
  public static final int MAX_SHOWN = 100;

  public NotificationIntent {
    alerts = List.copyOf(alerts);
  }

  /** Order within the integration and group. */
  public long sequence() {
    return group.history().sequence();
  }

  /** Idempotency key: the same decision has the same id again. */
  public String id() {
    return sha256(
        tenant, integration, group.key(), reason.name(), status.name(), Long.toString(sequence()));
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
