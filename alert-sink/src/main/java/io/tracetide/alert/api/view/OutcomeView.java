package io.tracetide.alert.api.view;

import io.tracetide.schemas.NotificationOutcome;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The outcome of a notification in a response. */
public final class OutcomeView {

  /** Its members. */
  public static Map<String, Object> json(NotificationOutcome outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("notificationId", outcome.getNotificationId());
    json.put("tenant", outcome.getTenantId());
    json.put("receiver", outcome.getReceiver());
    json.put("channel", outcome.getChannel());
    json.put("groupKey", outcome.getGroupKey());
    json.put("sequence", outcome.getSequence());
    json.put("status", outcome.getStatus().name().toLowerCase(Locale.ROOT));
    json.put("reason", outcome.getReason());
    json.put("detail", outcome.getDetail());
    json.put("attempts", outcome.getAttempts());
    json.put("completedAt", outcome.getCompletedAt().toString());
    return json;
  }

  private OutcomeView() {}
}
