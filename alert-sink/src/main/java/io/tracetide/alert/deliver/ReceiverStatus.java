package io.tracetide.alert.deliver;

/**
 * Status of one receiver.
 *
 * @param name as in the configuration; of a receiver with several channels, of one of them
 * @param channel kind of its channel
 * @param pending notifications that wait for it
 * @param readingTrouble why its notifications are not read; empty while they are
 * @param deliveryTrouble why the last attempt failed; empty if it succeeded
 * @param templateTrouble the last failure of a template since the start; empty if there was none
 */
public record ReceiverStatus(
    String name,
    String channel,
    int pending,
    String readingTrouble,
    String deliveryTrouble,
    String templateTrouble) {

  /** The status of a receiver without templates that failed. */
  public ReceiverStatus(
      String name, String channel, int pending, String readingTrouble, String deliveryTrouble) {
    this(name, channel, pending, readingTrouble, deliveryTrouble, "");
  }

  /** The status in one line. */
  public String summary() {
    StringBuilder line = new StringBuilder(name).append(": ");
    if (!readingTrouble.isEmpty()) {
      line.append("not reading (").append(readingTrouble).append("), ");
    }
    if (!deliveryTrouble.isEmpty()) {
      line.append("failing (").append(deliveryTrouble).append("), ");
    }
    if (!templateTrouble.isEmpty()) {
      line.append("template failed (").append(templateTrouble).append("), ");
    }
    return line.append(pending).append(" pending").toString();
  }
}
