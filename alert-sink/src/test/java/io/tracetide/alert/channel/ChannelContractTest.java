package io.tracetide.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of all channels over HTTP. The test of a channel extends it and defines how to open
 * the channel towards an endpoint.
 */
public abstract class ChannelContractTest {
  private static final String SECRET = "canary-5ecret";
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Notification NOTIFICATION = Notifications.firing("ops", "fp", 1);

  /** The channel's settings for an address, a secret to send along and a timeout. */
  protected abstract ChannelConfig config(String url, String secret, Duration timeout);

  /** Statuses below 500 that the channel tries again. */
  protected Set<Integer> retriedStatuses() {
    return Set.of(408, 425, 429);
  }

  /** The body of successful responses. */
  protected String successBody() {
    return "";
  }

  /** Whether a successful status, of which 204 and 205 have no body, is a delivery. */
  protected boolean delivers(int status) {
    return true;
  }

  /** The result when a successful response is too long to be read. */
  protected Class<? extends DeliveryResult> afterTooLongResponse() {
    return Delivered.class;
  }

  @Test
  void shouldRetryOnlyTemporaryFailuresForEveryStatus() {
    Map<Boolean, Set<Integer>> seen = Map.of(true, new HashSet<>(), false, new HashSet<>());
    int[] statuses = IntStream.range(200, 600).toArray();
    try (StubEndpoint endpoint = StubEndpoint.answeringWith(successBody(), statuses);
        Channel channel = open(endpoint)) {
      for (int status : statuses) {
        DeliveryResult result = channel.deliver(Messages.of(NOTIFICATION));
        if (status < 300) {
          assertThat(result instanceof Delivered)
              .as("status %d", status)
              .isEqualTo(delivers(status));
        } else {
          seen.get(result instanceof Retryable).add(status);
        }
      }
    }
    assertThat(seen.get(true)).allMatch(s -> s >= 500 || retriedStatuses().contains(s));
    assertThat(seen.get(true)).hasSize(100 + retriedStatuses().size());
    assertThat(seen.get(false)).hasSize(200 - retriedStatuses().size());
  }

  @Test
  void shouldSendNotificationsOfEveryReasonThatItDeclaresAsSent() {
    for (NotificationReason reason : NotificationReason.values()) {
      try (StubEndpoint endpoint = StubEndpoint.answeringWith(successBody(), 200);
          Channel channel = open(endpoint)) {
        if (channel.sends(reason)) {
          Notification notification =
              Notification.newBuilder(NOTIFICATION).setReason(reason).build();

          assertThat(channel.deliver(Messages.of(notification))).isInstanceOf(Delivered.class);
          assertThat(endpoint.posts()).as("%s", reason).isNotEmpty();
        }
      }
    }
  }

  @Test
  void shouldSendTheNotificationIdAsIdempotencyKey() {
    try (StubEndpoint endpoint = StubEndpoint.answeringWith(successBody(), 503, 200);
        Channel channel = open(endpoint)) {
      channel.deliver(Messages.of(NOTIFICATION));
      channel.deliver(Messages.of(NOTIFICATION));

      assertThat(endpoint.posts())
          .hasSize(2)
          .allSatisfy(
              post ->
                  assertThat(post.headers())
                      .containsEntry("idempotency-key", NOTIFICATION.getNotificationId()));
    }
  }

  @Test
  void shouldTimeOutWithoutAResponse() {
    try (StubEndpoint endpoint = StubEndpoint.hanging();
        Channel channel =
            config(endpoint.url("/"), SECRET, TIMEOUT)
                .open(ChannelContext.of("ops", Clock.systemUTC()))) {
      long started = System.nanoTime();

      assertFails(channel.deliver(Messages.of(NOTIFICATION)), FailureReason.TIMEOUT);

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void shouldRetryWhenTheConnectionIsRefused() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    String url = "http://127.0.0.1:" + port + "/";
    try (Channel channel =
        config(url, SECRET, TIMEOUT).open(ChannelContext.of("ops", Clock.systemUTC()))) {
      assertFails(channel.deliver(Messages.of(NOTIFICATION)), FailureReason.CONNECT_FAILED);
    }
  }

  @Test
  void shouldRetryWhenTheConnectionIsClosed() {
    try (StubEndpoint endpoint = new StubEndpoint((n, exchange) -> exchange.close());
        Channel channel = open(endpoint)) {
      assertFails(channel.deliver(Messages.of(NOTIFICATION)), FailureReason.CONNECTION_LOST);
    }
  }

  @Test
  void shouldNotFollowRedirects() {
    try (StubEndpoint elsewhere = StubEndpoint.answering(200);
        StubEndpoint endpoint =
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.getResponseHeaders().set("Location", elsewhere.url("/"));
                  exchange.sendResponseHeaders(302, -1);
                });
        Channel channel = open(endpoint)) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION)))
          .isInstanceOfSatisfying(
              Rejected.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.REDIRECTED));
      assertThat(elsewhere.posts()).isEmpty();
    }
  }

  @Test
  void shouldNotReadTooLongResponses() {
    byte[] chunk = new byte[64 << 10];
    try (StubEndpoint endpoint =
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.sendResponseHeaders(200, 0);
                  for (int i = 0; i < 10_000; i++) {
                    exchange.getResponseBody().write(chunk);
                  }
                });
        Channel channel = open(endpoint)) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION))).isInstanceOf(afterTooLongResponse());
    }
  }

  @Test
  void shouldLeakNoSecretInAnyFailure() {
    PrintStream standardError = System.err;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    try {
      for (int status : new int[] {200, 302, 400, 401, 404, 429, 500, 503}) {
        try (StubEndpoint endpoint = StubEndpoint.answering(status)) {
          said.append(deliver(endpoint.url("/hook/" + SECRET + "?token=" + SECRET)));
        }
      }
      try (StubEndpoint endpoint = StubEndpoint.hanging()) {
        said.append(deliver(endpoint.url("/" + SECRET)));
      }
      said.append(deliver("http://127.0.0.1:1/" + SECRET));
      said.append(deliver("http://nobody.invalid/" + SECRET));
    } finally {
      System.setErr(standardError);
    }
    assertThat(said.toString()).doesNotContain(SECRET).contains("Rejected", "Retryable");
    assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET);
  }

  private String deliver(String url) {
    ChannelConfig config = config(url, SECRET, TIMEOUT);
    try (Channel channel = config.open(ChannelContext.of("ops", Clock.systemUTC()))) {
      return config + " " + channel + " " + channel.deliver(Messages.of(NOTIFICATION)) + "\n";
    }
  }

  private Channel open(StubEndpoint endpoint) {
    // Long enough for the first connection of a JVM on a busy machine.
    return config(endpoint.url("/hook"), SECRET, Duration.ofSeconds(20))
        .open(ChannelContext.of("ops", Clock.systemUTC()));
  }

  private static void assertFails(DeliveryResult result, FailureReason reason) {
    assertThat(result)
        .isInstanceOfSatisfying(Retryable.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }
}
