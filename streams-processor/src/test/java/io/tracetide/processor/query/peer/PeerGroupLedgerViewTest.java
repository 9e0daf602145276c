package io.tracetide.processor.query.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.PeerFailure;
import io.tracetide.processor.query.peer.message.TraceRecords;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceDetails;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.peer.PeerTrace;
import io.tracetide.schemas.peer.TraceCountsRequest;
import io.tracetide.schemas.peer.TraceRequest;
import io.tracetide.schemas.peer.TraceResponse;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Instances that ask each other for traces over real sockets. Trace n is stuck when n is even. */
class PeerGroupLedgerViewTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final int PARTITIONS = 6;
  private static final int TRACES = 60;
  private static final PeerConfig CONFIG =
      new PeerConfig(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          1 << 20,
          2,
          200,
          Secret.NONE,
          Optional.empty());
  private static final Set<String> IN_FLIGHT = Set.of("running", "stuck");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Integer, String> owners = new HashMap<>();
  private final Map<String, Server> servers = new HashMap<>();
  private final List<MemoryLedger> ledgers =
      IntStream.range(0, PARTITIONS).mapToObj(i -> new MemoryLedger()).toList();

  @BeforeEach
  void fill() {
    for (int i = 0; i < TRACES; i++) {
      Traces trace =
          Traces.running("t" + i, "s" + i % 3, "plan", START.plusSeconds(i))
              .tags(Map.of("n", Integer.toString(i)))
              .step(
                  START.plusSeconds(i),
                  TraceStep.Kind.APPROVAL_WORKFLOW,
                  "s-1",
                  "requested",
                  Map.of("approvalId", "a"));
      if (i % 2 == 0) {
        trace.stuck(START.plusSeconds(600), 30_000);
      }
      ledgers.get(partitionOf("t" + i)).put(trace.snapshot());
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void shouldFindATraceFromEveryInstance() {
    Instance first = start(CONFIG, 0, 1, 2);
    Instance second = start(CONFIG, 3, 4, 5);

    for (int i = 0; i < TRACES; i++) {
      TraceSnapshot expected = ledgers.get(partitionOf("t" + i)).find("default", "t" + i);
      assertThat(first.view().find("default", "t" + i)).contains(expected);
      assertThat(second.view().find("default", "t" + i)).contains(expected);
    }
    assertThat(first.view().find("default", "nobody")).isEmpty();
    assertThat(first.view().find("other", "t1")).isEmpty();
    assertThat(second.view().find("other", "t1")).isEmpty();
  }

  @Test
  void shouldPlaceATraceWhereKafkaPlacesItsKey() {
    assertThat(partitionOf("4bf92f3577b34da6a3ce929d0e0e4736"))
        .isEqualTo(
            BuiltInPartitioner.partitionForKey(
                "4bf92f3577b34da6a3ce929d0e0e4736".getBytes(StandardCharsets.UTF_8), PARTITIONS));
  }

  @Test
  void shouldNameTheOwnerOfATraceThatDoesNotRespond() {
    Instance first = start(CONFIG, 0, 1, 2);
    Instance second = start(CONFIG, 3, 4, 5);
    String there = idIn(4);
    stop(second.server);

    assertThatThrownBy(() -> first.view().find("default", there))
        .isInstanceOfSatisfying(
            StoresUnavailableException.class,
            e -> assertThat(e.missing()).containsExactly(second.host))
        .hasMessageContaining(second.host);
    assertThat(first.view().find("default", idIn(1))).isPresent();
  }

  @Test
  void shouldWalkOverAllInstancesPageByPage() {
    Instance first = start(CONFIG, 0, 3);
    Instance second = start(CONFIG, 1, 4);
    Instance third = start(CONFIG, 2, 5);

    for (Instance instance : List.of(first, second, third)) {
      List<String> listed = new ArrayList<>();
      Optional<ScanPosition> place = Optional.of(ScanPosition.BEGINNING);
      while (place.isPresent()) {
        LedgerView.Page page = instance.page(IN_FLIGHT, place.get(), 7);
        assertThat(page.missing()).isEmpty();
        assertThat(page.traces()).allSatisfy(trace -> assertThat(trace.steps()).isEmpty());
        page.traces().forEach(trace -> listed.add(trace.traceId()));
        place = page.next();
      }
      assertThat(listed).hasSize(TRACES).doesNotHaveDuplicates();
    }
    assertThat(first.page(Set.of("stuck"), ScanPosition.BEGINNING, 1_000).traces())
        .hasSize(TRACES / 2);
    assertThat(first.page(Set.of("failed"), ScanPosition.BEGINNING, 1_000).next()).isEmpty();
  }

  @Test
  void shouldPassOverAHostThatDoesNotAnswerAndNameIt() {
    Instance first = start(CONFIG, 0, 1, 2);
    Instance second = start(CONFIG, 3, 4);
    String garbage =
        serve(
            builder ->
                builder.serviceUnder(
                    "/internal/",
                    (context, request) ->
                        HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, "<html>hello")),
            5);

    LedgerView.Page page = first.page(IN_FLIGHT, ScanPosition.BEGINNING, 1_000);

    assertThat(page.missing()).containsExactly(garbage);
    assertThat(page.next()).isEmpty();
    assertThat(page.traces()).hasSize(TRACES - ledgers.get(5).all().size());
    assertThat(first.counts().missing()).containsExactly(garbage);
    stop(second.server);
    assertThat(first.counts().missing()).containsExactlyInAnyOrder(second.host, garbage);
    assertThat(first.counts().inFlight()).isNotEmpty();
  }

  @Test
  void shouldCountTracesOfAllInstances() {
    Instance first = start(CONFIG, 0, 1, 2);
    start(CONFIG, 3, 4, 5);

    Counts counts = first.counts();

    assertThat(counts.missing()).isEmpty();
    assertThat(counts.inFlight()).isEqualTo(Map.of("s0", 20L, "s1", 20L, "s2", 20L));
    assertThat(counts.stuck()).isEqualTo(Map.of("s0", 10L, "s1", 10L, "s2", 10L));
  }

  @Test
  void shouldSendTracesOfAnySizeInAnswersOfLimitedSize() {
    PeerConfig narrow =
        new PeerConfig(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            65_536,
            2,
            200,
            Secret.NONE,
            Optional.empty());
    Instance first = start(narrow, 0, 1, 2);
    start(narrow, 3, 4, 5);
    ledgers.forEach(MemoryLedger::clear);
    for (int i = 0; i < 40; i++) {
      ledgers
          .get(4)
          .put(
              Traces.running("t" + i, "s", "plan", START)
                  .step(START, TraceStep.Kind.EVENT, "", "e", text(i % 7 == 0 ? 60_000 : 3_000))
                  .snapshot());
    }

    List<TraceSnapshot> listed = new ArrayList<>();
    Optional<ScanPosition> place = Optional.of(ScanPosition.BEGINNING);
    while (place.isPresent()) {
      LedgerView.Page page =
          first
              .view()
              .page(
                  filter(IN_FLIGHT),
                  place.get(),
                  new ScanLimits(1_000, true, 1_000, 1 << 20, 1 << 20),
                  CancellationCheck.endless());
      assertThat(page.missing()).isEmpty();
      listed.addAll(page.traces());
      place = page.next();
    }

    assertThat(listed).extracting(TraceSnapshot::traceId).hasSize(40).doesNotHaveDuplicates();
    assertThat(listed.stream().mapToInt(trace -> trace.steps().size() + trace.stepsDropped()))
        .containsOnly(1);
    assertThat(listed).filteredOn(trace -> trace.stepsDropped() == 1).hasSize(6);
  }

  @Test
  void shouldFailWhileTheOwnersAreUnknown() {
    Instance first = start(CONFIG, 0, 1, 2, 3, 4);

    assertThatThrownBy(() -> first.page(IN_FLIGHT, ScanPosition.BEGINNING, 10))
        .isInstanceOf(StoresUnavailableException.class)
        .hasMessageContaining("partition 5");
    assertThatThrownBy(first::counts).isInstanceOf(StoresUnavailableException.class);
    assertThatThrownBy(() -> first.view().find("default", idIn(5)))
        .isInstanceOf(StoresUnavailableException.class);
    assertThat(first.view().find("default", idIn(0))).isPresent();
  }

  @Test
  void shouldReportATraceOfAnUnknownStateAsAnotherVersion() {
    Instance first = start(CONFIG, 0, 1, 2);
    int partition = 3;
    String id = idIn(partition);
    PeerTrace trace = TraceRecords.record(ledgers.get(partition).find("default", id));
    trace.getState().put("label", "paused");
    byte[] message =
        MessageFormat.TRACE_RESPONSE.encode(new TraceResponse(partition, trace), 1 << 20);
    String other =
        serve(
            server ->
                server.service(
                    PeerServer.TRACE,
                    (context, request) ->
                        HttpResponse.of(
                            HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(message))),
            partition);

    assertThatThrownBy(() -> first.view().find("default", id))
        .isInstanceOfSatisfying(
            StoresUnavailableException.class, e -> assertThat(e.missing()).containsExactly(other));
  }

  @Test
  void shouldRejectMalformedRequests() {
    Instance first = start(CONFIG, 0, 1, 2, 3, 4, 5);
    PeerClient client = new PeerClient(CONFIG, Optional.empty());
    open.add(client);
    byte[] torn = MessageFormat.TRACE_REQUEST.encode(new TraceRequest(1, 1 << 20, "default", "t1"));
    torn[torn.length - 1]++;

    for (String path : List.of(PeerServer.TRACE, PeerServer.TRACES, PeerServer.TRACE_COUNTS)) {
      assertThat(client.send(first.host, path, torn).reply().join())
          .isInstanceOf(PeerReply.Failed.class);
    }
    assertThat(
            client
                .send(
                    first.host,
                    PeerServer.TRACE_COUNTS,
                    MessageFormat.TRACE_COUNTS_REQUEST.encode(new TraceCountsRequest(9, 1 << 20)))
                .reply()
                .join())
        .isInstanceOfSatisfying(
            PeerReply.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(PeerFailure.NOT_HELD));
  }

  /** Returns when nothing listens any more; Armeria itself then idles for seconds. */
  private static void stop(Server server) {
    CompletableFuture<Void> unused = server.stop();
    await().until(() -> server.activePorts().isEmpty() && server.numConnections() == 0);
  }

  private static Map<String, String> text(int length) {
    return Map.of("text", "x".repeat(length));
  }

  private static int partitionOf(String traceId) {
    return PeerGroupLedgerView.partitionOf(traceId, PARTITIONS);
  }

  private static String idIn(int partition) {
    return IntStream.range(0, TRACES)
        .mapToObj(i -> "t" + i)
        .filter(id -> partitionOf(id) == partition)
        .findFirst()
        .orElseThrow();
  }

  private static TraceCriteria filter(Set<String> states) {
    return new TraceCriteria(
        Tenants.of("default"),
        states,
        Set.of("s*"),
        Set.of(),
        Set.of(),
        OptionalLong.empty(),
        TraceDetails.ANY);
  }

  private record Counts(
      Map<String, Long> inFlight, Map<String, Long> stuck, List<String> missing) {}

  private Instance start(PeerConfig config, int... held) {
    Instance instance = new Instance(config, held);
    open.add(instance.group);
    instance.host = serve(instance.group, held);
    instance.server = servers.get(instance.host);
    return instance;
  }

  private String serve(Consumer<ServerBuilder> routes, int... owned) {
    ServerBuilder builder = Server.builder().http(0).gracefulShutdownTimeoutMillis(0, 0);
    routes.accept(builder);
    Server server = builder.build();
    server.start().join();
    open.add(server::stop);
    String host = "127.0.0.1:" + server.activeLocalPort();
    servers.put(host, server);
    for (int partition : owned) {
      owners.put(partition, host);
    }
    return host;
  }

  /** One instance of the group. */
  private final class Instance {
    private final PeerGroup group;
    private String host = "";
    private Server server;

    @SuppressWarnings("NullAway.Init")
    Instance(PeerConfig config, int... held) {
      TreeMap<Integer, LedgerPartition> here = new TreeMap<>();
      for (int partition : held) {
        here.put(partition, ledgers.get(partition));
      }
      group =
          new PeerGroup(
              config,
              new LocalStores(
                  () -> new StorePartitions.Holdings(List.of(), List.of()),
                  none ->
                      (tier, fromMs, toMs, scope, reader) ->
                          new Coverage(List.of(), OptionalLong.empty(), OptionalLong.empty()),
                  none -> reader -> List.of(),
                  WindowTier.ALL,
                  () -> here,
                  () -> {
                    throw new UnsupportedOperationException();
                  }),
              () -> new Owners(host, 0, Map.of()),
              () -> new Owners(host, PARTITIONS, owners),
              new InMemorySchemaRegistry(),
              Optional.empty(),
              meters);
    }

    LedgerView view() {
      return group.ledger();
    }

    LedgerView.Page page(Set<String> states, ScanPosition from, int limit) {
      return view()
          .page(
              filter(states),
              from,
              new ScanLimits(limit, false, 10_000, 1 << 20, 1 << 20),
              CancellationCheck.endless());
    }

    Counts counts() {
      Map<String, Long> inFlight = new TreeMap<>();
      Map<String, Long> stuck = new TreeMap<>();
      List<String> missing =
          view()
              .counts(
                  (tenant, service, some, stuckOnes) -> {
                    inFlight.merge(service, some, Long::sum);
                    stuck.merge(service, stuckOnes, Long::sum);
                  });
      return new Counts(inFlight, stuck, missing);
    }
  }
}
