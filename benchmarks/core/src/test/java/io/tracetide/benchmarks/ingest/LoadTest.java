package io.tracetide.benchmarks.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTest {

  private final AtomicInteger served = new AtomicInteger();
  private HttpServer server;
  private HttpRequest request;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int number = served.getAndIncrement();
          if (number % 10 == 9) {
            exchange.close();
          } else {
            exchange.sendResponseHeaders(number % 2 == 0 ? 202 : 503, -1);
          }
        });
    server.start();
    request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldAccountForEveryRequest() throws InterruptedException {
    LoadTally tally = Load.unpaced(Load.connections(), number -> request, 1).run(100);

    assertThat(tally.sent()).isEqualTo(100);
    assertThat(tally.accepted()).isEqualTo(50);
    assertThat(tally.accepted() + tally.refused() + tally.unanswered()).isEqualTo(100);
    assertThat(tally.unanswered()).isPositive();
    assertThat(tally.accepting().count()).isEqualTo(50);
    assertThat(tally.outcomes()).containsEntry("HTTP 202", 50L);
  }

  @Test
  void shouldSendAtTheGivenRate() throws InterruptedException {
    LoadTally tally =
        Load.paced(Load.connections(), number -> request, 4, 100).runFor(Duration.ofSeconds(1));

    assertThat(tally.sent()).isBetween(50L, 101L);
    assertThat(tally.seconds()).isGreaterThan(0.9);
  }
}
