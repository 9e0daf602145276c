package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.health.Health;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, over real sockets. */
class GatekeeperTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final Map<String, Access> RULES =
      Map.of(
          "/send", Access.INGEST_WORK,
          "/read", Access.READ,
          "/", Access.PAGE,
          "/write", Access.WRITE,
          "/act", Access.ACT,
          "/forward", Access.READ,
          "/internal/:id", Access.INSTANCE);

  /** A request without a token. */
  @SuppressWarnings("NullAway.Init")
  private static Listener plain;

  /** Outlives the listeners, which look at their files until the end. */
  @TempDir private static Path directory;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Token ingest = token(TokenClass.INGEST, "shop");
  private final Token query = token(TokenClass.QUERY, "wall");
  private final Token admin = token(TokenClass.ADMIN, "ops");
  private final Token peer = token(TokenClass.PEER, "fleet");
  private final Token expired = token(TokenClass.QUERY, "old");
  private final List<AccessEvent> record = new CopyOnWriteArrayList<>();

  /** Closing one that had callers takes a second, so all of them are closed together. */
  private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Path file = Path.of("");
  private Listener listener = plain;

  private static Token token(TokenClass of, String id) {
    return Token.create(new TokenName(of, id), RANDOM);
  }

  @BeforeAll
  static void startPlain() {
    plain =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            GatekeeperTest::routes);
    LISTENERS.add(plain);
  }

  @AfterAll
  static void close() {
    LISTENERS.parallelStream().forEach(Listener::close);
  }

  @BeforeEach
  void start() throws IOException {
    file = Files.createTempFile(directory, "tokens", ".yaml");
    write(query);
    listener = start("");
  }

  private void write(Token currentQuery) throws IOException {
    Files.writeString(
        file,
        """
        tokens:
          ti_shop: {sha256: [%s], tenants: [acme]}
          tq_wall: {sha256: [%s], tenants: [acme, globex]}
          ta_ops: {sha256: [%s], tenants: ["*"]}
          tp_fleet: {sha256: [%s], tenants: []}
          tq_old: {sha256: [%s], tenants: [acme], expires: 2020-01-01T00:00:00Z}
        """
            .formatted(hash(ingest), hash(currentQuery), hash(admin), hash(peer), hash(expired)));
  }

  private static String hash(Token token) {
    return HexFormat.of().formatHex(token.sha256());
  }

  private Listener start(String more) {
    Listener started =
        Listener.start(
            Configured.listener("reloadInterval: 20ms, tokens: '" + file + "'" + more),
            new Admission(
                (method, route) -> RULES.getOrDefault(route, Access.WRITE),
                true,
                Clock.systemUTC(),
                record::add),
            new Health(),
            meters,
            GatekeeperTest::routes);
    LISTENERS.add(started);
    return started;
  }

  private static void routes(ServerBuilder server) {
    HttpService who =
        (ctx, request) ->
            HttpResponse.of(
                request
                    .aggregate()
                    .thenApply(
                        whole ->
                            HttpResponse.of(
                                "%s %s",
                                Callers.of(ctx).actor(), Callers.of(ctx).tenants().names())));
    RULES.keySet().stream()
        .filter(route -> !route.equals("/forward"))
        .forEach(route -> server.service(route, who));
    server.service(
        "/forward",
        (ctx, request) ->
            HttpResponse.of("%s", Callers.credentials(ctx).map(Token::reveal).orElse("none")));
  }

  private java.net.http.HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  private java.net.http.HttpResponse<String> send(
      String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(listener.url() + path))
            .timeout(Duration.ofSeconds(5))
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String[] bearer(Token token) {
    return new String[] {"Authorization", "Bearer " + token.reveal()};
  }

  private void assertDenied(java.net.http.HttpResponse<String> answer, String detail)
      throws IOException {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("status").asInt()).isEqualTo(401);
    assertThat(body.path("detail").asText()).contains(detail);
    assertThat(answer.body()).doesNotContain("_", query.reveal(), ingest.reveal());
  }

  @ParameterizedTest
  @CsvSource({
    "/send,          200, 401, 401, 401",
    "/read,          401, 200, 200, 401",
    "/write,         401, 401, 200, 401",
    "/act,           401, 401, 200, 401",
    "/internal/x,    401, 401, 401, 200",
    "/nowhere,       401, 401, 404, 401",
    "/livez,         200, 200, 200, 200",
    "/readyz,        200, 200, 200, 200",
    "/metrics,       200, 200, 200, 200",
  })
  void shouldOpenARouteToItsOwnTokensOnly(
      String path, int byIngest, int byQuery, int byAdmin, int byPeer) throws Exception {
    assertThat(get(path, bearer(ingest)).statusCode()).isEqualTo(byIngest);
    assertThat(get(path, bearer(query)).statusCode()).isEqualTo(byQuery);
    assertThat(get(path, bearer(admin)).statusCode()).isEqualTo(byAdmin);
    assertThat(get(path, bearer(peer)).statusCode()).isEqualTo(byPeer);
  }

  @Test
  void shouldPassTheCallerToRoutes() throws Exception {
    assertThat(get("/send", bearer(ingest)).body()).isEqualTo("ti_shop [acme]");
    assertThat(get("/read", bearer(query)).body()).isEqualTo("tq_wall [acme, globex]");
    assertThat(get("/read", "authorization", "bEaReR " + query.reveal()).statusCode())
        .isEqualTo(200);
    listener = plain;
    assertThat(get("/send").body()).isEqualTo("anyone []");
  }

  @Test
  void shouldDenyATextThatIsNoToken() throws Exception {
    assertDenied(get("/read"), "Authorization: Bearer");
    assertDenied(get("/read", "Authorization", ""), "not a token");
    assertDenied(get("/read", "Authorization", "Bearer"), "not a token");
    assertDenied(get("/read", "Authorization", "Bearer "), "not a token");
    assertDenied(get("/read", "Authorization", "Basic YTpi"), "not a token");
    assertDenied(get("/read", "Authorization", query.reveal()), "not a token");
    String longer = "Bearer " + query.reveal() + "A";
    assertDenied(get("/read", "Authorization", longer), "not a token");
    String shorter = longer.substring(0, longer.length() - 2);
    assertDenied(get("/read", "Authorization", shorter), "not a token");
    TimeUnit.SECONDS.sleep(1);
    String other = "Bearer " + token(TokenClass.QUERY, "wall").reveal();
    assertDenied(get("/read", "Authorization", other), "the token is not valid");
    String unknown = "Bearer " + token(TokenClass.QUERY, "nobody").reveal();
    assertDenied(get("/read", "Authorization", unknown), "the token is not valid");
    assertDenied(get("/read", bearer(ingest)), "of this class has no access here");
    assertDenied(
        get("/read", "Authorization", bearer(query)[1], "Authorization", bearer(query)[1]),
        "not a token");
  }

  @Test
  void shouldDenyAHugeTokenAtOnce() throws Exception {
    get("/livez");
    long before = System.nanoTime();
    java.net.http.HttpResponse<String> answer =
        get("/read", "Authorization", "Bearer " + "a".repeat(64 * 1_024));
    long took = System.nanoTime() - before;

    assertDenied(answer, "not a token");
    assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void shouldDenyBeforeABodyHasArrived() throws Exception {
    URI uri = URI.create(listener.url() + "/send");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write(
              "POST /send HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%69nternal/x",
        "//internal/x",
        "/./internal/x",
        "/read/../internal/x",
        "/internal/x;a=b",
        "/internal/x?a=/read",
        "/internal%2fx",
        "/INTERNAL/x",
      })
  void shouldRequireTheSameAccessForEverySpellingOfAPath(String path) throws Exception {
    assertThat(get(path, bearer(query)).statusCode()).isBetween(400, 404).isNotEqualTo(200);
  }

  @Test
  void shouldLimitFailuresAndStillAdmitValidTokens() throws Exception {
    int denied = 0;
    int unanswered = 0;
    for (int i = 0; i < 60; i++) {
      java.net.http.HttpResponse<String> answer = get("/read", "Authorization", "Bearer x");
      if (answer.statusCode() == 429) {
        assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
        unanswered++;
      } else {
        assertThat(answer.statusCode()).isEqualTo(401);
        denied++;
      }
      if (unanswered == 1) {
        assertThat(get("/read", bearer(query)).statusCode()).isEqualTo(200);
      }
    }
    assertThat(denied).isGreaterThanOrEqualTo(10);
    assertThat(unanswered).isPositive();
    assertThat(meters.scrape())
        .contains("tracetide_listener_denied_total{cause=\"malformed\"} 60.0")
        .contains("tracetide_listener_denied_unanswered_total " + (double) unanswered);
    assertThat(record)
        .filteredOn(event -> event.action().equals("token.refused"))
        .extracting(event -> event.details().get("cause"))
        .containsExactly("malformed");
  }

  @Test
  void shouldReloadTokensWithoutARestart() throws Exception {
    Token next = token(TokenClass.QUERY, "wall");
    assertThat(get("/read", bearer(next)).statusCode()).isEqualTo(401);

    write(next);

    await()
        .untilAsserted(
            () -> assertThat(record).anyMatch(e -> e.action().equals("tokens.reloaded")));
    assertThat(get("/read", bearer(next)).statusCode()).isEqualTo(200);
    assertThat(get("/read", bearer(query)).statusCode()).isEqualTo(401);
    assertThat(record.toString()).doesNotContain(next.reveal()).doesNotContain(query.reveal());
  }

  @Test
  void shouldRequireATokenOfAllTenantsForMetersBeyondLoopback() throws Exception {
    assertThat(get("/metrics").statusCode()).isEqualTo(200);

    listener = start(", host: 0.0.0.0, insecure: true");
    assertThat(get("/metrics").statusCode()).isEqualTo(401);
    assertThat(get("/metrics", bearer(query)).statusCode()).isEqualTo(401);
    assertThat(get("/metrics", bearer(ingest)).statusCode()).isEqualTo(401);
    assertThat(get("/metrics", bearer(admin)).statusCode()).isEqualTo(200);
    assertThat(get("/livez").statusCode()).isEqualTo(200);

    listener = start(", host: 0.0.0.0, insecure: true, openMetrics: true");
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldExchangeATokenForASessionThatOnlyReads() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(HttpURLConnection.HTTP_SEE_OTHER);
    assertThat(get("/").headers().firstValue("location")).hasValue("/login");
    java.net.http.HttpResponse<String> form = get("/login");
    assertThat(form.body())
        .contains("<form method=\"post\">", "type=\"password\"")
        .doesNotContain("role=\"alert\"");
    assertThat(form.body()).doesNotContain("<script", "style=", "onclick");
    assertThat(form.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .startsWith("default-src 'none'")
                    .contains("form-action 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe"));
    assertThat(get("/login.css").statusCode()).isEqualTo(200);
    assertThat(get("/login.svg").headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("image/svg+xml"));

    java.net.http.HttpResponse<String> entered = login("token=" + query.reveal());

    assertThat(entered.statusCode()).isEqualTo(303);
    assertThat(entered.headers().firstValue("location")).hasValue("/login?entered");
    String set = entered.headers().firstValue("set-cookie").orElseThrow();
    assertThat(set)
        .startsWith("tracetide-session-" + listener.port() + "=")
        .containsIgnoringCase("HttpOnly")
        .contains("SameSite=Lax", "Path=/", "Max-Age=1800")
        .doesNotContain("Secure", query.reveal());
    String cookie = set.substring(0, set.indexOf(';'));
    assertThat(get("/login?entered", "Cookie", cookie).headers().firstValue("location"))
        .hasValue("/");
    assertThat(get("/", "Cookie", cookie).body()).isEqualTo("tq_wall [acme, globex]");
    assertThat(get("/read", "Cookie", "a=b; " + cookie).statusCode()).isEqualTo(200);
    assertThat(get("/write", "Cookie", cookie).statusCode()).isEqualTo(401);
    assertThat(get("/send", "Cookie", cookie).statusCode()).isEqualTo(401);
    assertThat(get("/internal/x", "Cookie", cookie).statusCode()).isEqualTo(401);
    assertThat(get("/read", "Cookie", cookie + "x").statusCode()).isEqualTo(401);

    java.net.http.HttpResponse<String> left = send("POST", "/logout", "", "Cookie", cookie);
    assertThat(left.statusCode()).isEqualTo(303);
    assertThat(left.headers().firstValue("location")).hasValue("/login?left");
    assertThat(left.headers().firstValue("set-cookie").orElseThrow())
        .startsWith(cookie.substring(0, cookie.indexOf('=') + 1))
        .contains("Max-Age=0");
    assertThat(get("/read", "Cookie", cookie).statusCode()).isEqualTo(401);
    assertThat(get("/", "Cookie", cookie).statusCode()).isEqualTo(303);
  }

  @Test
  void shouldShowWhyALoginFailed() throws Exception {
    String wrong = token(TokenClass.QUERY, "wall").reveal();
    String unknown = token(TokenClass.QUERY, "nobody").reveal();

    assertNotSignedIn(login(""), 401, "Enter a token");
    assertNotSignedIn(login("token=+"), 401, "Enter a token");
    assertNotSignedIn(login("token=x"), 401, "not a token");
    assertNotSignedIn(login("token=" + ingest.reveal()), 401, "class ingest");
    assertNotSignedIn(login("token=" + peer.reveal()), 401, "class peer");
    assertNotSignedIn(login("token=" + expired.reveal()), 401, "expired");
    assertNotSignedIn(login("token=" + wrong), 401, "not valid here");
    assertThat(login("token=" + unknown).body()).isEqualTo(login("token=" + wrong).body());
    assertNotSignedIn(login("token=" + "x".repeat(10_000)), 413, "too long");
    assertNotSignedIn(get("/login?entered"), 401, "did not keep the cookie");
    assertNotSignedIn(get("/login?ended"), 200, "has ended");
    assertNotSignedIn(get("/login?left"), 200, "signed out");
  }

  @Test
  void shouldShowHowLongToWaitAfterTooManyFailures() throws Exception {
    java.net.http.HttpResponse<String> answer = login("token=x");
    for (int i = 0; i < 1_000 && answer.statusCode() != 429; i++) {
      answer = login("token=x");
    }

    assertNotSignedIn(answer, 429, "Wait 1 second");
    assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
    assertThat(login("token=" + query.reveal()).statusCode()).isEqualTo(303);
  }

  private void assertNotSignedIn(
      java.net.http.HttpResponse<String> answer, int status, String explanation) {
    assertThat(answer.statusCode()).as(explanation).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    assertThat(answer.body())
        .contains("role=\"alert\"", explanation, "<form method=\"post\">")
        .doesNotContain("_");
  }

  /** By the Fetch standard, a page without a referrer posts its forms with {@code Origin: null}. */
  @Test
  void shouldCheckTheOriginOfForms() throws Exception {
    assertThat(get("/login").headers().firstValue("referrer-policy")).hasValue("same-origin");
  }

  @ParameterizedTest
  @CsvSource({
    "Origin,         http://evil.example, another site",
    "Origin,         'null',              Origin: null",
    "Origin,         'not a URI',         another site",
    "Sec-Fetch-Site, cross-site,          another site",
    "Sec-Fetch-Site, same-site,           another site",
  })
  void shouldRefuseFormsOfOtherSites(String header, String value, String explanation)
      throws Exception {
    String cookie = signIn();

    java.net.http.HttpResponse<String> in =
        send("POST", "/login", "token=" + query.reveal(), header, value);
    java.net.http.HttpResponse<String> out =
        send("POST", "/logout", "", header, value, "Cookie", cookie);

    assertNotSignedIn(in, 403, explanation);
    assertNotSignedIn(out, 403, explanation);
    assertThat(get("/read", "Cookie", cookie).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"same-origin", "none"})
  void shouldAcceptFormsOfTheSameOrigin(String site) throws Exception {
    java.net.http.HttpResponse<String> answer =
        send(
            "POST",
            "/login",
            "token=" + query.reveal(),
            "Origin",
            listener.url(),
            "Sec-Fetch-Site",
            site);

    assertThat(answer.statusCode()).isEqualTo(303);
  }

  @Test
  void shouldRedirectToTheLoginPageAfterASessionHasEnded() throws Exception {
    String cookie = signIn();
    assertThat(get("/login", "Cookie", cookie).statusCode()).isEqualTo(303);

    write(token(TokenClass.QUERY, "wall"));

    await()
        .untilAsserted(
            () ->
                assertThat(get("/", "Cookie", cookie).headers().firstValue("location"))
                    .hasValue("/login?ended"));
    assertThat(send("HEAD", "/", "", "Cookie", cookie).statusCode()).isEqualTo(303);
    assertThat(get("/login?ended", "Cookie", cookie).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldLetASessionActOnlyForAPageOfThisListener() throws Exception {
    String set = login("token=" + admin.reveal()).headers().firstValue("set-cookie").orElseThrow();
    String cookie = set.substring(0, set.indexOf(';'));
    String[] own = {"Origin", listener.url(), "Cookie", cookie};
    assertThat(send("POST", "/act", "", own).body()).isEqualTo("ta_ops []");
    assertThat(send("POST", "/act", "", "Cookie", cookie).statusCode()).isEqualTo(403);
    for (String other : List.of("https://evil.example", "null", "http://127.0.0.1:1")) {
      assertThat(send("POST", "/act", "", "Origin", other, "Cookie", cookie).statusCode())
          .as(other)
          .isEqualTo(403);
    }
    String[] crossSite = {
      "Origin", listener.url(), "Sec-Fetch-Site", "cross-site", "Cookie", cookie
    };
    assertThat(send("POST", "/act", "", crossSite).statusCode()).isEqualTo(403);
    assertThat(send("POST", "/write", "", own).statusCode()).isEqualTo(401);
    assertThat(send("POST", "/act", "", bearer(admin)).statusCode()).isEqualTo(200);
    own[3] = signIn();
    assertThat(send("POST", "/act", "", own).statusCode()).isEqualTo(401);
  }

  @Test
  void shouldKeepTheTokenOfASessionForRoutesThatForwardIt() throws Exception {
    assertThat(get("/forward", "Cookie", signIn()).body()).isEqualTo(query.reveal());
    assertThat(get("/forward", bearer(query)).body()).isEqualTo(query.reveal());
    listener = plain;
    assertThat(get("/forward").body()).isEqualTo("none");
  }

  /** Browsers send cookies to every port of a host. */
  @Test
  void shouldRefuseTheSessionOfAnotherPort() throws Exception {
    String cookie = signIn();
    Listener first = listener;
    listener = start("");
    String second = signIn();

    assertThat(get("/read", "Cookie", cookie + "; " + second).statusCode()).isEqualTo(200);
    assertThat(get("/read", "Cookie", cookie).statusCode()).isEqualTo(401);
    listener = first;
    assertThat(get("/read", "Cookie", second + "; " + cookie).statusCode()).isEqualTo(200);
  }

  private String signIn() throws IOException, InterruptedException {
    String set = login("token=" + query.reveal()).headers().firstValue("set-cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private java.net.http.HttpResponse<String> login(String form)
      throws IOException, InterruptedException {
    return send(
        "POST",
        "/login",
        form,
        "Origin",
        listener.url(),
        "Content-Type",
        "application/x-www-form-urlencoded");
  }

  @Test
  void shouldEndSessionsWhenTheirTokenIsReplaced() throws Exception {
    String set = login("token=" + query.reveal()).headers().firstValue("set-cookie").orElseThrow();
    String cookie = set.substring(0, set.indexOf(';'));
    assertThat(get("/read", "Cookie", cookie).statusCode()).isEqualTo(200);

    write(token(TokenClass.QUERY, "wall"));

    await()
        .untilAsserted(
            () -> assertThat(get("/read", "Cookie", cookie).statusCode()).isEqualTo(401));
  }

  @Test
  void shouldNotStartWithoutItsTokens() {
    file = directory.resolve("none.yaml");
    assertThatThrownBy(() -> start(""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml");
    assertThatThrownBy(
            () ->
                Listener.start(
                    Configured.listener("tokens: t.yaml"), new Health(), meters, routes -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldListItsRoutes() {
    assertThat(listener.routes())
        .contains("GET /livez", "HEAD /metrics", "POST /login", "ANY /read", "ANY /internal/:id");
  }
}
