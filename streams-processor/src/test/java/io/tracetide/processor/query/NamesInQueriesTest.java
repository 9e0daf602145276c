package io.tracetide.processor.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Severity;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** Whatever can be counted can be asked for, over HTTP; and whatever is asked, nothing breaks. */
class NamesInQueriesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:05Z");
  private static final long START_MS = WindowTier.BASE.windowStart(NOW.toEpochMilli()) - 60_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Anomaly> ANOMALIES = new ArrayList<>();
  private static final MemoryLedger LEDGER = new MemoryLedger();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static MemoryWindows windows = new MemoryWindows();

  @SuppressWarnings("NullAway.Init")
  private static Listener listener;

  @BeforeContainer
  static void start() {
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new QueryServer(
                QueryConfig.defaults(),
                new QueryViews(
                    (tier, fromMs, toMs, scope, reader) ->
                        windows.read(tier, fromMs, toMs, scope, reader),
                    reader -> {
                      ANOMALIES.forEach(reader);
                      return List.of();
                    },
                    reader -> List.of(),
                    Optional.of(LocalLedgers.view(List.of(LEDGER)))),
                WindowTier.ALL,
                SloConfig.defaults(),
                List.of(),
                StatusRules.withWarmUp(240),
                new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
                Clock.fixed(NOW, ZoneOffset.UTC)));
  }

  @AfterContainer
  static void stop() {
    listener.close();
  }

  @BeforeTry
  void clear() {
    windows = new MemoryWindows().closedUpTo(START_MS + 30_000);
    ANOMALIES.clear();
    LEDGER.clear();
  }

  private static void work(String service, String operation) {
    windows.put(
        WindowTier.BASE,
        SeriesId.ofOperation("default", service, operation),
        START_MS,
        MemoryWindows.work(0, 1_000),
        0);
    ANOMALIES.add(Episodes.open(service, operation, Severity.HIGH, NOW.minusSeconds(60)));
    LEDGER.put(Traces.running(service + operation, service, operation, NOW).snapshot());
  }

  @Property(tries = 150)
  void shouldFindWhateverCanBeCounted(
      @ForAll("names") String service, @ForAll("names") String operation) throws Exception {
    work(service, operation);
    work(service + "x", operation);
    String services = "services=" + asked(service);

    assertThat(series("/monitoring/analytics?" + services)).contains(service);
    assertThat(series("/monitoring/analytics?" + services)).containsOnly(service);
    assertThat(series("/monitoring/analytics?operations=" + asked(operation) + "&" + services))
        .containsOnly(service);
    assertThat(operations("/monitoring/analytics?operations=" + asked(operation)))
        .containsExactly(operation);
    assertThat(names("/monitoring/dashboard?" + services, "services")).containsExactly(service);
    assertThat(names("/monitoring/services?" + services, "services")).containsExactly(service);
    assertThat(names("/monitoring/anomalies?" + services, "anomalies")).containsExactly(service);
    assertThat(names("/monitoring/anomalies?operations=" + asked(operation), "anomalies"))
        .containsExactlyInAnyOrder(service, service + "x");
    assertThat(names("/monitoring/traces?service=" + pattern(service), "traces"))
        .containsExactly(service);
    assertThat(names("/monitoring/traces?operation=" + pattern(operation), "traces"))
        .containsExactlyInAnyOrder(service, service + "x");
  }

  @Property(tries = 50)
  void shouldFindSeveralNamesInOneQuery(@ForAll("names") String a, @ForAll("names") String b)
      throws Exception {
    work(a, "run");
    work(b, "run");
    work(a + b, "run");
    Set<String> wanted = Set.copyOf(List.of(a, b).stream().distinct().toList());

    for (String services :
        List.of(
            "services=" + asked(a) + "," + asked(b),
            "services=" + asked(a) + "&services=" + asked(b))) {
      assertThat(names("/monitoring/dashboard?" + services, "services"))
          .containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  @Property(tries = 400)
  void shouldNotFailForAnyNames(
      @ForAll("questions") String path,
      @ForAll("parameters") String parameter,
      @ForAll("values") String value)
      throws Exception {
    work("shop", "pay");
    for (String asked :
        List.of(
            path + "?" + parameter + "=" + encoded(value),
            path + "?" + encoded(value) + "=" + parameter,
            path + "/" + encoded(value),
            path.substring(0, path.lastIndexOf('/') + 1) + encoded(value) + "?" + parameter)) {
      HttpResponse<String> response = get(asked);

      assertThat(response.statusCode()).as(asked).isIn(200, 400, 404);
      assertThat(response.headers().firstValue("content-type").orElse(""))
          .as(asked)
          .startsWith(
              response.statusCode() == 200 ? "application/json" : "application/problem+json");
    }
  }

  @Provide
  Arbitrary<String> questions() {
    return Arbitraries.of(
        "/monitoring/analytics",
        "/monitoring/dashboard",
        "/monitoring/anomalies",
        "/monitoring/detection",
        "/monitoring/instances",
        "/monitoring/objectives",
        "/monitoring/contracts",
        "/monitoring/services",
        "/monitoring/traces",
        "/monitoring/traces/t-1");
  }

  @Provide
  Arbitrary<String> parameters() {
    return Arbitraries.of(
        Stream.of(
                AnalyticsQuery.PARAMETERS,
                AnomalyQuery.PARAMETERS,
                ServicesQuery.PARAMETERS,
                TraceListQuery.PARAMETERS)
            .flatMap(List::stream)
            .distinct()
            .toList());
  }

  /** Values of every parameter, whole and broken, and anything else. */
  @Provide
  Arbitrary<String> values() {
    return Arbitraries.oneOf(
        names(),
        Arbitraries.of(
            "",
            " ",
            "*",
            "\\*",
            "\\",
            ",",
            "\\,",
            "-1",
            "0",
            "1",
            "99999999999999999999",
            "1e3",
            "true",
            "15m",
            "0s",
            "999999999d",
            "2026-03-01T10:00:00Z",
            "-999999999-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "in_flight",
            "high",
            "latency",
            "10s",
            "..",
            ".",
            "%",
            "%00",
            "a;b=c",
            "\uFFFF"),
        // Text as cursors are written, of every length.
        Arbitraries.strings().withCharRange('A', 'Z').withChars("abc019-_=").ofMaxLength(80));
  }

  /** What Kafka may hold: any text but the empty one, and the character that separates names. */
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "checkout",
                "a,b",
                ",",
                " a",
                "a ",
                "  ",
                "\t",
                "\u00a0",
                "*",
                "**",
                "?",
                "a*",
                "\\",
                "\\*",
                "a\\,b",
                "__other__",
                "100% + 1&x=y;z#f",
                "\"quoted\" 'too'",
                "<b>",
                "a/b/../c",
                "r\u00e9sum\u00e9 \u540d\u524d \ud83d\ude80",
                "\u202egnp",
                "line\nbreak\r",
                "\u0001\u007f"),
            Arbitraries.strings().ofMinLength(1).ofMaxLength(20),
            Arbitraries.strings().withChars("a,\\*? %+").ofMinLength(1).ofMaxLength(8))
        .map(text -> new String(text.replace("\0", "").getBytes(UTF_8), UTF_8))
        .filter(text -> !text.isEmpty());
  }

  private static String asked(String name) {
    return encoded(name.equals("*") ? "\\*" : numbered(name.replaceAll("[\\\\,]", "\\\\$0")));
  }

  private static String pattern(String name) {
    return encoded(numbered(name.replaceAll("[\\\\,*?]", "\\\\$0")));
  }

  private static String numbered(String name) {
    return Pattern.compile("\\p{Cntrl}")
        .matcher(name)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static Set<String> series(String path) throws Exception {
    return new TreeSet<>(names(path, "series"));
  }

  private static List<String> operations(String path) throws Exception {
    return json(path).get("series").findValuesAsText("operation").stream().distinct().toList();
  }

  private static List<String> names(String path, String list) throws Exception {
    List<String> names = new ArrayList<>();
    json(path).get(list).forEach(one -> names.add(one.get("service").asText()));
    return names;
  }

  private static JsonNode json(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(listener.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
