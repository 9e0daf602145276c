package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.route.LabelMatcher;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/** A silence of a request in Alertmanager's format, valid by itself. */
final class PostedSilence {
  private static final int MAX_MATCHERS = 64;
  private static final int MAX_NAME = 200;
  private static final int MAX_COMMENT = 8_192;
  private static final int MAX_ANNOTATIONS = 16_384;

  private PostedSilence() {}

  /**
   * Reads a silence. Its id is empty for a new one.
   *
   * @throws io.tracetide.runtime.http.ProblemException if it is invalid
   */
  static AlertSilence read(JsonNode json, Instant now) {
    try {
      Body body = new Body(json);
      Instant present = now.truncatedTo(ChronoUnit.MICROS);
      AlertSilence silence =
          new AlertSilence(
              body.text("id", MAX_NAME),
              matchers(body.member("matchers")),
              body.time("startsAt").orElse(present),
              body.time("endsAt")
                  .orElseThrow(() -> new IllegalArgumentException("endsAt is required")),
              present,
              required(body.text("createdBy", MAX_NAME), "createdBy"),
              required(body.text("comment", MAX_COMMENT), "comment"),
              annotations(body.texts("annotations")));
      if (!silence.startsAt().isBefore(silence.endsAt())) {
        throw new IllegalArgumentException("start time must be before end time");
      }
      if (!silence.endsAt().isAfter(now)) {
        throw new IllegalArgumentException("end time can't be in the past");
      }
      return silence;
    } catch (IllegalArgumentException e) {
      throw Replies.badRequest("invalid silence: " + e.getMessage());
    }
  }

  static String required(String text, String name) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(name + " is required");
    }
    return text;
  }

  private static SortedMap<String, String> annotations(SortedMap<String, String> texts) {
    int characters =
        texts.entrySet().stream().mapToInt(e -> e.getKey().length() + e.getValue().length()).sum();
    if (characters > MAX_ANNOTATIONS) {
      throw new IllegalArgumentException(
          "annotations may have at most " + MAX_ANNOTATIONS + " characters");
    }
    return texts;
  }

  private static List<LabelMatcher> matchers(JsonNode json) {
    if (!json.isArray() || json.isEmpty()) {
      throw new IllegalArgumentException("at least one matcher required");
    }
    if (json.size() > MAX_MATCHERS) {
      throw new IllegalArgumentException("at most " + MAX_MATCHERS + " matchers are accepted");
    }
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      try {
        Body body = new Body(json.get(i));
        matchers.add(
            LabelMatcher.of(
                body.text("name", LabelMatcher.MAX_FILTER_LENGTH),
                body.text("value", LabelMatcher.MAX_FILTER_LENGTH),
                body.flag("isRegex", false),
                body.flag("isEqual", true)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("matcher " + i + ": " + e.getMessage(), e);
      }
    }
    if (matchers.stream().allMatch(matcher -> matcher.matches(Map.of()))) {
      throw new IllegalArgumentException("at least one matcher must not match the empty string");
    }
    return matchers;
  }

  /** The tenant that an exact matcher names. */
  static Optional<String> tenant(AlertSilence silence) {
    return silence.matchers().stream()
        .filter(m -> m.label().equals(AlertParameters.TENANT) && m.isEqual() && !m.isRegex())
        .map(LabelMatcher::value)
        .findFirst();
  }

  /** Whether a known silence may have the new content under its id, by Alertmanager's rules. */
  static boolean canUpdate(AlertSilence known, AlertSilence wanted, Instant now) {
    if (!known.matchers().equals(wanted.matchers())) {
      return false;
    }
    return switch (known.state(now)) {
      case ACTIVE -> known.startsAt().getEpochSecond() == wanted.startsAt().getEpochSecond();
      case PENDING -> !wanted.startsAt().isBefore(now);
      case EXPIRED -> false;
    };
  }

  /** The silence as a new one, which does not start in the past. */
  static AlertSilence created(AlertSilence wanted, Instant now) {
    Instant present = now.truncatedTo(ChronoUnit.MICROS);
    Instant startsAt = wanted.startsAt().isBefore(present) ? present : wanted.startsAt();
    return with(wanted, UUID.randomUUID().toString(), startsAt, wanted.endsAt(), present);
  }

  /** The silence as it ends now. */
  static AlertSilence expired(AlertSilence known, Instant now) {
    Instant present = now.truncatedTo(ChronoUnit.MICROS);
    Instant startsAt = known.startsAt().isAfter(present) ? present : known.startsAt();
    return with(known, known.id(), startsAt, present, present);
  }

  private static AlertSilence with(
      AlertSilence silence, String id, Instant startsAt, Instant endsAt, Instant updatedAt) {
    return new AlertSilence(
        id,
        silence.matchers(),
        startsAt,
        endsAt,
        updatedAt,
        silence.createdBy(),
        silence.comment(),
        silence.annotations());
  }
}
