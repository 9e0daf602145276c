package io.tracetide.alert.message;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;

/** Creates the links of messages. Every method returns an empty text for what is not configured. */
public interface Links {

  /** Links of the group of a notification. */
  MessageLinks of(Notification notification);

  /** Page of a trace. */
  String trace(String tenant, String traceId);

  /** Runbook of an alert: its annotation {@code runbook_url}, or the configured template. */
  String runbook(Alert alert);

  /** Links to nothing, except to the runbooks that alerts name. */
  static Links none() {
    return new Links() {
      @Override
      public MessageLinks of(Notification notification) {
        return MessageLinks.NONE;
      }

      @Override
      public String trace(String tenant, String traceId) {
        return "";
      }

      @Override
      public String runbook(Alert alert) {
        return alert.getAnnotations().getOrDefault("runbook_url", "");
      }
    };
  }
}
