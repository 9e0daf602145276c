package io.tracetide.alert.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlackBotChannelTest extends ChannelContractTest {
  private static final String OK = "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"17.01\"}";

  private final DeliveryMemory memory = DeliveryMemory.inProcess();

  /** Answers to come, after which every call succeeds. */
  private final Deque<String> answers = new ArrayDeque<>();

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    URI uri = URI.create(url);
    return config("C1", uri.getScheme() + "://" + uri.getAuthority(), secret, timeout);
  }

  @Override
  protected String successBody() {
    return OK;
  }

  @Override
  protected boolean delivers(int status) {
    return status != 204 && status != 205;
  }

  @Override
  protected Class<? extends DeliveryResult> afterTooLongResponse() {
    return Rejected.class;
  }

  @Test
  void shouldPostOnceAndThenUpdateAndReply() {
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      deliver(channel, firing(2, NotificationReason.NEW_ALERTS_ADDED));
      deliver(channel, Messages.of(Notifications.resolved("ops", "fp", 3)));

      assertThat(methods(slack))
          .containsExactly(
              "chat.postMessage",
              "chat.update",
              "chat.postMessage",
              "chat.update",
              "chat.postMessage");
      assertThat(slack.posts())
          .allSatisfy(
              post -> assertThat(post.headers()).containsEntry("Authorization", "Bearer xoxb-1"));
      JsonNode first = body(slack, 0);
      assertThat(first.get("channel").asText()).isEqualTo("alerts");
      assertThat(first.has("thread_ts")).isFalse();
      JsonNode update = body(slack, 1);
      assertThat(update.get("channel").asText()).isEqualTo("C1");
      assertThat(update.get("ts").asText()).isEqualTo("17.01");
      assertThat(update.get("blocks")).isNotEmpty();
      assertThat(update.get("attachments")).isEmpty();
      JsonNode reply = body(slack, 2);
      assertThat(reply.get("thread_ts").asText()).isEqualTo("17.01");
      assertThat(reply.get("text").asText()).startsWith("new alerts added: [FIRING:1]");
      assertThat(reply.has("blocks")).isFalse();
      assertThat(body(slack, 4).get("text").asText()).startsWith("all alerts resolved: [RESOLVED]");
      assertThat(memory.get("{fingerprint=\"fp\"}")).isEmpty();
    }
  }

  @Test
  void shouldPostANewMessageForTheNextEpisode() {
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      // The resolution was delivered, and its removal from the memory was lost.
      deliver(channel, firing(5, NotificationReason.FIRST_NOTIFICATION));

      assertThat(methods(slack)).containsExactly("chat.postMessage", "chat.postMessage");
    }
  }

  @Test
  void shouldNotPostTheFirstNotificationAgain() {
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));

      assertThat(methods(slack)).containsExactly("chat.postMessage", "chat.update");
    }
  }

  @Test
  void shouldPostANewMessageWithoutMemory() {
    memory.put("{fingerprint=\"fp\"}", "damaged");
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(2, NotificationReason.NEW_ALERTS_ADDED));
      deliver(channel, firing(3, NotificationReason.REPEAT_INTERVAL_ELAPSED));

      assertThat(methods(slack))
          .containsExactly("chat.postMessage", "chat.update", "chat.postMessage");
    }
  }

  @Test
  void shouldPostANewMessageWhenTheOldOneWasDeleted() {
    answers.addAll(List.of(OK, error("message_not_found"), OK.replace("17.01", "18.02"), OK, OK));
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      deliver(channel, firing(2, NotificationReason.NEW_ALERTS_ADDED));
      deliver(channel, firing(3, NotificationReason.NEW_ALERTS_ADDED));

      assertThat(methods(slack))
          .containsExactly(
              "chat.postMessage",
              "chat.update",
              "chat.postMessage",
              "chat.update",
              "chat.postMessage");
      assertThat(body(slack, 2).get("channel").asText()).isEqualTo("alerts");
      assertThat(body(slack, 3).get("ts").asText()).isEqualTo("18.02");
    }
  }

  @Test
  void shouldPostANewMessageAfterTheChannelWasChanged() {
    try (StubEndpoint slack = slack()) {
      try (Channel channel = open(slack)) {
        deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      }
      ChannelConfig other = config("other", slack.url(""), "xoxb-1", Duration.ofSeconds(20));
      try (Channel channel = other.open(context())) {
        deliver(channel, firing(2, NotificationReason.NEW_ALERTS_ADDED));
      }
      assertThat(methods(slack)).containsExactly("chat.postMessage", "chat.postMessage");
      assertThat(body(slack, 1).get("channel").asText()).isEqualTo("other");
    }
  }

  @Test
  void shouldUpdateAndReplyForAnAcknowledgement() {
    AlertMessage first = firing(1, NotificationReason.FIRST_NOTIFICATION);
    Notification notification = first.notification();
    Alert alert =
        Alert.newBuilder(notification.getAlerts().get(0)).setAcknowledgedBy("<@U1> ana").build();
    Notification acknowledged =
        Notification.newBuilder(notification)
            .setSequence(2)
            .setReason(NotificationReason.ACKNOWLEDGED)
            .setAlerts(List.of(alert))
            .build();
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, first);
      deliver(channel, Messages.of(acknowledged));

      assertThat(methods(slack))
          .containsExactly("chat.postMessage", "chat.update", "chat.postMessage");
      assertThat(body(slack, 1).toString()).contains("acknowledged by &lt;@U1&gt; ana");
      assertThat(body(slack, 2).get("text").asText())
          .startsWith("acknowledged by &lt;@U1&gt; ana: ");
    }
  }

  @Test
  void shouldRepeatTheUpdateWhenTheReplyFails() {
    answers.addAll(List.of(OK, OK, error("internal_error")));
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      AlertMessage resolved = Messages.of(Notifications.resolved("ops", "fp", 2));
      assertThat(channel.deliver(resolved)).isInstanceOf(Retryable.class);
      assertThat(memory.get("{fingerprint=\"fp\"}")).isPresent();

      deliver(channel, resolved);

      assertThat(methods(slack).subList(3, 5)).containsExactly("chat.update", "chat.postMessage");
      assertThat(memory.get("{fingerprint=\"fp\"}")).isEmpty();
    }
  }

  @Test
  void shouldDeliverWithoutAReplyWhenTheThreadIsGone() {
    answers.addAll(List.of(OK, OK, error("thread_not_found")));
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      deliver(channel, firing(1, NotificationReason.FIRST_NOTIFICATION));
      deliver(channel, firing(2, NotificationReason.NEW_ALERTS_ADDED));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "invalid_auth, UNAUTHORIZED",
    "missing_scope, UNAUTHORIZED",
    "token_revoked, UNAUTHORIZED",
    "not_in_channel, CLIENT_ERROR",
    "channel_not_found, CLIENT_ERROR",
    "is_archived, CLIENT_ERROR",
    "invalid_blocks, CLIENT_ERROR",
    "msg_too_long, TOO_LARGE",
    "new_error_of_slack, UNEXPECTED_ANSWER",
  })
  void shouldRejectWithTheNameOfTheError(String error, FailureReason reason) {
    answers.add(error(error));
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      assertThat(channel.deliver(firing(1, NotificationReason.FIRST_NOTIFICATION)))
          .isEqualTo(new Rejected(reason, "Slack answered " + error));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"ok\":false}",
        "{\"ok\":false,\"error\":\"<b>canary</b>\"}",
        "{}",
        "canary",
        "[1]",
        "\"canary\"",
        "{\"ok\":",
      })
  void shouldRejectOtherAnswersWithoutShowingThem(String answer) {
    answers.add(answer);
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      assertThat(channel.deliver(firing(1, NotificationReason.FIRST_NOTIFICATION)))
          .isInstanceOfSatisfying(
              Rejected.class,
              rejected -> {
                assertThat(rejected.reason()).isEqualTo(FailureReason.UNEXPECTED_ANSWER);
                assertThat(rejected.detail()).doesNotContain("canary");
              });
    }
  }

  @Test
  void shouldWaitAsLongAsSlackRequests() {
    answers.add(error("ratelimited"));
    try (StubEndpoint slack = slack();
        Channel channel = open(slack)) {
      assertThat(channel.deliver(firing(1, NotificationReason.FIRST_NOTIFICATION)))
          .isEqualTo(
              new Retryable(
                  FailureReason.RATE_LIMITED,
                  "Slack answered ratelimited",
                  Optional.of(Duration.ofSeconds(7))));
    }
  }

  @Test
  void shouldRefusePrivateAddressesByDefault() {
    Duration timeout = Duration.ofSeconds(5);
    try (StubEndpoint slack = slack();
        Channel channel =
            new SlackBotConfig(
                    Secret.of("x"), "c", slack.url(""), "", false, true, false, timeout, timeout)
                .open(context())) {
      assertThat(channel.deliver(firing(1, NotificationReason.FIRST_NOTIFICATION)))
          .isInstanceOfSatisfying(
              Rejected.class,
              rejected -> assertThat(rejected.reason()).isEqualTo(FailureReason.BLOCKED_ADDRESS));
      assertThat(slack.posts()).isEmpty();
    }
  }

  private static String error(String name) {
    return "{\"ok\":false,\"error\":\"" + name + "\"}";
  }

  private StubEndpoint slack() {
    return new StubEndpoint(
        (n, exchange) -> {
          String answer = answers.isEmpty() ? OK : answers.poll();
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Retry-After", "7");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  private static AlertMessage firing(long sequence, NotificationReason reason) {
    return Messages.of(
        Notification.newBuilder(Notifications.firing("ops", "fp", sequence))
            .setReason(reason)
            .build());
  }

  private static void deliver(Channel channel, AlertMessage message) {
    assertThat(channel.deliver(message)).isInstanceOf(Delivered.class);
  }

  private Channel open(StubEndpoint slack) {
    return config("alerts", slack.url(""), "xoxb-1", Duration.ofSeconds(20)).open(context());
  }

  private ChannelContext context() {
    return new ChannelContext(
        "ops", Clock.systemUTC(), KafkaConfig.defaults(), memory, (template, why) -> {});
  }

  private static ChannelConfig config(
      String channel, String apiUrl, String token, Duration timeout) {
    return new SlackBotConfig(
        Secret.of(token), channel, apiUrl, "", false, true, true, timeout, timeout);
  }

  private static List<String> methods(StubEndpoint slack) {
    return slack.posts().stream().map(post -> post.path().replace("/api/", "")).toList();
  }

  private static JsonNode body(StubEndpoint slack, int index) {
    try {
      return new ObjectMapper().readTree(slack.posts().get(index).body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
