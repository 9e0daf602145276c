package io.tracetide.alert.channel;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.ChannelSamples.Sample;
import io.tracetide.alert.channel.email.SmtpStub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * One delivery of each channel to each kind of endpoint, for a test that reads what the process
 * prints.
 */
public final class CanaryDeliveries {

  /** How the endpoint answers. */
  private enum Answer {
    OK,
    REDIRECT,
    UNAUTHORIZED,
    LIMITED,
    FAILURE,
    CLOSED,
    HANGING,
    REFUSED
  }

  private int secretsReceived;

  public static void main(String[] arguments) throws IOException {
    CanaryDeliveries deliveries = new CanaryDeliveries();
    for (Answer answer : Answer.values()) {
      deliveries.deliverAll(answer);
    }
    System.out.println("secrets received: " + deliveries.secretsReceived);
    System.out.println("end of deliveries");
    // Without waiting for the threads of the channels.
    System.exit(0);
  }

  private void deliverAll(Answer answer) throws IOException {
    String timeout = answer == Answer.HANGING ? "300ms" : "10s";
    try (StubEndpoint endpoint = endpoint(answer);
        SmtpStub smtp = new SmtpStub()) {
      String url = answer == Answer.REFUSED ? "http://127.0.0.1:" + freePort() : endpoint.url("");
      int smtpPort = answer == Answer.REFUSED ? freePort() : smtp.port();
      for (Sample sample : ChannelSamples.all(url, smtpPort, timeout)) {
        ChannelConfig config = sample.config();
        try (Channel channel = config.open(ChannelSamples.context())) {
          DeliveryResult result =
              channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));
          System.out.println(sample.kind() + " " + answer + " " + result + " " + channel);
        }
      }
      secretsReceived +=
          (int)
              endpoint.posts().stream()
                  .filter(post -> (post.path() + post.headers()).contains(ChannelSamples.MARK))
                  .count();
    }
  }

  private static StubEndpoint endpoint(Answer answer) {
    return switch (answer) {
      case OK -> StubEndpoint.answeringWith("{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.2\"}", 200);
      case REDIRECT ->
          new StubEndpoint(
              (n, exchange) -> {
                exchange
                    .getResponseHeaders()
                    .set("Location", exchange.getRequestURI().toString() + "/again");
                exchange.sendResponseHeaders(302, -1);
              });
      case UNAUTHORIZED -> StubEndpoint.answering(401);
      case LIMITED -> StubEndpoint.answering(429);
      case FAILURE, REFUSED -> StubEndpoint.answering(500);
      case CLOSED -> new StubEndpoint((n, exchange) -> exchange.close());
      case HANGING -> StubEndpoint.hanging();
    };
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
