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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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
  private Supplier<String> metrics = () -> "";
  private HttpServer processor;

  /** The series of a service, at each request. */
  interface Answer {
    String series(String service, int request);
  }

  @BeforeEach
  void startProcessor() throws IOException {
    processor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    processor.createContext("/monitoring/analytics", this::answer);
    processor.createContext("/metrics", this::meters);
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

  private void meters(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = metrics.get().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String metrics(long received, long duplicates, long deadLettered) {
    return """
    # HELP tracetide_processor_events_received_total records read
    tracetide_processor_events_received_total %d
    tracetide_processor_events_duplicate_total %d.0
    tracetide_processor_events_dead_lettered_total{reason="no_service"} 0.0
    tracetide_processor_events_dead_lettered_total{reason="bad } thing"} %d.0
    """
        .formatted(received, duplicates, deadLettered);
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

  private ReplayCheck check() throws IOException {
    return new ReplayCheck(
        recording(),
        SHIFT_MS,
        UnaryOperator.identity(),
        URI.create("http://127.0.0.1:" + processor.getAddress().getPort()),
        Credentials.NONE,
        SETTLED_AFTER,
        SETTLED_AFTER);
  }

  private ReplayCheck.Result check(Duration patience) throws Exception {
    return check().run(new ReplayCheck.Patience(patience, patience), progress::add);
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
  void shouldNameDuplicatesWhenSpansAreMissing() throws Exception {
    answer = (service, n) -> both(660_000, 40, 2, 50, 95, 99);
    metrics = () -> metrics(100, 60, 3);

    ReplayCheck.Result result = check(Duration.ofSeconds(2));

    assertThat(result.notes())
        .hasSize(3)
        .anySatisfy(note -> assertThat(note).contains("60 of 100 spans are missing"))
        .anySatisfy(note -> assertThat(note).contains("removed 60 duplicates", "--salt"))
        .anySatisfy(note -> assertThat(note).contains("3 records aside"));
  }

  @Test
  void shouldCountDuplicatesOfThisReplayOnlyAndOverARestart() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    answer = (service, n) -> requests.get() < 4 ? "" : both(660_000, 93, 2, 50, 95, 99);
    // 50 before the replay, 2 more, then a restart, after which 5 more.
    metrics =
        () ->
            switch (reads.incrementAndGet()) {
              case 1 -> metrics(1_000, 50, 0);
              case 2 -> metrics(1_010, 52, 0);
              default -> metrics(90, 5, 0);
            };
    ReplayCheck check = check();
    ReplayCheck.Patience patience =
        new ReplayCheck.Patience(Duration.ofSeconds(3), Duration.ofSeconds(30));

    assertThat(check.begin(patience)).isZero();
    ReplayCheck.Result result = check.run(patience, progress::add);

    assertThat(result.notes())
        .anySatisfy(note -> assertThat(note).contains("removed 7 duplicates since the replay"));
  }

  @Test
  void shouldTakeOffWhatWasThereBeforeTheReplay() throws Exception {
    AtomicBoolean replayed = new AtomicBoolean();
    answer =
        (service, n) ->
            replayed.get() ? both(660_000, 300, 6, 50, 95, 99) : both(660_000, 200, 4, 50, 95, 99);
    ReplayCheck check = check();
    ReplayCheck.Patience patience = ReplayCheck.Patience.of(Duration.ofSeconds(20));

    assertThat(check.begin(patience)).isEqualTo(2);
    replayed.set(true);
    ReplayCheck.Result result = check.run(patience, progress::add);

    assertThat(result.isEqual()).as(result.summary() + result.differences()).isTrue();
    assertThat(result.notes()).singleElement().asString().contains("before the replay");
  }

  @Test
  void shouldWaitWhileTheProcessorReadsOtherWork() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    answer = (service, n) -> n < 6 ? "" : both(660_000, 100, 2, 50, 95, 99);
    metrics = () -> metrics(reads.incrementAndGet() * 100L, 0, 0);

    ReplayCheck.Result result =
        check()
            .run(
                new ReplayCheck.Patience(Duration.ofMillis(1_500), Duration.ofSeconds(60)),
                progress::add);

    assertThat(result.isEqual()).as(result.summary()).isTrue();
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
