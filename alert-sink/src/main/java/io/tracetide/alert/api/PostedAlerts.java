package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.ProblemException;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.ExternalAlert;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The alerts of a request in Alertmanager's format.
 *
 * @param inputs the valid ones
 * @param problems of the others, each with its index
 */
record PostedAlerts(List<AlertInput> inputs, List<String> problems) {
  private static final int MAX_ALERTS = 10_000;
  private static final int MAX_LABELS = 64;
  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_PROBLEMS = 20;
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  PostedAlerts {
    inputs = List.copyOf(inputs);
    problems = List.copyOf(problems);
  }

  /**
   * Reads the alerts.
   *
   * @param parameter value of the parameter tenant
   * @param resolveTimeout after which an alert without end is over unless it is sent again
   */
  static PostedAlerts read(
      JsonNode body,
      Tenants tenants,
      Optional<String> parameter,
      Duration resolveTimeout,
      Instant now) {
    if (!body.isArray()) {
      throw Replies.badRequest("expected a JSON array of alerts");
    }
    if (body.size() > MAX_ALERTS) {
      throw Replies.badRequest("a request may have at most " + MAX_ALERTS + " alerts");
    }
    List<AlertInput> inputs = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int index = 0;
    for (JsonNode alert : body) {
      try {
        ExternalAlert read = alert(new Body(alert), resolveTimeout, now);
        String tenant =
            WriteTenant.of(
                tenants,
                parameter,
                Optional.ofNullable(read.getLabels().get(AlertParameters.TENANT)));
        inputs.add(InputWriter.input(tenant, now, read));
      } catch (IllegalArgumentException e) {
        problems.add("alert " + index + ": " + e.getMessage());
      }
      index++;
    }
    return new PostedAlerts(inputs, problems);
  }

  private static ExternalAlert alert(Body body, Duration resolveTimeout, Instant now) {
    SortedMap<String, String> labels = body.texts("labels");
    labels.values().removeAll(Collections.singleton(""));
    SortedMap<String, String> annotations = body.texts("annotations");
    String generatorUrl = body.text("generatorURL", 8_192);
    check(labels, annotations);
    int bytes = bytes(labels) + bytes(annotations) + bytes(generatorUrl);
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "labels and annotations have "
              + bytes
              + " bytes, at most "
              + MAX_BYTES
              + " are accepted");
    }
    Optional<Instant> start = body.time("startsAt");
    Optional<Instant> end = body.time("endsAt");
    Instant present = now.truncatedTo(ChronoUnit.MICROS);
    Instant startsAt = start.orElse(end.orElse(present));
    Instant endsAt = end.orElse(present.plus(resolveTimeout));
    if (endsAt.isBefore(startsAt)) {
      throw new IllegalArgumentException("start time must be before end time");
    }
    return ExternalAlert.newBuilder()
        .setLabels(labels)
        .setAnnotations(annotations)
        .setStartsAt(startsAt)
        .setEndsAt(endsAt)
        .setGeneratorUrl(generatorUrl)
        .build();
  }

  private static void check(Map<String, String> labels, Map<String, String> annotations) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("at least one label with a value is required");
    }
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(
          "it has " + labels.size() + " labels, at most " + MAX_LABELS + " are accepted");
    }
    checkNames("label", labels);
    checkNames("annotation", annotations);
  }

  private static void checkNames(String kind, Map<String, String> texts) {
    for (String name : texts.keySet()) {
      if (!LABEL.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "invalid " + kind + " name " + Body.shown(name) + ", expected letters, digits and _");
      }
    }
  }

  private static int bytes(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToInt(text -> bytes(text.getKey()) + bytes(text.getValue()))
        .sum();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The response about the alerts that were not accepted. */
  ProblemException refusal() {
    List<String> shown = problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS));
    String more =
        problems.size() > MAX_PROBLEMS ? "; and " + (problems.size() - MAX_PROBLEMS) + " more" : "";
    return Replies.badRequest(
        String.join("; ", shown) + more + "; the other " + inputs.size() + " were accepted");
  }
}
