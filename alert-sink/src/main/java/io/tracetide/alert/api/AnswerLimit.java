package io.tracetide.alert.api;

import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.TrackedAlert;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits of the memory and the time of one answer with alerts. */
final class AnswerLimit {
  /** Characters of the texts of the alerts; an answer takes a few times as many bytes. */
  static final int MAX_CHARACTERS = 40_000_000;

  private final ApiCall call;
  private long characters;

  AnswerLimit(ApiCall call) {
    this.call = call;
  }

  /** Ends the work for a request whose client does not wait any more. */
  void look() {
    if (call.context().isCancelled() || call.context().isTimedOut()) {
      throw Replies.unavailable("the request has taken too long");
    }
  }

  /** Counts an alert of the answer. */
  void add(TrackedAlert alert) {
    characters += characters(alert.labels()) + characters(alert.content().annotations());
    @Nullable Acknowledgement given = alert.acknowledgement();
    if (given != null) {
      characters += given.by().length() + given.comment().length();
    }
    if (characters > MAX_CHARACTERS) {
      throw Replies.badRequest(
          "the alerts have more than "
              + MAX_CHARACTERS
              + " characters; use the parameter filter, for example filter=service=\"checkout\"");
    }
  }

  private static long characters(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToLong(text -> text.getKey().length() + text.getValue().length())
        .sum();
  }
}
