package io.tracetide.alert.memory;

import io.tracetide.schemas.Notification;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What was last delivered to a receiver about one group. As text: {@code
 * 1;<revision>;<sequence>;<decidedAt>;<id>;<value>}.
 *
 * @param revision increases with every change, so that the newest of two states is known
 * @param sequence sequence of the last delivered notification; -1 before the first
 * @param decidedAtMillis time of its decision, in milliseconds since 1970
 * @param id beginning of the hash of its id; empty before the first
 * @param value value that the channel keeps; empty for none
 */
record GroupState(long revision, long sequence, long decidedAtMillis, String id, String value) {
  static final GroupState NONE = new GroupState(0, -1, 0, "", "");

  private static final String FORMAT = "1";
  private static final int PARTS = 6;
  private static final int ID_BYTES = 8;

  /** The state after the delivery of a notification. */
  GroupState delivered(Notification notification) {
    return new GroupState(
        revision + 1,
        notification.getSequence(),
        notification.getDecidedAt().toEpochMilli(),
        hash(notification.getNotificationId()),
        value);
  }

  GroupState withValue(String newValue) {
    return new GroupState(revision + 1, sequence, decidedAtMillis, id, newValue);
  }

  boolean isOf(Notification notification) {
    return !id.isEmpty() && id.equals(hash(notification.getNotificationId()));
  }

  /**
   * Whether a newer notification of the group was delivered. A lower sequence that was decided
   * later is of a group that began anew, and a higher one that was decided earlier is of a clock
   * that was set back.
   */
  boolean isNewerThan(Notification notification) {
    return notification.getSequence() < sequence
        && notification.getDecidedAt().toEpochMilli() <= decidedAtMillis;
  }

  String text() {
    return String.join(
        ";",
        FORMAT,
        Long.toString(revision),
        Long.toString(sequence),
        Long.toString(decidedAtMillis),
        id,
        value);
  }

  /** Empty for a text of another format. */
  static Optional<GroupState> parse(String text) {
    String[] parts = text.split(";", PARTS);
    if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new GroupState(
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              Long.parseLong(parts[3]),
              parts[4],
              parts[5]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String hash(String id) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
