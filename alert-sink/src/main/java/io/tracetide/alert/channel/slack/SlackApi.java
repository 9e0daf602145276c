package io.tracetide.alert.channel.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.http.HttpAnswer;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.runtime.config.Secret;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Methods of Slack's Web API. It answers errors with status 200, {@code "ok": false} and the name
 * of the error.
 */
final class SlackApi implements AutoCloseable {

  /**
   * The outcome of a call.
   *
   * @param error name of Slack's error; empty when there is none
   * @param channel id of the channel; empty after a failure
   * @param ts id of the message within the channel; empty after a failure
   */
  record Outcome(DeliveryResult result, String error, String channel, String ts) {

    boolean isDelivered() {
      return result instanceof Delivered;
    }

    private static Outcome of(DeliveryResult result, String error) {
      return new Outcome(result, error, "", "");
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ERROR = Pattern.compile("[a-z0-9_]{1,64}");

  private static final Set<String> TEMPORARY =
      Set.of("internal_error", "fatal_error", "service_unavailable", "request_timeout");
  private static final Set<String> CREDENTIALS =
      Set.of(
          "invalid_auth",
          "not_authed",
          "account_inactive",
          "token_revoked",
          "token_expired",
          "no_permission",
          "missing_scope",
          "not_allowed_token_type",
          "access_denied",
          "ekm_access_denied",
          "team_access_not_granted",
          "org_login_required");
  private static final Set<String> TOO_LARGE =
      Set.of("msg_too_long", "msg_blocks_too_long", "too_many_attachments");
  private static final Set<String> CLIENT =
      Set.of(
          "channel_not_found",
          "not_in_channel",
          "is_archived",
          "is_inactive",
          "restricted_action",
          "restricted_action_read_only_channel",
          "restricted_action_thread_locked",
          "message_not_found",
          "thread_not_found",
          "cant_update_message",
          "edit_window_closed",
          "invalid_blocks",
          "invalid_blocks_format",
          "invalid_attachments",
          "invalid_arguments",
          "no_text");

  private final HttpPoster poster;
  private final Secret token;

  SlackApi(HttpPoster poster, Secret token) {
    this.poster = poster;
    this.token = token;
  }

  /**
   * Calls a method.
   *
   * @param method for example {@code chat.postMessage}
   */
  Outcome call(String method, String notificationId, Map<String, Object> request) {
    HttpAnswer answer =
        poster.call(
            "/api/" + method,
            notificationId,
            SlackMessage.bytes(request),
            Map.of("authorization", "Bearer " + token.reveal()));
    return answer.result() instanceof Delivered ? outcome(answer) : Outcome.of(answer.result(), "");
  }

  private static Outcome outcome(HttpAnswer answer) {
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      return unexpected("the answer is not JSON");
    }
    if (body.path("ok").asBoolean(false)) {
      return new Outcome(
          answer.result(), "", body.path("channel").asText(""), body.path("ts").asText(""));
    }
    String error = body.path("error").asText("");
    if (!ERROR.matcher(error).matches()) {
      return unexpected("Slack answered without ok");
    }
    return Outcome.of(failure(error, answer), error);
  }

  private static DeliveryResult failure(String error, HttpAnswer answer) {
    String detail = "Slack answered " + error;
    if (error.equals("ratelimited") || error.equals("rate_limited")) {
      return new Retryable(FailureReason.RATE_LIMITED, detail, answer.retryAfter());
    }
    if (TEMPORARY.contains(error)) {
      return new Retryable(FailureReason.SERVER_ERROR, detail, answer.retryAfter());
    }
    if (CREDENTIALS.contains(error)) {
      return new Rejected(FailureReason.UNAUTHORIZED, detail);
    }
    if (TOO_LARGE.contains(error)) {
      return new Rejected(FailureReason.TOO_LARGE, detail);
    }
    return new Rejected(
        CLIENT.contains(error) ? FailureReason.CLIENT_ERROR : FailureReason.UNEXPECTED_ANSWER,
        detail);
  }

  private static Outcome unexpected(String detail) {
    return Outcome.of(new Rejected(FailureReason.UNEXPECTED_ANSWER, detail), "");
  }

  @Override
  public void close() {
    poster.close();
  }
}
