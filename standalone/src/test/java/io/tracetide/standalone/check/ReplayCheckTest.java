package io.tracetide.standalone.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.Recording;
import io.tracetide.standalone.replay.SpanTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCheckTest {
  private static final long SHIFT_MS = 600_000;
  private static final Duration SETTLED_AFTER = Duration.ofMillis(1);

  @TempDir Path directory;

  private final List<String> queries = new CopyOnWriteArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private Answer answer = (service, request) -> "";
  private HttpServer processor;

  /** The series of a service, at each request. */
  interface Answer {
    String series(String service, int request);
  }

  @BeforeEach
  void startProcessor() throws IOException {
    processor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    processor.createContext("/monitoring/analytics", this::answer);
    processor.start();
  }

  @AfterEach
  void stopProcessor() {
    processor.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      queries.add(URLDecoder.decode(query, StandardCharsets.UTF_8));
      String service = query.replaceAll(".*services=", "");
      byte[] body =
          "{\"partial\": false, \"missing\": [], \"series\": [%s]}"
              .formatted(answer.series(service, requests.incrementAndGet()))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String series(
      String service,
      String operation,
      long startMs,
      long count,
      long errors,
      double... quantiles) {
    return """
    {"service": "%s", "operation": "%s", "points": [
      {"start": "%s", "count": %d, "errors": %d, "p50Ms": %s, "p95Ms": %s, "p99Ms": %s}]}
    """
        .formatted(
            service,
            operation,
            Instant.ofEpochMilli(startMs),
            count,
            errors,
            quantiles[0],
            quantiles[1],
            quantiles[2]);
  }

  /** 100 spans of 1 to 100 ms that all end in minute 1, the last two of them in error. */
  private SpanTable recording() throws IOException {
    StringBuilder csv = new StringBuilder("start_ms,service,operation,duration_us,error\n");
    for (int i = 1; i <= 100; i++) {
      csv.append("%d,cart,GET /,%d,%d\n".formatted(60_000 - i + 1, i * 1_000, i > 98 ? 1 : 0));
    }
    Path file = Files.writeString(directory.resolve("spans.csv"), csv);
    return (SpanTable) Recording.open(file);
  }

  private ReplayCheck.Result check(Duration patience) throws Exception {
    return new ReplayCheck(
            recording(),
            SHIFT_MS,
            UnaryOperator.identity(),
            URI.create("http://127.0.0.1:" + processor.getAddress().getPort()),
            Credentials.NONE,
            SETTLED_AFTER)
        .run(patience, progress::add);
  }

  private static String both(long startMs, long count, long errors, double... quantiles) {
    return series("cart", "GET /", startMs, count, errors, quantiles)
        + ","
        + series("cart", "*", startMs, count, errors, quantiles);
  }

  @Test
  void shouldCountASpanInTheShiftedMinuteInWhichItEnds() throws Exception {
    answer = (service, n) -> both(660_000, 100, 2, 50, 95, 99.5);

    ReplayCheck.Result result = check(Duration.ofSeconds(30));

    assertThat(result.isEqual()).as(result.summary()).isTrue();
    assertThat(result.summary()).contains("spans=100 answered=100 series=1 windows=1");
    assertThat(queries)
        .first()
        .asString()
        .isEqualTo(
            "granularity=1m&from=1970-01-01T00:11:00Z&to=1970-01-01T00:12:00Z&services=cart");
  }

  @Test
  void shouldWaitUntilEverythingIsCounted() throws Exception {
    answer = (service, n) -> both(660_000, Math.min(100, n * 40L), 2, 50, 95, 99);

    ReplayCheck.Result result = check(Duration.ofSeconds(30));

    assertThat(result.isEqual()).isTrue();
    assertThat(progress).startsWith("counted 40 of 100 spans", "counted 80 of 100 spans");
  }

  @Test
  void shouldDifferWhenTheAnswerGrowsPastTheRecordingAfterItWasEqual() throws Exception {
    answer = (service, n) -> both(660_000, n == 1 ? 100 : 101, 2, 50, 95, 99);

    ReplayCheck.Result result = check(Duration.ofSeconds(30));

    assertThat(result.isEqual()).isFalse();
    assertThat(result.differences()).singleElement().asString().contains("100", "101");
  }

  @Test
  void shouldNameWhatDiffersWhenTheAnswerNoLongerChanges() throws Exception {
    answer = (service, n) -> both(660_000, 99, 2, 50, 97, 99);

    ReplayCheck.Result result = check(Duration.ofSeconds(2));

    assertThat(result.isEqual()).isFalse();
    assertThat(result.differences())
        .anySatisfy(d -> assertThat(d).contains("cart GET /", "count 100", "99"))
        .anySatisfy(d -> assertThat(d).contains("p95 exact 95.0 ms, answered 97.0 ms"));
    assertThat(result.summary()).contains("differences=2", "worst-p95=2.1053%");
  }

  @Test
  void shouldDifferWhenSpansAreCountedInAnotherMinute() throws Exception {
    answer = (service, n) -> both(600_000, 100, 2, 50, 95, 99);

    assertThat(check(Duration.ofSeconds(1)).differences()).hasSize(2);
  }

  @Test
  void shouldFailWhenTheProcessorDoesNotAnswer() {
    processor.removeContext("/monitoring/analytics");

    assertThatThrownBy(() -> check(Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("404");
  }
}
