package io.tracetide.processor.query.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.live.view.LiveTopic;
import java.time.Instant;

/** The messages to clients. */
final class Messages {
  static final String SUBSCRIBED = "subscribed";
  static final String UNSUBSCRIBED = "unsubscribed";
  static final String HEARTBEAT = "heartbeat";
  static final String ERROR = "error";

  private Messages() {}

  /**
   * The response to a subscription.
   *
   * @param resumed whether the updates after the resume point follow, and no snapshot
   */
  static LiveMessage subscribed(String id, LiveTopic topic, ResumePoint at, boolean resumed) {
    return control(
        SUBSCRIBED,
        ",\"id\":%s,\"topic\":\"%s\",\"stream\":\"%s\",\"seq\":%d,\"resumed\":%s}"
            .formatted(JsonLiteral.of(id), topic.label(), at.stream(), at.seq(), resumed));
  }

  static LiveMessage unsubscribed(String id) {
    return control(UNSUBSCRIBED, ",\"id\":%s}".formatted(JsonLiteral.of(id)));
  }

  static LiveMessage heartbeat(long atMs) {
    return control(HEARTBEAT, ",\"at\":\"%s\"}".formatted(Instant.ofEpochMilli(atMs)));
  }

  /**
   * An error.
   *
   * @param id the subscription that it is about; empty when it is about none
   * @param ended whether that subscription has ended, or was not made
   */
  static LiveMessage error(String id, boolean ended, String title, String detail) {
    return control(
        ERROR,
        ",\"id\":%s,\"ended\":%s,\"title\":%s,\"detail\":%s}"
            .formatted(
                id.isEmpty() ? "null" : JsonLiteral.of(id),
                ended,
                JsonLiteral.of(title),
                JsonLiteral.of(detail)));
  }

  private static LiveMessage control(String type, String rest) {
    return new LiveMessage(type, "", ("{\"type\":\"" + type + "\"" + rest).getBytes(UTF_8));
  }

  /**
   * An update.
   *
   * @param id as JSON
   * @param coalesced number of further updates that it contains
   */
  static LiveMessage update(
      String id, LiveTopic topic, String stream, LiveUpdate update, long coalesced) {
    StringBuilder head = new StringBuilder(256);
    head.append("{\"type\":\"").append(topic.update());
    head.append("\",\"id\":").append(id);
    head.append(",\"stream\":\"").append(stream);
    head.append("\",\"seq\":").append(update.seq());
    head.append(",\"coalesced\":").append(coalesced);
    head.append(",\"snapshot\":").append(update.isSnapshot());
    if (update.isSnapshot()) {
      head.append(",\"reason\":\"").append(update.reason()).append('"');
    }
    head.append(",\"at\":\"").append(update.at()).append("\",");
    byte[] start = head.toString().getBytes(UTF_8);
    byte[] body = update.body(topic);
    byte[] json = new byte[start.length + body.length];
    System.arraycopy(start, 0, json, 0, start.length);
    System.arraycopy(body, 0, json, start.length, body.length);
    return new LiveMessage(topic.update(), stream + ":" + update.seq(), json);
  }
}
