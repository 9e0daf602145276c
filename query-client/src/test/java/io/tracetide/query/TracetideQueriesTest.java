package io.tracetide.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.Trace;
import io.tracetide.query.answer.TracePage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of a server that gives them as they are written here. */
class TracetideQueriesTest {
  private static final String TRACE =
      """
      {"traceId":"%s","tenant":"a","service":"s","operation":"o","state":"running","startedAt":null,
       "lastEventAt":"2026-03-01T10:00:00.123456Z","endedAt":null,"durationMs":null,"events":null,
       "metrics":{"x":null},"stuckSince":null,"openSpans":1,"eventsDropped":0,"laterField":{"a":1}}
      """;

  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private TracetideQueries queries;
  private int status = 200;
  private String contentType = "application/json";
  private List<String> answers = List.of();
  private boolean zipped;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    queries = builder().token("tq_secret").build();
  }

  private TracetideQueries.Builder builder() {
    return TracetideQueries.builder("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void stop() {
    queries.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body = answers.get(Math.min(requests.size(), answers.size()) - 1).getBytes(UTF_8);
    if (zipped) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(body);
      }
      body = bytes.toByteArray();
      exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    }
    exchange.getResponseHeaders().add("Content-Type", contentType);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void shouldReadAnAnswerWithFieldsOfALaterVersion() {
    answers =
        List.of(
            """
            {"from":"2026-03-01T10:00:00Z","to":"2026-03-01T10:15:00Z","partial":true,
             "missing":["10.0.0.2:8080"],"relativeError":0.0099,"closedUpTo":null,"later":[1,2],
             "totals":{"services":1,"operations":1,"count":3,"errors":1,"throughputPerSec":0.1,
               "errorRatePercent":33.3,"p50Ms":null,"p95Ms":12.5,"inFlight":null,"stuck":null,
               "openAnomalies":2,"statuses":{"healthy":1,"asleep":1}},
             "services":[{"tenant":"a","service":"shop","status":"asleep","reason":"","warmUp":null,
               "count":3,"errors":1,"p95Ms":12.5,"openAnomalies":2}]}
            """);
    zipped = true;

    FleetDashboard dashboard =
        queries.dashboard(Query.last(Duration.ofMinutes(15)).services("shop"));

    assertThat(dashboard.partial()).isTrue();
    assertThat(dashboard.missing()).containsExactly("10.0.0.2:8080");
    assertThat(dashboard.totals().statuses()).containsEntry("asleep", 1);
    assertThat(dashboard.services().get(0).status()).isEqualTo("asleep");
    assertThat(dashboard.services().get(0).operations()).isEmpty();
    assertThat(dashboard.services().get(0).inFlight()).isNull();
    assertThat(requests)
        .containsExactly("/monitoring/dashboard?timeRange=900s&services=shop Bearer tq_secret");
    assertThatThrownBy(() -> dashboard.services().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldFollowTheCursorsOfTracesPageByPage() {
    answers =
        List.of(
            page("false", TRACE.formatted("1") + "," + TRACE.formatted("2"), "\"c+1\""),
            page("false", "", "\"c2\""),
            page("false", TRACE.formatted("3"), "null"));

    assertThat(queries.traces(Query.ALL.state("stuck")).map(Trace::traceId))
        .containsExactly("1", "2", "3");
    assertThat(requests.get(1)).startsWith("/monitoring/traces?state=stuck&cursor=c%2B1 ");
    assertThat(requests).hasSize(3);

    requests.clear();
    assertThat(queries.traces(Query.ALL).map(Trace::traceId).findFirst()).contains("1");
    assertThat(requests).hasSize(1);
  }

  @Test
  void shouldNotHideThatAPageIsPartial() {
    answers = List.of(page("true", TRACE.formatted("1"), "null"));

    TracePage page = queries.tracePages(Query.ALL).iterator().next();
    assertThat(page.partial()).isTrue();
    assertThat(page.traces()).hasSize(1);
    assertThatThrownBy(() -> queries.traces(Query.ALL).toList())
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("10.0.0.9:8080");
  }

  private static String page(String partial, String traces, String cursor) {
    return "{\"partial\":%s,\"missing\":[%s],\"traces\":[%s],\"cursor\":%s}"
        .formatted(partial, partial.equals("true") ? "\"10.0.0.9:8080\"" : "", traces, cursor);
  }

  @Test
  void shouldHaveTheFieldsOfProblemDetails() {
    status = 400;
    answers =
        List.of("{\"type\":\"about:blank\",\"title\":\"Bad parameter\",\"detail\":\"use 1\"}");

    QueryException failure =
        catchThrowableOfType(QueryException.class, () -> queries.anomalies(Query.ALL.limit(0)));

    assertThat(failure.status()).isEqualTo(400);
    assertThat(failure.title()).isEqualTo("Bad parameter");
    assertThat(failure.detail()).isEqualTo("use 1");
    assertThat(failure.isTemporary()).isFalse();
    assertThat(failure).hasMessage("400 Bad parameter: use 1");
  }

  @Test
  void shouldDescribeOtherFailures() {
    status = 502;
    contentType = "text/plain";
    answers = List.of("bad gateway");
    QueryException proxy =
        catchThrowableOfType(QueryException.class, () -> queries.services(Query.ALL));
    assertThat(proxy.detail()).isEqualTo("bad gateway");
    assertThat(proxy.isTemporary()).isTrue();

    status = 200;
    answers = List.of("{\"partial\": \"perhaps\"");
    assertThatThrownBy(() -> queries.incidents(Query.ALL))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("not a IncidentList");

    server.stop(0);
    QueryException away =
        catchThrowableOfType(QueryException.class, () -> queries.services(Query.ALL));
    assertThat(away.status()).isEqualTo(QueryException.NO_STATUS);
    assertThat(away.isTemporary()).isTrue();
  }

  @Test
  void shouldReturnNoTraceForOneThatIsNotKnown() {
    status = 404;
    answers = List.of("{\"title\":\"Unknown trace\",\"detail\":\"no trace\"}");
    assertThat(queries.trace("a", "x/../y")).isEmpty();
    assertThat(requests.get(0)).startsWith("/monitoring/traces/x%2F..%2Fy?tenant=a ");

    answers = List.of("{\"title\":\"Unknown tenant\",\"detail\":\"no tenant\"}");
    assertThatThrownBy(() -> queries.trace("b", "x")).hasMessageContaining("Unknown tenant");
  }

  @Test
  void shouldLimitTheBytesOfAnAnswer() {
    zipped = true;
    answers = List.of(page("false", " ".repeat(100_000), "null"));
    try (TracetideQueries small = builder().maxAnswerBytes(10_000).build()) {
      assertThatThrownBy(() -> small.tracePage(Query.ALL))
          .isInstanceOf(QueryException.class)
          .hasMessageContaining("more than 10000 bytes");
    }
  }

  @Test
  void shouldNotShowATokenThatCannotBeSent() {
    try (TracetideQueries wrong = builder().token("tq_hidden\n").build()) {
      assertThatThrownBy(() -> wrong.services(Query.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("hidden");
    }
  }

  @Test
  void shouldRefuseSettingsWithTheReason(@TempDir Path directory) throws IOException {
    for (String address : List.of("127.0.0.1:8080", "ftp://a", "http://u:p@a", "http://a?x=1")) {
      assertThatThrownBy(() -> TracetideQueries.builder(address))
          .as(address)
          .isInstanceOf(IllegalArgumentException.class);
    }
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertThatThrownBy(() -> builder().trust(empty)).hasMessageContaining("no certificate");
    assertThatThrownBy(() -> builder().trust(directory.resolve("none")))
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> builder().connectTimeout(Duration.ZERO))
        .hasMessageContaining("positive");
  }
}
