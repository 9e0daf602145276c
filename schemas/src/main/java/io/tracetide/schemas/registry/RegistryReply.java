package io.tracetide.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one request to the registry. */
sealed interface RegistryReply {

  /**
   * The registry, or something in its place, spoke.
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
     * Whether the registry itself says that it has no such thing. It does so with a code of its own
     * (40401 no such subject, 40403 no such schema); a bare 404 comes from whatever serves a wrong
     * URL.
     */
    boolean isDenial() {
      int code = json == null ? 0 : json.path("error_code").asInt(0);
      return status == 404 && code / 100 == 404;
    }

    /** What the registry says is wrong, cut to a length that fits a log line. */
    String message() {
      String text = json == null ? "" : json.path("message").asText("");
      return text.length() <= 500 ? text : text.substring(0, 500) + "...";
    }
  }

  /**
   * Nobody spoke, or somebody asked to come back later.
   *
   * @param reason for humans
   * @param retryAfter what was asked for; zero for nothing
   */
  record NoAnswer(String reason, Duration retryAfter, @Nullable Throwable cause)
      implements RegistryReply {}
}
