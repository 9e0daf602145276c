package io.tracetide.alert.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.message.ActionSigner;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.reload.ConfigReload;
import io.tracetide.alert.reload.ReloadStatus;
import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.TimeInterval;
import io.tracetide.alert.route.Timing;
import io.tracetide.alert.store.AlertTables;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.AlertStores;
import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.alert.topology.DecisionProgress;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.alert.topology.SinkFailurePolicy;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.SuppliedClock;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The API over the decision in a test driver, without Kafka. */
final class ApiFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final Timing TIMING =
      new Timing(Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(4), 1, Duration.ofDays(7));
  static final ActionSigner SIGNER = new ActionSigner(Secret.of("k".repeat(32)));

  final OutcomeHistory history = new OutcomeHistory(200);
  final FeedbackBook feedback = new FeedbackBook();
  final List<String> others = new ArrayList<>();
  Routing routing = routing(List.of(), Map.of(), List.of());
  boolean open = true;

  /** Partitions of this instance. */
  Set<Integer> held = Set.of(0);

  /** The configuration that is read at a reload; empty for an invalid one. */
  String config = "first";

  /** Partition that is expected at other instances, each of which has partition 0. */
  int partition;

  String authorization = "";

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<AlertInput> encoder =
      new AvroEncoder<>(
          registry, SubjectCatalog.valueSubject(Topics.ALERT_INPUTS), AlertInput.class);
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SinkMetrics metrics = new SinkMetrics(meters);
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> inputs;
  private final SinkPeers peers;
  private Instant now = NOW;
  private Listener listener;

  ApiFixture(Path directory) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, temporary(directory));
    settings.put(SinkFailurePolicy.METRICS, metrics);
    driver =
        new TopologyTestDriver(
            new AlertTopology(registry, () -> routing, new DecisionProgress(), metrics, settings)
                .get(),
            settings,
            NOW);
    inputs =
        driver.createInputTopic(
            Topics.ALERT_INPUTS, new ByteArraySerializer(), new ByteArraySerializer());
    Book book = new Book();
    peers = new SinkPeers(book, Optional.empty());
    listen(ListenerConfig.onPort(0), book);
  }

  private static String temporary(Path directory) {
    try {
      return Files.createTempDirectory(directory, "state").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves with tokens from now on. */
  void useTokens(Path tokens) {
    listener.close();
    listen(ListenerConfig.onPort(0).withTokens(tokens), new Book());
  }

  private void listen(ListenerConfig config, AlertBook book) {
    AlertsApi api =
        new AlertsApi(
            new AlertsApi.Environment(
                book,
                log(),
                () -> routing,
                () -> AlertsApi.Environment.RESOLVE_TIMEOUT,
                () -> List.of(new ReceiverStatus("ops", "log", 0, "", "")),
                history,
                feedback,
                new AvroDecoder<>(registry, Anomaly.class),
                metrics,
                new Health(),
                new SuppliedClock(() -> now)),
            peers,
            () -> Optional.of(SIGNER),
            new ConfigReload<>(
                "first",
                this::config,
                new ConfigReload.Target<>() {
                  @Override
                  public List<String> apply(String config) {
                    return config.equals("third") ? List.of("sink.stateDir", "kafka") : List.of();
                  }

                  @Override
                  public void reloaded(ReloadStatus status) {}
                },
                Duration.ofMillis(1),
                new SuppliedClock(() -> now)));
    listener =
        Listener.start(
            config,
            new Admission(AlertsApi::access, false, Clock.fixed(NOW, ZoneOffset.UTC), event -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            api::routes);
  }

  private String config() {
    if (config.isEmpty()) {
      throw new ConfigException(
          "tracetide.yaml", List.of(new ConfigProblem("sink.receivers", "[]", "at least one")));
    }
    return config;
  }

  /** Accepts inputs by handling them at once. */
  private InputLog log() {
    return given ->
        given.forEach(
            input -> {
              inputs.pipeInput(input.getTenantId().getBytes(UTF_8), encoder.encode(input));
              if (input.getInput() instanceof AlertCommand command) {
                feedback.read(command); // As if it was read from the topic of commands.
              }
            });
  }

  AlertBook book() {
    return new Book();
  }

  Clock clock() {
    return new SuppliedClock(() -> now);
  }

  private final class Book implements AlertBook {
    @Override
    public List<AlertTables> tables() {
      if (!open) {
        throw new BookClosedException(new IllegalStateException());
      }
      return List.of(
          new AlertTables(
              driver.getKeyValueStore(AlertStores.ALERTS),
              driver.getKeyValueStore(AlertStores.GROUPS),
              driver.getKeyValueStore(AlertStores.MEMBERS),
              driver.getKeyValueStore(AlertStores.SILENCES)));
    }

    @Override
    public SortedSet<Integer> held() {
      return new TreeSet<>(held);
    }

    @Override
    public int members() {
      return others.size() + 1;
    }

    @Override
    public Map<String, List<Integer>> others() {
      Map<String, List<Integer>> byHost = new TreeMap<>();
      others.forEach(host -> byHost.put(host, List.of(partition)));
      return byHost;
    }
  }

  void advance(Duration duration) {
    now = now.plus(duration);
    driver.advanceWallClockTime(duration);
  }

  /**
   * Critical alerts inhibit warnings of their service, and an alert named {@code Slow} is pending
   * for a time.
   */
  static Routing inhibitingAndPending(Duration pending) {
    return routing(
        List.of(
            new InhibitRule(
                List.of(LabelMatcher.parse("severity=critical")),
                List.of(LabelMatcher.parse("severity=warning")),
                Set.of("service"))),
        Map.of(),
        List.of(
            new AlertPolicy(
                List.of(LabelMatcher.parse("alertname=Slow")), pending, Duration.ZERO)));
  }

  /** All alerts go to {@code ops}, those of severity low to {@code quiet} in the interval. */
  static Routing routing(
      List<InhibitRule> rules,
      Map<String, List<TimeInterval>> intervals,
      List<AlertPolicy> policies) {
    Route quiet =
        new Route(
            "{}/{severity=\"low\"}",
            List.of(LabelMatcher.parse("severity=low")),
            new RouteOptions(
                "quiet",
                GroupBy.of("service"),
                TIMING,
                List.copyOf(intervals.keySet()),
                List.of(),
                List.of()),
            false,
            List.of());
    return new Routing(
        new Route(
            "{}",
            List.of(),
            new RouteOptions("ops", GroupBy.of("service"), TIMING, List.of(), List.of(), List.of()),
            false,
            List.of(quiet)),
        Map.of(
            "ops", List.of(new Integration("ops", true)),
            "quiet", List.of(new Integration("quiet", true))),
        rules,
        intervals,
        policies);
  }

  void send(Anomaly anomaly) {
    log().append(List.of(InputWriter.input(anomaly.getTenantId(), now, anomaly)));
  }

  /** Sends an alert as Prometheus does; returns the status. */
  int alert(String labels) throws Exception {
    return send("POST", "/api/v2/alerts", "[{\"labels\":" + labels + "}]").statusCode();
  }

  /** Creates a silence of one matcher for two hours; returns its id. */
  String silence(String label, String value) throws Exception {
    HttpResponse<String> response = send("POST", "/api/v2/silences", silenceJson(label, value, ""));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body()).get("silenceID").asText();
  }

  static String silenceJson(String label, String value, String more) {
    return """
    {"matchers":[{"name":"%s","value":"%s","isRegex":false}],"startsAt":"%s","endsAt":"%s",
     "createdBy":"ann","comment":"deploy"%s}
    """
        .formatted(label, value, NOW.minusSeconds(5), NOW.plusSeconds(7_200), more);
  }

  JsonNode json(String path) throws Exception {
    HttpResponse<String> response = send("GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  /** Sends a request with a JSON body. */
  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(listener.url() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Address of the listener as {@code host:port}. */
  String address() {
    return URI.create(listener.url()).getAuthority();
  }

  @Override
  public void close() {
    listener.close();
    peers.close();
    driver.close();
  }
}
