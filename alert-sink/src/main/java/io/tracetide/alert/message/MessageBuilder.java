package io.tracetide.alert.message;

import io.tracetide.alert.decision.Severity;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Peak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds messages from notifications. */
public final class MessageBuilder {
  /** Annotation of the alerts of a notification that another receiver could not be notified of. */
  public static final String DELIVERY_FAILURE = "delivery_failure";

  private static final int MAX_MEASURES = 20;
  private static final int MAX_TITLE = 200;
  private static final int MAX_SUMMARY = 1_000;

  private final Links links;
  private final Optional<String> receiver;

  /** Messages that have the name of the receiver that their notification has. */
  public MessageBuilder(Links links) {
    this(links, Optional.empty());
  }

  private MessageBuilder(Links links, Optional<String> receiver) {
    this.links = links;
    this.receiver = receiver;
  }

  /**
   * Builds the messages of a receiver, whose notifications may have the name of one of its channels
   * in place of its own.
   *
   * @param name of the receiver in the configuration
   */
  public MessageBuilder of(String name) {
    return new MessageBuilder(links, Optional.of(name));
  }

  /** The message of a notification. */
  public AlertMessage build(Notification notification) {
    Optional<IncidentOrigin> origin = IncidentOrigin.of(notification);
    List<AlertDetails> alerts =
        origin
            .map(known -> known.first(notification.getAlerts()))
            .orElse(notification.getAlerts())
            .stream()
            .map(alert -> details(notification, alert))
            .toList();
    Severity severity =
        alerts.stream()
            .map(AlertDetails::severity)
            .max(Comparator.naturalOrder())
            .orElse(Severity.LOW);
    return new AlertMessage(
        notification,
        receiver.orElse(notification.getReceiver()),
        cut(title(notification, origin, alerts), MAX_TITLE),
        cut(summary(notification, origin, alerts), MAX_SUMMARY),
        severity,
        alerts,
        notification.getOmittedAlerts(),
        links.of(notification));
  }

  private AlertDetails details(Notification notification, Alert alert) {
    List<MeasuredValue> measures = new ArrayList<>();
    List<TraceLink> traces = new ArrayList<>();
    @Nullable Anomaly anomaly = alert.getAnomaly();
    if (anomaly != null) {
      @Nullable Peak peak = anomaly.getPeak();
      measures.addAll(
          peak == null
              ? measures(anomaly.getObserved(), anomaly.getExpected())
              : measures(peak.getObserved(), peak.getExpected()));
      traces.addAll(
          traces(
              notification.getTenantId(),
              peak == null ? anomaly.getExemplars() : peak.getExemplars()));
    }
    return new AlertDetails(
        alert,
        sentence(alert),
        Severity.ofLabel(alert.getLabels().getOrDefault("severity", "")),
        measures,
        traces,
        links.runbook(alert));
  }

  private static List<MeasuredValue> measures(
      Map<String, Double> observed, Map<String, Double> usual) {
    return new TreeMap<>(observed)
        .entrySet().stream()
            .filter(feature -> Double.isFinite(feature.getValue()))
            .limit(MAX_MEASURES)
            .map(
                feature ->
                    new MeasuredValue(
                        feature.getKey(),
                        feature.getValue(),
                        expected(usual.get(feature.getKey()))))
            .toList();
  }

  private static OptionalDouble expected(@Nullable Double value) {
    return value == null || !Double.isFinite(value)
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }

  private List<TraceLink> traces(String tenant, Exemplars exemplars) {
    List<TraceLink> traces = new ArrayList<>();
    add(traces, tenant, "slowest", exemplars.getSlowest());
    add(traces, tenant, "error", exemplars.getError());
    add(traces, tenant, "typical", exemplars.getTypical());
    return traces;
  }

  private void add(List<TraceLink> traces, String tenant, String kind, @Nullable String traceId) {
    if (traceId != null) {
      traces.add(new TraceLink(kind, traceId, links.trace(tenant, traceId)));
    }
  }

  /** The sentence of an alert: summary, else description, else its name. */
  private static String sentence(Alert alert) {
    Map<String, String> annotations = alert.getAnnotations();
    String text = annotations.getOrDefault("summary", "");
    if (text.isBlank()) {
      text = annotations.getOrDefault("description", "");
    }
    return text.isBlank() ? alert.getLabels().getOrDefault("alertname", "alert") : text;
  }

  /**
   * For example {@code [FIRING:3] service=checkout tenant=shop}; the service of an incident is that
   * of its origin.
   */
  private static String title(
      Notification notification, Optional<IncidentOrigin> origin, List<AlertDetails> alerts) {
    boolean firing = notification.getStatus() == AlertStatus.FIRING;
    long count = alerts.stream().filter(AlertDetails::isFiring).count();
    String status = notification.getStatus().name();
    Map<String, String> labels = new TreeMap<>(notification.getGroupLabels());
    if (labels.containsKey(IncidentOrigin.INCIDENT) && origin.isPresent()) {
      // The id of an incident says nothing to people.
      labels.remove(IncidentOrigin.INCIDENT);
      labels.put("service", origin.get().service());
    }
    String what =
        labels.entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" "));
    if (what.isEmpty() && !alerts.isEmpty()) {
      what = alerts.get(0).label("alertname");
    }
    return firing
        ? String.format(
            Locale.ROOT, "[%s:%d] %s", status, count + notification.getOmittedAlerts(), what)
        : "[" + status + "] " + what;
  }

  private static String summary(
      Notification notification, Optional<IncidentOrigin> origin, List<AlertDetails> alerts) {
    if (alerts.isEmpty()) {
      return "";
    }
    int others = alerts.size() - 1 + notification.getOmittedAlerts();
    String failure = alerts.get(0).alert().getAnnotations().getOrDefault(DELIVERY_FAILURE, "");
    String first =
        failure.isEmpty() ? alerts.get(0).summary() : failure + ": " + alerts.get(0).summary();
    String all =
        others == 0 ? first : first + " (and " + others + (others == 1 ? " other)" : " others)");
    return origin
        .filter(known -> !known.is(alerts.get(0).alert()))
        .map(known -> all + "; most likely origin: " + known)
        .orElse(all);
  }

  /** Cuts at a code point. */
  private static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
    return text.substring(0, end) + "…";
  }
}
