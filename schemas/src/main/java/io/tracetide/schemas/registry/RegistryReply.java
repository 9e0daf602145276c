package io.tracetide.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of one request to the registry. */
sealed interface RegistryReply {

  /**
   * The registry, or another server at its URL, responded.
   *
   * @param from URL of the server
   * @param status HTTP status, neither 429 nor 5xx
   * @param json body, if it is a JSON object within the limit of size
   * @param oversized whether the body is beyond that limit
   */
  record Answer(String from, int status, @Nullable JsonNode json, boolean oversized)
      implements RegistryReply {

    boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /**
     * Whether the registry reports that the subject or schema does not exist. It does so with its
     * own codes (40401 no such subject, 40403 no such schema); a 404 without a code comes from
     * another server at a wrong URL.
     */
    boolean isDenial() {
      int code = json == null ? 0 : json.path("error_code").asInt(0);
      return status == 404 && code / 100 == 404;
    }

    /** The registry's error message, cut to a length that fits a log line. */
    String message() {
      String text = json == null ? "" : json.path("message").asText("");
      return text.length() <= 500 ? text : text.substring(0, 500) + "...";
    }
  }

  /**
   * There was no response, or one that asks for a later retry.
   *
   * @param reason for humans
   * @param retryAfter the server's {@code Retry-After}; zero for none
   */
  record NoAnswer(String reason, Duration retryAfter, @Nullable Throwable cause)
      implements RegistryReply {}
}
