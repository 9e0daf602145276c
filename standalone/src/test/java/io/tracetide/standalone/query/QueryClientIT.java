package io.tracetide.standalone.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.TlsKeyPair;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.query.LiveListener;
import io.tracetide.query.LiveState;
import io.tracetide.query.LiveSubscription;
import io.tracetide.query.Query;
import io.tracetide.query.QueryException;
import io.tracetide.query.SubscriptionUpdate;
import io.tracetide.query.TracetideQueries;
import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.MetricsChange;
import io.tracetide.query.answer.Trace;
import io.tracetide.query.answer.TracePage;
import io.tracetide.query.answer.WindowAnalytics;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The query client with a real processor over TLS and with a token, through a proxy that cuts its
 * connections.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryClientIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Query RECENT = Query.last(Duration.ofMinutes(30));
  private static final int CUTS = 12;

  private PipelineFixture kafka;
  private AvroEncoder<TraceEvent> encoder;
  private TracetideConfig config;
  private ProcessorApp processor;
  private CuttingProxy proxy;
  private TracetideQueries queries;
  private Path certificate;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = PipelineFixture.start(directory);
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    Token token = Token.create(new TokenName(TokenClass.QUERY, "client"), new SecureRandom());
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens:%n  %s: {sha256: [%s], tenants: ['*']}%n"
                .formatted(token.name(), HexFormat.of().formatHex(token.sha256())));
    TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
    certificate =
        pem(
            directory.resolve("cert.pem"),
            "CERTIFICATE",
            pair.certificateChain().get(0).getEncoded());
    Path key = pem(directory.resolve("key.pem"), "PRIVATE KEY", pair.privateKey().getEncoded());
    int port = LoopbackPort.free();
    config =
        ConfigReader.parse(
            """
            processor:
              listener: {port: %d, tokens: '%s', tls: {certificate: '%s', key: '%s'}}
              query: { live: { heartbeat: 500ms } }
            """
                .formatted(port, tokens, certificate, key),
            kafka.config(directory.resolve("state")),
            Map.of());
    startProcessor();
    proxy = new CuttingProxy(port);
    queries =
        TracetideQueries.builder("https://localhost:" + proxy.port())
            .token(token.reveal())
            .trust(certificate)
            .liveSilence(Duration.ofSeconds(5))
            .build();
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(der), type));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void startProcessor() throws Exception {
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness(config.processor().listener().tls())
        .await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterAll
  void stop() throws IOException {
    queries.close();
    proxy.close();
    processor.close();
    kafka.close();
  }

  private void send(TraceEventType type, String trace, String service, String operation) {
    boolean ends = type == TraceEventType.COMPLETED;
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(ends ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(trace)
            .setServiceName(service)
            .setOperationName(operation)
            .setTimestamp(Instant.now())
            .setDurationMicros(ends ? 2_000L : null)
            .build();
    kafka
        .producer()
        .send(new ProducerRecord<>(Topics.TRACES, trace.getBytes(UTF_8), encoder.encode(event)));
  }

  private void work(String service) {
    send(TraceEventType.COMPLETED, UUID.randomUUID().toString(), service, "pay, all");
  }

  @Test
  void shouldAnswerWithValues() {
    for (int i = 0; i < 30; i++) {
      work("typed");
      send(TraceEventType.STARTED, "open-" + i, "typed", "wait");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              FleetDashboard dashboard = queries.dashboard(RECENT.services("typed"));
              assertThat(dashboard.partial()).isFalse();
              assertThat(dashboard.services()).hasSize(1);
              FleetDashboard.Service service = dashboard.services().get(0);
              assertThat(service.count()).isEqualTo(30);
              assertThat(service.inFlight()).isEqualTo(30L);
              assertThat(service.p95Ms()).isBetween(1.9, 2.1);
            });
    WindowAnalytics analytics = queries.analytics(RECENT.services("typed").operations("pay, all"));
    assertThat(analytics.series()).hasSize(1);
    assertThat(
            analytics.series().get(0).points().stream()
                .mapToLong(WindowAnalytics.Point::count)
                .sum())
        .isEqualTo(30);
    assertThat(queries.services(RECENT).services())
        .anySatisfy(service -> assertThat(service.operations()).contains("pay, all"));
    assertThat(queries.anomalies(Query.ALL.services("typed")).missing()).isEmpty();
    assertThat(queries.incidents(Query.ALL.services("typed")).total()).isNotNegative();

    Query open = Query.ALL.service("typed").state("in_flight").limit(7);
    assertThat(queries.traces(open).map(Trace::traceId)).hasSize(30).doesNotHaveDuplicates();
    List<Integer> sizes = new ArrayList<>();
    for (TracePage page : queries.tracePages(open)) {
      sizes.add(page.traces().size());
    }
    assertThat(sizes).hasSizeGreaterThanOrEqualTo(5).allMatch(size -> size <= 7);
    Trace trace = queries.trace("open-3").orElseThrow();
    assertThat(trace.state()).isEqualTo("running");
    assertThat(trace.events()).isNotEmpty();
    assertThat(trace.spans()).hasSize(1);
    assertThat(queries.trace("default", "nowhere")).isEmpty();
  }

  @Test
  void shouldFailWithTheProblemOfTheProcessor() {
    assertThatThrownBy(() -> queries.analytics(RECENT.granularity(Duration.ofSeconds(7))))
        .isInstanceOfSatisfying(
            QueryException.class,
            failure -> {
              assertThat(failure.status()).isEqualTo(400);
              assertThat(failure.detail()).contains("granularity");
            });
    try (TracetideQueries stranger =
            TracetideQueries.builder(processor.url().replace("127.0.0.1", "localhost"))
                .trust(certificate)
                .build();
        Recorder recorder = new Recorder(Duration.ZERO)) {
      assertThatThrownBy(() -> stranger.services(Query.ALL))
          .isInstanceOfSatisfying(
              QueryException.class, failure -> assertThat(failure.status()).isEqualTo(401));
      recorder.subscribe(stranger, Query.ALL);
      recorder.awaitState(LiveState.ENDED);
      assertThat(recorder.why).hasMessageContaining("401");
    }
    try (TracetideQueries untrusting =
        TracetideQueries.builder("https://localhost:" + proxy.port()).build()) {
      assertThatThrownBy(() -> untrusting.services(Query.ALL)).isInstanceOf(QueryException.class);
    }
  }

  @Test
  void shouldEndALiveQueryWithAWrongParameter() {
    try (Recorder recorder = new Recorder(Duration.ZERO)) {
      recorder.subscribe(queries, Query.ALL.with("granularity", "7s"));

      recorder.awaitState(LiveState.ENDED);
      assertThat(recorder.why).hasMessageContaining("granularity");
    }
  }

  @Test
  void shouldMissAndRepeatNothingWhenConnectionsAreCutAndTheProcessorStartsAgain()
      throws Exception {
    try (Recorder recorder = new Recorder(Duration.ZERO)) {
      recorder.subscribe(queries, RECENT.services("cut").granularity(Duration.ofSeconds(10)));
      recorder.awaitState(LiveState.LIVE);
      long sent = 0;
      for (int cut = 0; cut < CUTS; cut++) {
        for (int i = 0; i < 20; i++, sent++) {
          work("cut");
          Thread.sleep(20);
        }
        proxy.cut();
      }
      long before = sent;
      await().atMost(PATIENCE).until(() -> recorder.count() == before);
      assertThat(recorder.snapshots).as("resumed after each cut").hasSize(1);

      processor.close();
      recorder.awaitState(LiveState.RECONNECTING);
      startProcessor();
      for (int i = 0; i < 20; i++, sent++) {
        work("cut");
      }
      long after = sent;
      await().atMost(PATIENCE).until(() -> recorder.count() == after);
      assertThat(recorder.snapshots).hasSizeGreaterThanOrEqualTo(2);
      assertThat(recorder.faults).isEmpty();
      assertThat(recorder.reconnections.get()).isGreaterThanOrEqualTo(CUTS / 2);
    }
  }

  @Test
  void shouldGiveASlowListenerOneUpdateAtATime() throws Exception {
    try (Recorder recorder = new Recorder(Duration.ofMillis(1_500))) {
      recorder.subscribe(queries, RECENT.services("slow").granularity(Duration.ofSeconds(10)));
      recorder.awaitState(LiveState.LIVE);
      for (int i = 0; i < 400; i++) {
        work("slow");
        Thread.sleep(20);
      }
      await().atMost(PATIENCE).until(() -> recorder.count() == 400);
      assertThat(recorder.faults).isEmpty();
    }
  }

  /** Keeps the newest point of each window, and checks the numbers of the updates. */
  private static final class Recorder implements LiveListener<MetricsChange>, AutoCloseable {
    private final Duration pause;
    private final Map<Instant, Long> counts = new ConcurrentHashMap<>();
    private final List<String> snapshots = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<LiveState> states = new CopyOnWriteArrayList<>();
    private final AtomicLong reconnections = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private volatile @Nullable QueryException why;
    private String stream = "";
    private long seq;
    private @Nullable LiveSubscription subscription;

    Recorder(Duration pause) {
      this.pause = pause;
    }

    void subscribe(TracetideQueries queries, Query query) {
      subscription = queries.liveMetrics(query, this);
    }

    @Override
    public void onUpdate(SubscriptionUpdate<MetricsChange> update) {
      if (update.snapshot()) {
        snapshots.add(update.reason());
        counts.clear();
      } else if (!update.stream().equals(stream) || update.seq() - update.coalesced() != seq + 1) {
        faults.add(
            "%s:%d (%d) after %s:%d"
                .formatted(update.stream(), update.seq(), update.coalesced(), stream, seq));
      }
      stream = update.stream();
      seq = update.seq();
      if (running.incrementAndGet() > 1) {
        faults.add("two calls at a time");
      }
      for (WindowAnalytics.Series series : update.content().series()) {
        if (series.operation().equals("*")) {
          series.points().forEach(point -> counts.put(point.start(), point.count()));
        }
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      running.decrementAndGet();
    }

    @Override
    public void onState(LiveState state, @Nullable QueryException reason) {
      states.add(state);
      if (state == LiveState.RECONNECTING) {
        reconnections.incrementAndGet();
      }
      if (reason != null) {
        why = reason;
      }
    }

    long count() {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    void awaitState(LiveState state) {
      await().atMost(PATIENCE).until(() -> subscription != null && subscription.state() == state);
    }

    @Override
    public void close() {
      if (subscription != null) {
        subscription.close();
        int before = states.size();
        assertThat(subscription.state()).isEqualTo(LiveState.ENDED);
        assertThat(states).hasSize(before);
      }
    }
  }
}
