package io.tracetide.alert.channel.slack;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps one message per group in a channel of Slack. The first notification posts it; later ones
 * update it and post a short reply in its thread. A message that is unknown or was deleted is
 * replaced by a new one.
 *
 * <p>Slack has no idempotency key: if the response to the first post is lost, the retry posts a
 * second message.
 */
final class SlackBotChannel implements Channel {
  /** Errors of an update after which the message is posted anew. */
  private static final Set<String> GONE =
      Set.of("message_not_found", "cant_update_message", "edit_window_closed");

  /** Errors of a reply whose message was deleted in the meantime. */
  private static final Set<String> THREAD_GONE = Set.of("message_not_found", "thread_not_found");

  private final SlackApi api;
  private final SlackMessage renderer;
  private final String channel;
  private final DeliveryMemory memory;

  SlackBotChannel(SlackBotConfig config, ChannelContext context) {
    HttpPoster poster =
        new HttpPoster(
            URI.create(config.apiUrl()),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            context.clock());
    this.api = new SlackApi(poster, config.token());
    this.renderer = new SlackMessage(config.template(), config.colorBar(), context.templates());
    this.channel = config.channel();
    this.memory = context.memory();
  }

  @Override
  public String kind() {
    return "slack";
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    Optional<PostedMessage> posted = posted(message);
    DeliveryResult result = posted.isPresent() ? update(posted.get(), message) : post(message);
    if (result instanceof Delivered && !message.isFiring()) {
      memory.remove(message.groupKey());
    }
    return result;
  }

  /** The message to update. One of an earlier episode, whose end was not recorded, is left. */
  private Optional<PostedMessage> posted(AlertMessage message) {
    return memory
        .get(message.groupKey())
        .flatMap(PostedMessage::parse)
        .filter(posted -> posted.configured().equals(channel))
        .filter(
            posted ->
                message.notification().getReason() != NotificationReason.FIRST_NOTIFICATION
                    || isPostedWith(posted, message));
  }

  private static boolean isPostedWith(PostedMessage posted, AlertMessage message) {
    return posted.sequence() == message.notification().getSequence();
  }

  private DeliveryResult post(AlertMessage message) {
    SlackApi.Outcome outcome = call("chat.postMessage", message, channel, renderer.of(message));
    if (outcome.isDelivered() && !outcome.ts().isEmpty() && message.isFiring()) {
      long sequence = message.notification().getSequence();
      PostedMessage posted = new PostedMessage(channel, outcome.channel(), outcome.ts(), sequence);
      memory.put(message.groupKey(), posted.stored());
    }
    return outcome.result();
  }

  private DeliveryResult update(PostedMessage posted, AlertMessage message) {
    Map<String, Object> request = new LinkedHashMap<>(renderer.of(message));
    request.put("ts", posted.ts());
    // Slack keeps what an update does not mention.
    request.putIfAbsent("blocks", List.of());
    request.putIfAbsent("attachments", List.of());
    SlackApi.Outcome updated = call("chat.update", message, posted.channel(), request);
    if (GONE.contains(updated.error())) {
      return post(message);
    }
    return updated.isDelivered() && !isPostedWith(posted, message)
        ? reply(posted, message)
        : updated.result();
  }

  private DeliveryResult reply(PostedMessage posted, AlertMessage message) {
    Map<String, Object> request = new LinkedHashMap<>(SlackMessage.reply(message));
    request.put("thread_ts", posted.ts());
    SlackApi.Outcome replied = call("chat.postMessage", message, posted.channel(), request);
    return THREAD_GONE.contains(replied.error()) ? new Delivered() : replied.result();
  }

  private SlackApi.Outcome call(
      String method, AlertMessage message, String to, Map<String, Object> content) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("channel", to);
    request.putAll(content);
    return api.call(method, message.notification().getNotificationId(), request);
  }

  @Override
  public void close() {
    api.close();
  }
}
