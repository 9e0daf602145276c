package io.tracetide.alert.message;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The links of {@link LinksConfig}. */
public final class ConfiguredLinks implements Links {
  /** What a dashboard shows before the first alert, to compare with. */
  private static final Duration BEFORE = Duration.ofMinutes(15);

  private final UrlTemplate dashboard;
  private final UrlTemplate trace;
  private final UrlTemplate runbook;
  private final String externalUrl;
  private final Optional<ActionSigner> signer;
  private final Duration validFor;

  public ConfiguredLinks(LinksConfig config) {
    this.dashboard = new UrlTemplate(config.dashboardUrl());
    this.trace = new UrlTemplate(config.traceUrl());
    this.runbook = new UrlTemplate(config.runbookUrl());
    this.externalUrl = config.externalUrl().replaceAll("/+$", "");
    this.signer = config.signer();
    this.validFor = config.validFor();
  }

  @Override
  public MessageLinks of(Notification notification) {
    return new MessageLinks(
        dashboard.fill(dashboardValues(notification)).orElse(""),
        action(notification, SignedAction.Purpose.SILENCE),
        action(notification, SignedAction.Purpose.ACKNOWLEDGE));
  }

  @Override
  public String trace(String tenant, String traceId) {
    return trace.fill(Map.of("tenant", tenant, "traceId", traceId)).orElse("");
  }

  /** The annotation counts only if it is an address of the web: it may come from another system. */
  @Override
  public String runbook(Alert alert) {
    String given = alert.getAnnotations().getOrDefault("runbook_url", "");
    return UrlTemplate.isWebAddress(given) ? given : runbook.fill(alert.getLabels()).orElse("");
  }

  private static Map<String, String> dashboardValues(Notification notification) {
    Instant from = notification.getDecidedAt();
    Instant to = notification.getDecidedAt();
    for (Alert alert : notification.getAlerts()) {
      from = alert.getStartsAt().isBefore(from) ? alert.getStartsAt() : from;
      Instant end = alert.getEndsAt();
      to = end != null && end.isAfter(to) ? end : to;
    }
    Map<String, String> values = new HashMap<>(notification.getGroupLabels());
    values.put("tenant", notification.getTenantId());
    values.put("from", Long.toString(from.minus(BEFORE).toEpochMilli()));
    values.put("to", Long.toString(to.toEpochMilli()));
    return values;
  }

  /** Nothing is left to be done about resolved alerts. */
  private String action(Notification notification, SignedAction.Purpose purpose) {
    if (signer.isEmpty() || notification.getStatus() != AlertStatus.FIRING) {
      return "";
    }
    return subject(notification, purpose)
        .flatMap(signer.get()::sign)
        .map(token -> externalUrl + purpose.path() + "?" + SignedAction.PARAMETER + "=" + token)
        .orElse("");
  }

  private Optional<SignedAction> subject(Notification notification, SignedAction.Purpose purpose) {
    // From the decision, so that a retry of the message has the same link.
    Instant expiresAt = notification.getDecidedAt().plus(validFor);
    List<String> fingerprints =
        notification.getAlerts().stream()
            .filter(alert -> alert.getStatus() == AlertStatus.FIRING)
            .map(Alert::getFingerprint)
            .toList();
    boolean all =
        purpose == SignedAction.Purpose.ACKNOWLEDGE
            && notification.getOmittedAlerts() == 0
            && !fingerprints.isEmpty()
            && fingerprints.size() <= SignedAction.MAX_FINGERPRINTS;
    if (all) {
      return Optional.of(
          new SignedAction(purpose, notification.getTenantId(), Map.of(), fingerprints, expiresAt));
    }
    Map<String, String> labels = notification.getGroupLabels();
    return labels.isEmpty() || labels.size() > SignedAction.MAX_LABELS
        ? Optional.empty()
        : Optional.of(
            new SignedAction(purpose, notification.getTenantId(), labels, List.of(), expiresAt));
  }
}
