package io.tracetide.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.TlsKeyPair;
import io.tracetide.alert.SinkApp;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.http.tls.TlsClients;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every endpoint of every role with every kind of token, and what two tenants see of each other,
 * over TLS, with two processors that ask each other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenancyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
  private static final Pattern CONTENT_TYPE = Pattern.compile("(?i)\r\ncontent-type: ([^\r]*)");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a route opens to; everybody else gets 401. */
  private enum Opens {
    EVERYBODY,
    INGEST,
    READERS,
    /** The same, and who has not tried yet is sent to sign in. */
    PEOPLE,
    ADMIN,
    PEERS,
    /** Asks for a form with a token in it, which nobody here sends. */
    FORM,
    /** Open here, on loopback; GatekeeperTest has what holds elsewhere. */
    SCRAPERS
  }

  /**
   * The table: who each endpoint opens to. A route that is not here fails the build: decide what it
   * asks for in its role's {@code AccessRules}, then write it down.
   */
  private static final Map<String, Map<String, Opens>> TABLE =
      Map.of(
          "gateway",
          rows(
              """
              GET /                                   INGEST
              HEAD /                                  INGEST
              POST /v1/traces                         INGEST
              POST /v1/metrics                        INGEST
              POST /v1/trace-events                   INGEST
              POST /api/v2/spans                      INGEST
              """),
          "gateway, gRPC",
          rows(
              """
              POST /:service/:method                  INGEST
              """),
          "processor",
          rows(
              """
              GET,HEAD /                              PEOPLE
              GET /alerting/api/v1/notifications      READERS
              GET /alerting/api/v2/alerts             READERS
              POST /alerting/api/v2/alerts/:fingerprint/acknowledge ADMIN
              GET /alerting/api/v2/alerts/:fingerprint/explain READERS
              POST /alerting/api/v2/alerts/:fingerprint/feedback ADMIN
              GET /alerting/api/v2/alerts/:fingerprint/history READERS
              POST /alerting/api/v2/alerts/:fingerprint/unacknowledge ADMIN
              GET /alerting/api/v2/alerts/groups      READERS
              GET /alerting/api/v2/feedback           READERS
              DELETE /alerting/api/v2/feedback/:id    ADMIN
              GET /alerting/api/v2/receivers          READERS
              GET /alerting/api/v2/silence/:id        READERS
              DELETE /alerting/api/v2/silence/:id     ADMIN
              GET /alerting/api/v2/silences           READERS
              POST /alerting/api/v2/silences          ADMIN
              GET,HEAD /api/metrics/:metric           READERS
              GET,HEAD /api/v1/alerts                 READERS
              GET,HEAD /api/v1/label/:name/values     READERS
              GET,HEAD,POST /api/v1/labels            READERS
              GET,HEAD /api/v1/metadata               READERS
              GET,HEAD,POST /api/v1/query             READERS
              GET,HEAD,POST /api/v1/query_exemplars   READERS
              GET,HEAD,POST /api/v1/query_range       READERS
              GET,HEAD /api/v1/rules                  READERS
              GET,HEAD,POST /api/v1/series            READERS
              GET,HEAD /api/v1/status/buildinfo       READERS
              GET,HEAD /dashboard/:file               EVERYBODY
              GET,HEAD /docs                          PEOPLE
              GET,HEAD /docs/openapi.json             READERS
              GET,HEAD /login                         EVERYBODY
              POST /login                             FORM
              GET,HEAD /login.css                     EVERYBODY
              GET,HEAD /login.svg                     EVERYBODY
              POST /logout                            EVERYBODY
              GET,HEAD /monitoring/about              READERS
              GET,HEAD /monitoring/analytics          READERS
              GET,HEAD /monitoring/anomalies          READERS
              GET,HEAD /monitoring/audit              READERS
              GET,HEAD /monitoring/audit/verification READERS
              GET,HEAD /monitoring/contracts          READERS
              GET,HEAD /monitoring/incidents          READERS
              GET,HEAD /monitoring/dashboard          READERS
              GET,CONNECT /monitoring/live            READERS
              GET /monitoring/live/events             READERS
              GET,HEAD /monitoring/metrics            READERS
              GET,HEAD /monitoring/detection          READERS
              GET,HEAD /monitoring/instances          READERS
              GET,HEAD /monitoring/objectives         READERS
              GET,HEAD /monitoring/services           READERS
              GET,HEAD /monitoring/traces             READERS
              GET,HEAD /monitoring/traces/:id         READERS
              POST /internal/anomalies                PEERS
              POST /internal/changes                  PEERS
              POST /internal/detection                PEERS
              POST /internal/instance                 PEERS
              POST /internal/trace                    PEERS
              POST /internal/trace-counts             PEERS
              POST /internal/traces                   PEERS
              POST /internal/windows                  PEERS
              """),
          "sink",
          rows(
              """
              GET,HEAD /-/healthy                     EVERYBODY
              GET,HEAD /-/ready                       EVERYBODY
              POST /-/reload                          ADMIN
              GET /actions/acknowledge                EVERYBODY
              POST /actions/acknowledge               EVERYBODY
              GET /actions/silence                    EVERYBODY
              POST /actions/silence                   EVERYBODY
              GET /api/v1/notifications               READERS
              GET /api/v2/alerts                      READERS
              POST /api/v2/alerts                     ADMIN
              POST /api/v2/alerts/:fingerprint/acknowledge ADMIN
              GET /api/v2/alerts/:fingerprint/explain READERS
              POST /api/v2/alerts/:fingerprint/feedback ADMIN
              GET /api/v2/alerts/:fingerprint/history READERS
              POST /api/v2/alerts/:fingerprint/unacknowledge ADMIN
              GET /api/v2/alerts/groups               READERS
              GET /api/v2/feedback                    READERS
              DELETE /api/v2/feedback/:id             ADMIN
              GET /api/v2/receivers                   READERS
              GET /api/v2/silence/:id                 READERS
              DELETE /api/v2/silence/:id              ADMIN
              GET /api/v2/silences                    READERS
              POST /api/v2/silences                   ADMIN
              GET /api/v2/status                      READERS
              """));

  private static Map<String, Opens> rows(String text) {
    Map<String, Opens> rows = new TreeMap<>();
    String all =
        text
            + "GET,HEAD /livez EVERYBODY\nGET,HEAD /readyz EVERYBODY\nGET,HEAD /metrics SCRAPERS\n";
    all.lines()
        .map(line -> line.trim().split("\\s+"))
        .forEach(
            cells -> {
              for (String method : cells[0].split(",", -1)) {
                rows.put(method + " " + cells[1], Opens.valueOf(cells[2]));
              }
            });
    return rows;
  }

  private final Token ingestA = token(TokenClass.INGEST, "a");
  private final Token ingestB = token(TokenClass.INGEST, "b");
  private final Token queryA = token(TokenClass.QUERY, "a");
  private final Token queryB = token(TokenClass.QUERY, "b");
  private final Token queryBoth = token(TokenClass.QUERY, "both");
  private final Token admin = token(TokenClass.ADMIN, "ops");
  private final Token peer = token(TokenClass.PEER, "fleet");
  private final List<ProcessorApp> processors = new ArrayList<>();
  private int callers;

  private GatewayApp gateway;
  private SinkApp sink;
  private SSLContext tls;

  private static Token token(TokenClass of, String id) {
    return Token.create(new TokenName(of, id), RANDOM);
  }

  private static String line(Token token, String tenants) {
    return "  %s: {sha256: [%s], tenants: [%s]}%n"
        .formatted(token.name(), HexFormat.of().formatHex(token.sha256()), tenants);
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens:\n"
                + line(ingestA, "tenancy-a")
                + line(ingestB, "tenancy-b")
                + line(queryA, "tenancy-a")
                + line(queryB, "tenancy-b")
                + line(queryBoth, "tenancy-a, tenancy-b")
                + line(admin, "'*'")
                + line(peer, ""));
    TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
    X509Certificate own = pair.certificateChain().get(0);
    Path certificate = pem(directory.resolve("cert.pem"), "CERTIFICATE", own.getEncoded());
    Key privateKey = pair.privateKey();
    Path key = pem(directory.resolve("key.pem"), "PRIVATE KEY", privateKey.getEncoded());
    tls = TlsClients.trusting(certificate);
    String secured =
        "listener: {tokens: '%s', tls: {certificate: '%s', key: '%s'}}"
            .formatted(tokens, certificate, key);
    int sinkPort = LoopbackPort.free();
    for (String name : List.of("first", "second")) {
      TracetideConfig config =
          ConfigReader.parse(
              """
              gateway:
                %1$s
                %5$s
              sink: {applicationId: tenancy-alerts, %6$s}
              processor:
                %1$s
                applicationId: tenancy-processor
                instanceId: %2$s
                query: {peers: {token: %3$s, trustedCertificates: '%4$s'}}
                dashboard: {alertsUrl: 'https://localhost:%7$d', alertsCertificates: '%4$s'}
              """
                  .formatted(
                      secured,
                      name,
                      peer.reveal(),
                      certificate,
                      secured.replaceFirst("listener", "grpc"),
                      secured.replaceFirst("\\{", "{port: " + sinkPort + ", "),
                      sinkPort),
              PipelineFixture.shared().config(directory.resolve(name)),
              Map.of());
      int port = LoopbackPort.free();
      config =
          ConfigReader.parse(
              "processor: {listener: {port: %1$d}, advertisedAddress: 'localhost:%1$d'}"
                  .formatted(port),
              config,
              Map.of());
      processors.add(
          ProcessorApp.start(
              config.processor(), config.kafka(), config.registry(), Clock.systemUTC()));
      if (name.equals("first")) {
        gateway =
            GatewayApp.start(
                config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
        sink = SinkApp.start(config.sink(), config.kafka(), config.registry(), Clock.systemUTC());
      }
      Readiness readiness = new Readiness(config.processor().listener().tls());
      readiness.await("processor", processors.get(processors.size() - 1).url(), PATIENCE, () -> {});
      readiness.await("gateway", gateway.url(), PATIENCE, () -> {});
      readiness.await("alert sink", sink.url(), PATIENCE, () -> {});
    }
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(der), type));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterAll
  void stop() {
    gateway.close();
    sink.close();
    processors.parallelStream().forEach(ProcessorApp::close);
  }

  private record Answer(int status, String type, String body) {}

  /** From an address of its own: who fails ten times a second is answered otherwise. */
  private Answer send(String url, String method, String path, String credentials, String body)
      throws IOException {
    URI uri = URI.create(url);
    callers++;
    byte[] address = {127, 0, (byte) (1 + callers / 250), (byte) (1 + callers % 250)};
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Connection: close\r\n"
            + "Content-Type: application/json\r\n"
            + (credentials.isEmpty() ? "" : "Authorization: " + credentials + "\r\n")
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    try (Socket socket = tls.getSocketFactory().createSocket()) {
      socket.setSoTimeout(30_000);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
      socket.connect(new InetSocketAddress("127.0.0.1", uri.getPort()), 5_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(content);
      Answer answer = read(method, socket.getInputStream());
      if (processors.stream().anyMatch(processor -> processor.url().equals(url))) {
        ApiAnswers.CONTRACT.check(
            method, URI.create(path), answer.status(), answer.type(), answer.body());
      }
      return answer;
    }
  }

  /** Up to the end of the answer: the server waits a moment for us to close the connection. */
  private static Answer read(String method, InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) next);
    }
    Matcher length = CONTENT_LENGTH.matcher(head);
    byte[] body =
        method.equals("HEAD")
            ? new byte[0]
            : length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : in.readAllBytes();
    Matcher type = CONTENT_TYPE.matcher(head);
    return new Answer(
        Integer.parseInt(head.substring(9, 12)),
        type.find() ? type.group(1) : "",
        new String(body, StandardCharsets.UTF_8));
  }

  private static String bearer(Token token) {
    return "Bearer " + token.reveal();
  }

  @Test
  void shouldOpenEveryEndpointToItsOwnTokensOnly() throws Exception {
    Map<String, String> urls = new LinkedHashMap<>();
    urls.put("gateway", gateway.url());
    urls.put("gateway, gRPC", "https://" + gateway.grpcAddress());
    urls.put("processor", processors.get(0).url());
    urls.put("sink", sink.url());
    Map<String, SortedSet<String>> served =
        Map.of(
            "gateway", gateway.routes(),
            "gateway, gRPC", gateway.grpcRoutes(),
            "processor", processors.get(0).routes(),
            "sink", sink.routes());
    Map<String, String> callersByName = new LinkedHashMap<>();
    callersByName.put("nobody", "");
    callersByName.put("malformed", "Bearer hello");
    callersByName.put("stranger", bearer(token(TokenClass.QUERY, "stranger")));
    callersByName.put("guess", bearer(token(TokenClass.QUERY, "a")));
    callersByName.put("ingest", bearer(ingestA));
    callersByName.put("query a", bearer(queryA));
    callersByName.put("query b", bearer(queryB));
    callersByName.put("admin", bearer(admin));
    callersByName.put("peer", bearer(peer));

    ApiAnswers.CONTRACT.checkRoutes(processors.get(0).routes());
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> role : urls.entrySet()) {
      Map<String, Opens> table = TABLE.getOrDefault(role.getKey(), Map.of());
      Set<String> routes = new TreeSet<>();
      for (String route : served.getOrDefault(role.getKey(), new TreeSet<>())) {
        String row = route.replaceFirst(" /dashboard/.*", " /dashboard/:file");
        routes.add(row);
        assertThat(table).as("a row for each route of the " + role.getKey()).containsKey(row);
        if (route.startsWith("CONNECT ")) {
          continue; // Over HTTP/2 only.
        }
        for (Map.Entry<String, String> caller : callersByName.entrySet()) {
          String method = route.replaceFirst(" .*", "").replace("ANY", "GET");
          String path = route.replaceFirst(".* ", "").replaceAll(":\\w+", "x");
          int status = send(role.getValue(), method, path, caller.getValue(), "").status();
          boolean admitted =
              status != 401 && status != 403 && status != 429 && !isSentAway(row, status);
          if (admitted != isFor(table.getOrDefault(row, Opens.ADMIN), caller.getKey())) {
            wrong.add(role.getKey() + " " + route + " by " + caller.getKey() + ": " + status);
          }
        }
      }
      assertThat(routes).as("no row without a route").isEqualTo(table.keySet());
    }

    assertThat(wrong).isEmpty();
  }

  /** To the page where one signs in; who signs in is sent on, too. */
  private static boolean isSentAway(String row, int status) {
    return status == 303 && (row.endsWith(" /") || row.endsWith(" /docs"));
  }

  private static boolean isFor(Opens opens, String caller) {
    return switch (opens) {
      case EVERYBODY, SCRAPERS -> true;
      case INGEST -> caller.equals("ingest");
      case READERS, PEOPLE -> Set.of("query a", "query b", "admin").contains(caller);
      case ADMIN -> caller.equals("admin");
      case PEERS -> caller.equals("peer");
      case FORM -> false;
    };
  }

  @Test
  void shouldShowTwoTenantsNothingOfEachOther() throws Exception {
    String event =
        "{\"type\":\"%s\",\"traceId\":\"%s\",\"serviceName\":\"shop\",\"operationName\":\"pay\","
            + "\"tenantId\":\"tenancy-b\",\"durationMicros\":1000}";
    for (Token token : List.of(ingestA, ingestB)) {
      List<String> events = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        events.add(event.formatted("COMPLETED", "done-" + token.name().id() + i));
        events.add(event.formatted("STARTED", "open-" + token.name().id() + i));
      }
      Answer answer =
          send(
              gateway.url(),
              "POST",
              "/v1/trace-events",
              bearer(token),
              "[" + String.join(",", events) + "]");
      assertThat(answer.body()).contains("\"accepted\":40");
    }
    assertThat(send(gateway.url(), "GET", "/metrics", "", "").body())
        .contains("tracetide_gateway_records_adjusted_total{kind=\"tenant_ignored\"} 80.0");

    for (ProcessorApp processor : processors) {
      String url = processor.url();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode dashboard = get(url, "/monitoring/dashboard", queryBoth, 200);
                assertThat(dashboard.path("partial").asBoolean()).isFalse();
                assertThat(dashboard.at("/totals/inFlight").asInt()).isEqualTo(40);
                assertThat(dashboard.at("/totals/count").asInt()).isEqualTo(40);
              });
      for (String path :
          List.of(
              "/monitoring/dashboard",
              "/monitoring/analytics",
              "/monitoring/services",
              "/api/v1/series?match%5B%5D=traces_span_metrics_calls_total",
              "/api/v1/query?query=tracetide_traces_in_flight",
              "/monitoring/traces?limit=1000")) {
        assertThat(tenants(url, path, queryA)).containsExactly("tenancy-a");
        assertThat(tenants(url, path, queryB)).containsExactly("tenancy-b");
        assertThat(tenants(url, path, queryBoth)).containsExactly("tenancy-a", "tenancy-b");
        assertThat(tenants(url, path, admin)).contains("tenancy-a", "tenancy-b");
        String other = path + (path.contains("?") ? "&" : "?") + "tenant=tenancy-b";
        get(url, other, queryA, 404);
        assertThat(tenants(url, other, queryBoth)).containsExactly("tenancy-b");
      }
      for (String topic : List.of("metrics", "traces")) {
        String events = "/monitoring/live/events?topic=" + topic;
        assertThat(snapshot(url, events, queryA).findValuesAsText("tenant"))
            .isNotEmpty()
            .containsOnly("tenancy-a");
        assertThat(snapshot(url, events, queryBoth).findValuesAsText("tenant"))
            .contains("tenancy-a", "tenancy-b");
        get(url, events + "&tenant=tenancy-b", queryA, 404);
      }
      assertThat(get(url, "/monitoring/dashboard", queryA, 200).at("/totals/inFlight").asInt())
          .isEqualTo(20);
      get(url, "/monitoring/traces/open-a3", queryA, 200);
      get(url, "/monitoring/traces/open-b3", queryA, 404);
      get(url, "/monitoring/traces/open-b3?tenant=tenancy-b", queryA, 404);
      get(url, "/monitoring/traces/open-b3", queryBoth, 200);
      assertThat(walk(url, queryA)).hasSize(40).allMatch(id -> id.matches("(open|done)-a\\d+"));
    }
  }

  /** The first update of an event stream. */
  private JsonNode snapshot(String url, String path, Token token) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + URI.create(url).getPort() + path))
            .header("Authorization", bearer(token))
            .build();
    InputStream body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.contains("\"snapshot\":true")) {
        line = lines.readLine();
      }
      return JSON.readTree(line.substring(line.indexOf('{')));
    }
  }

  private JsonNode get(String url, String path, Token token, int status) throws IOException {
    Answer answer = send(url, "GET", path, bearer(token), "");
    assertThat(answer.status()).as(path + " " + answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private Set<String> tenants(String url, String path, Token token) throws IOException {
    return new TreeSet<>(get(url, path, token, 200).findValuesAsText("tenant"));
  }

  /** Page by page, from whichever processor comes next: any of them knows the others' cursors. */
  private List<String> walk(String first, Token token) throws IOException {
    List<String> found = new ArrayList<>();
    String cursor = "";
    int page = processors.get(0).url().equals(first) ? 0 : 1;
    do {
      JsonNode answer =
          get(processors.get(page++ % 2).url(), "/monitoring/traces?limit=7" + cursor, token, 200);
      answer.path("traces").forEach(trace -> found.add(trace.path("traceId").asText()));
      cursor = answer.path("cursor").isNull() ? "" : "&cursor=" + answer.path("cursor").asText();
    } while (!cursor.isEmpty());
    return found;
  }
}
