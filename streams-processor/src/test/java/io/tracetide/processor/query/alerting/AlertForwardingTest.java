package io.tracetide.processor.query.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.http.tls.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches the alert sink, and in whose name. */
class AlertForwardingTest {
  private static final String ALERTS = "/alerting/api/v2/alerts";
  private static final String ACKNOWLEDGE = ALERTS + "/abc/acknowledge?tenant=a";
  private static final String JSON = "application/json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Token all = token(TokenClass.ADMIN, "all");
  private final Token one = token(TokenClass.QUERY, "one");
  private final List<String> received = new CopyOnWriteArrayList<>();
  private boolean asksForTokens = true;
  private HttpStatus status = HttpStatus.OK;

  @SuppressWarnings("NullAway.Init")
  private Server sink;

  @SuppressWarnings("NullAway.Init")
  private SinkClient sender;

  @SuppressWarnings("NullAway.Init")
  private Listener listener;

  private static Token token(TokenClass of, String id) {
    return Token.create(new TokenName(of, id), new SecureRandom());
  }

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sink =
        Server.builder()
            .http(0)
            .serviceUnder(
                "/",
                (context, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .thenApply(
                                whole -> {
                                  String token = whole.headers().get("authorization", "none");
                                  received.add(
                                      "%s %s %s %s"
                                          .formatted(
                                              whole.method(),
                                              whole.path(),
                                              token,
                                              whole.contentUtf8()));
                                  return asksForTokens && token.equals("none")
                                      ? HttpResponse.of(HttpStatus.UNAUTHORIZED)
                                      : HttpResponse.of(status, MediaType.JSON_UTF_8, "[\"x\"]");
                                })))
            .build();
    sink.start().join();
    DashboardConfig config =
        new DashboardConfig("http://127.0.0.1:" + sink.activeLocalPort(), Optional.empty(), "", "");
    sender = new SinkClient(config, TlsConfig.NONE, Clock.systemUTC());
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"), "tokens:\n" + line(all, "'*'") + line(one, "a"));
    listener =
        Listener.start(
            ListenerConfig.onPort(0).withTokens(tokens),
            new Admission(
                (method, route) -> method.equals("GET") ? Access.READ : Access.ACT,
                true,
                Clock.systemUTC(),
                event -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new AlertForwarding(sender));
  }

  private static String line(Token token, String tenants) {
    return "  %s: {sha256: [%s], tenants: [%s]}%n"
        .formatted(token.name(), HexFormat.of().formatHex(token.sha256()), tenants);
  }

  @AfterEach
  void stop() {
    listener.close();
    sender.close();
    sink.stop().join();
  }

  private java.net.http.HttpResponse<String> send(
      String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(listener.url() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String bearer(Token token) {
    return "Bearer " + token.reveal();
  }

  @Test
  void shouldSendTheTokenOfTheCallerAndReturnTheAnswer() throws Exception {
    var answer = send("GET", ALERTS + "?filter=a%3D%22b%22", "", "Authorization", bearer(all));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[\"x\"]");
    assertThat(received)
        .containsExactly("GET /api/v2/alerts?filter=a%3D%22b%22 " + bearer(all) + " ");
  }

  @Test
  void shouldForwardActionsWithTheirBody() throws Exception {
    status = HttpStatus.BAD_REQUEST;
    var answer =
        send(
            "POST",
            ACKNOWLEDGE,
            "{\"by\":\"ann\"}",
            "Authorization",
            bearer(all),
            "Content-Type",
            JSON);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(received)
        .containsExactly(
            "POST /api/v2/alerts/abc/acknowledge?tenant=a " + bearer(all) + " {\"by\":\"ann\"}");
  }

  @Test
  void shouldForwardNothingElse() throws Exception {
    for (String path :
        List.of(
            "/alerting/-/reload",
            "/alerting/api/v2/status",
            "/alerting/api/v2/alerts/abc/other",
            "/alerting/",
            "/alerting/..%2f..%2fapi/v2/alerts",
            "/alerting//evil.example/api/v2/alerts")) {
      assertThat(send("GET", path, "", "Authorization", bearer(all)).statusCode())
          .as(path)
          .isIn(400, 404);
    }
    assertThat(send("POST", ALERTS, "[]", "Authorization", bearer(all)).statusCode())
        .isEqualTo(405);
    assertThat(received).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNotJsonOrTooLarge() throws Exception {
    assertThat(send("POST", ACKNOWLEDGE, "by=ann", "Authorization", bearer(all)).statusCode())
        .isEqualTo(415);
    String large = "x".repeat(100_000);
    assertThat(
            send("POST", ACKNOWLEDGE, large, "Authorization", bearer(all), "Content-Type", JSON)
                .statusCode())
        .isEqualTo(413);
    assertThat(received).isEmpty();
  }

  @Test
  void shouldNotShowTheAlertsOfOtherTenantsOfASinkWithoutTokens() throws Exception {
    asksForTokens = false;
    assertThat(send("GET", ALERTS, "", "Authorization", bearer(all)).statusCode()).isEqualTo(200);
    var refused = send("GET", ALERTS, "", "Authorization", bearer(one));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("sink.listener.tokens");

    asksForTokens = true;
    assertThat(send("GET", ALERTS, "", "Authorization", bearer(one)).statusCode()).isEqualTo(200);
    assertThat(received).last().asString().contains(one.reveal());
  }

  @Test
  void shouldExplainASinkThatDoesNotKnowTheTokenOrDoesNotAnswer() throws Exception {
    status = HttpStatus.UNAUTHORIZED;
    var unknown = send("GET", ALERTS, "", "Authorization", bearer(all));
    assertThat(unknown.statusCode()).isEqualTo(403);
    assertThat(unknown.body()).contains("does not admit this token").doesNotContain(all.reveal());

    sink.stop().join();
    var dead = send("GET", ALERTS, "", "Authorization", bearer(all));
    assertThat(dead.statusCode()).isEqualTo(503);
    assertThat(dead.headers().firstValue("retry-after")).hasValue("1");
    assertThat(dead.body()).contains("does not answer").doesNotContain("127.0.0.1");
  }
}
