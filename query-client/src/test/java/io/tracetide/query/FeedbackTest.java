package io.tracetide.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.query.answer.AnomalyJudgement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that give, list and withdraw feedback. */
class FeedbackTest {
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private TracetideQueries queries;
  private int status = 200;
  private String answer = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    queries =
        TracetideQueries.builder("http://127.0.0.1:" + server.getAddress().getPort())
            .token("ta_secret")
            .build();
  }

  @AfterEach
  void stop() {
    queries.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        "%s %s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    byte[] body = answer.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void shouldListFeedback() {
    answer =
        """
        [{"id":"j2","tenant":"acme","state":"active","verdict":"expected","fingerprint":"fp",
          "anomalyId":"a2","service":"shop","operation":"pay","kind":"latency","summary":"slow",
          "by":"ann","at":"2026-03-01T10:00:00.123456Z","comment":"import",
          "until":"2026-03-01T12:00:00Z","later":1},
         {"id":"j1","tenant":"acme","state":"revoked","verdict":"false_positive",
          "fingerprint":"fp","anomalyId":"a1","service":"shop","operation":"pay",
          "kind":"latency","summary":"slow","by":"ann","at":"2026-03-01T09:00:00Z","comment":"",
          "revokedBy":"bob","revokedAt":"2026-03-01T09:30:00Z"}]
        """;

    List<AnomalyJudgement> listed =
        queries.feedback(Query.ALL.tenant("acme").state("active").fingerprint("fp").limit(2));

    assertThat(requests)
        .containsExactly(
            "GET /alerting/api/v2/feedback?tenant=acme&state=active&fingerprint=fp&limit=2"
                + " Bearer ta_secret null ");
    assertThat(listed).extracting(AnomalyJudgement::id).containsExactly("j2", "j1");
    assertThat(listed.get(0).until()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(listed.get(0).revokedBy()).isNull();
    assertThat(listed.get(1).until()).isNull();
    assertThat(listed.get(1).revokedAt()).isEqualTo(Instant.parse("2026-03-01T09:30:00Z"));
    assertThatThrownBy(listed::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldGiveFeedback() {
    answer = "{\"id\":\"j1\"}";
    Instant until = Instant.parse("2026-03-01T12:00:00Z");

    assertThat(
            queries.giveFeedback(
                "acme", "f/p", FeedbackOrder.expected("ann", "an \"import\"", until).of("a1")))
        .isEqualTo("j1");
    queries.giveFeedback("acme", "fp", FeedbackOrder.falsePositive("ann", ""));

    assertThat(requests)
        .containsExactly(
            "POST /alerting/api/v2/alerts/f%2Fp/feedback?tenant=acme Bearer ta_secret"
                + " application/json {\"verdict\":\"expected\",\"by\":\"ann\",\"comment\":"
                + "\"an \\\"import\\\"\",\"until\":\"2026-03-01T12:00:00Z\",\"anomalyId\":\"a1\"}",
            "POST /alerting/api/v2/alerts/fp/feedback?tenant=acme Bearer ta_secret application/json"
                + " {\"verdict\":\"false_positive\",\"by\":\"ann\",\"comment\":\"\"}");
    assertThat(FeedbackOrder.truePositive("ann", "real").verdict()).isEqualTo("true_positive");
  }

  @Test
  void shouldWithdrawFeedback() {
    queries.withdrawFeedback("acme", "j 1", "ann & bob");

    assertThat(requests)
        .containsExactly(
            "DELETE /alerting/api/v2/feedback/j%201?tenant=acme&by=ann%20%26%20bob"
                + " Bearer ta_secret null ");
  }

  /** The errors of this API are texts. */
  @Test
  void shouldHaveTheReasonOfARefusal() {
    status = 404;
    answer = "\"alert fp not found\"";

    QueryException failure =
        catchThrowableOfType(
            QueryException.class,
            () -> queries.giveFeedback("acme", "fp", FeedbackOrder.truePositive("ann", "")));

    assertThat(failure).hasMessage("404 Refused: alert fp not found");
    assertThat(failure.isTemporary()).isFalse();
  }

  @Test
  void shouldFailWithoutTheId() {
    answer = "[]";

    assertThatThrownBy(
            () -> queries.giveFeedback("acme", "fp", FeedbackOrder.truePositive("ann", "")))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("Unreadable answer");
  }
}
