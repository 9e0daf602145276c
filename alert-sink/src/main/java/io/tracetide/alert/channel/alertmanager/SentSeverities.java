package io.tracetide.alert.channel.alertmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import java.util.Map;
import java.util.TreeMap;

/**
 * The label {@code severity} with which each firing alert of a group was sent last. Alertmanager
 * identifies an alert by all its labels, and the severity of an anomaly can change: the alert with
 * the former severity must be resolved.
 *
 * @param byFingerprint severity label by the alert's fingerprint
 */
record SentSeverities(Map<String, String> byFingerprint) {
  static final SentSeverities NONE = new SentSeverities(Map.of());
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Those of the firing alerts of a message. */
  static SentSeverities of(AlertMessage message) {
    Map<String, String> severities = new TreeMap<>();
    for (AlertDetails details : message.alerts()) {
      if (details.isFiring()) {
        severities.put(details.alert().getFingerprint(), details.label("severity"));
      }
    }
    return new SentSeverities(severities);
  }

  /** Reads {@link #text()}; none for another text. */
  static SentSeverities parse(String text) {
    try {
      return new SentSeverities(
          JSON.readValue(text, new TypeReference<TreeMap<String, String>>() {}));
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  boolean isEmpty() {
    return byFingerprint.isEmpty();
  }

  String text() {
    try {
      return JSON.writeValueAsString(byFingerprint);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON", e);
    }
  }
}
