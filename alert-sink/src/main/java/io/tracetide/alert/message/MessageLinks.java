package io.tracetide.alert.message;

/**
 * Links of a group of alerts. An empty text stands for a link that is not configured.
 *
 * @param dashboard the dashboard at the time of the alerts
 * @param silence page that silences the group; signed, expires, and works without a token
 * @param acknowledge page that acknowledges the alerts of the group; signed as well
 */
public record MessageLinks(String dashboard, String silence, String acknowledge) {
  /** No link. */
  public static final MessageLinks NONE = new MessageLinks("", "", "");
}
