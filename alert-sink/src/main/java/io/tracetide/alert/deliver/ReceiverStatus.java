package io.tracetide.alert.deliver;

/**
 * Status of one receiver.
 *
 * @param name as in the configuration
 * @param channel kind of its channel
 * @param pending notifications that wait for it
 * @param readingTrouble why its notifications are not read; empty while they are
 * @param deliveryTrouble why the last attempt failed; empty if it succeeded
 */
public record ReceiverStatus(
    String name, String channel, int pending, String readingTrouble, String deliveryTrouble) {

  /** The status in one line. */
  public String summary() {
    StringBuilder line = new StringBuilder(name).append(": ");
    if (!readingTrouble.isEmpty()) {
      line.append("not reading (").append(readingTrouble).append("), ");
    }
    if (!deliveryTrouble.isEmpty()) {
      line.append("failing (").append(deliveryTrouble).append("), ");
    }
    return line.append(pending).append(" pending").toString();
  }
}
