package io.tracetide.alert.api;

import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.decision.RecipientStates;
import io.tracetide.alert.topology.StoredAlert;
import io.tracetide.schemas.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A firing alert in the format of Alertmanager's API v2. */
final class AlertView {
  /** Time after which Alertmanager resolves an alert without updates. */
  private static final Duration RESOLVE_TIMEOUT = Duration.ofMinutes(5);

  private final Alert alert;
  private final List<String> receivers;
  private final Instant updatedAt;
  private final Instant now;

  AlertView(StoredAlert stored, Instant now) {
    this.alert = NotificationWriter.alert(stored.anomaly());
    this.receivers =
        stored.state() instanceof AlertState.Firing firing
            ? receivers(firing.recipients())
            : List.of();
    this.updatedAt = stored.anomaly().getUpdatedAt();
    this.now = now;
  }

  Map<String, String> labels() {
    return alert.getLabels();
  }

  List<String> receivers() {
    return receivers;
  }

  Instant startsAt() {
    return alert.getStartsAt();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("labels", new TreeMap<>(alert.getLabels()));
    json.put("annotations", new TreeMap<>(alert.getAnnotations()));
    json.put("receivers", receivers.stream().map(name -> Map.of("name", name)).toList());
    json.put("fingerprint", alert.getFingerprint());
    json.put("startsAt", alert.getStartsAt().toString());
    json.put("updatedAt", updatedAt.toString());
    json.put("endsAt", now.plus(RESOLVE_TIMEOUT).toString());
    json.put("generatorURL", "");
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", "active");
    status.put("silencedBy", List.of());
    status.put("inhibitedBy", List.of());
    status.put("mutedBy", List.of());
    json.put("status", status);
    return json;
  }

  private static List<String> receivers(RecipientStates recipients) {
    return recipients.byRecipient().keySet().stream()
        .map(recipient -> recipient.receiver())
        .distinct()
        .toList();
  }
}
