package io.tracetide.processor.query.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.PartitionWindows;
import io.tracetide.processor.query.peer.message.PeerFailure;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.ServicesSince;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that send requests to each other over real sockets. Partition p has p + 1 spans. */
class PeerGroupTest {
  private static final long START_MS = 1_772_359_200_000L;
  private static final int PARTITIONS = 6;
  private static final PeerConfig PATIENT =
      new PeerConfig(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          1 << 20,
          2,
          200,
          Secret.NONE,
          Optional.empty());
  private static final PeerConfig HASTY =
      new PeerConfig(
          Duration.ofMillis(500),
          Duration.ofMillis(400),
          1 << 20,
          2,
          200,
          Secret.NONE,
          Optional.empty());

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Integer, String> owners = new HashMap<>();
  private final Map<String, Server> servers = new HashMap<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void shouldGiveTheSameWholeAnswerFromEveryInstance() {
    Instance first = start(PATIENT, 0, 1);
    Instance second = start(PATIENT, 2, 3, 4);
    Instance third = start(PATIENT, 5);

    for (Instance instance : List.of(first, second, third)) {
      Answer answer = instance.read();
      assertThat(answer.missing()).isEmpty();
      assertThat(answer.counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2, 3, 4, 5));
      assertThat(answer.coverage().slowestCloseMs()).hasValue(START_MS);
      assertThat(answer.coverage().fastestCloseMs()).hasValue(START_MS + 5_000);
      assertThat(instance.anomalies().missing()).isEmpty();
      assertThat(instance.anomalies().services())
          .containsExactlyInAnyOrder("s0", "s1", "s2", "s3", "s4", "s5");
    }
    assertThat(outcome("answered")).isEqualTo(2.0 * (4 + 3 + 5) + 4 + 3 + 5);
  }

  @Test
  void shouldRequestNamesWithoutStatistics() {
    Instance first = start(PATIENT, 0, 1, 2);
    start(PATIENT, 3, 4, 5);

    List<String> services = new ArrayList<>();
    List<Integer> bytes = new ArrayList<>();
    first
        .group
        .windows()
        .readNames(
            WindowTier.BASE,
            0,
            Long.MAX_VALUE,
            Scope.EVERYTHING,
            window -> {
              services.add(window.series().service());
              bytes.add(window.encodedCounts().length);
            });

    assertThat(services).containsExactlyInAnyOrder("s0", "s1", "s2", "s3", "s4", "s5");
    assertThat(bytes.subList(3, 6)).containsOnly(0);
  }

  @Test
  void shouldTakeAPartitionOnceThatTwoHold() {
    Instance first = start(PATIENT, 0, 1, 2);
    Instance second = start(PATIENT, 2, 3, 4, 5);

    assertThat(first.read().counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2, 3, 4, 5));
    assertThat(second.read().counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2, 3, 4, 5));
  }

  @Test
  void shouldReadTheStatusAndTheDetectorsOfEachInstance() {
    Instance first = start(PATIENT, 0, 1, 2);
    Instance second = start(PATIENT, 3, 4, 5);
    List<InstanceStatus> found = new ArrayList<>();
    AtomicInteger partitions = new AtomicInteger();

    assertThat(first.group.instances().read(found::add)).isEmpty();
    assertThat(first.group.detection().read(one -> partitions.incrementAndGet())).isEmpty();

    assertThat(found)
        .containsExactlyInAnyOrder(first.status(), second.status())
        .extracting(InstanceStatus::windowPartitions)
        .contains(List.of(3, 4, 5));
    assertThat(partitions).hasValue(6);
    stop(second.server);
    assertThat(first.group.instances().read(one -> {})).containsExactly(second.host);
  }

  @Test
  void shouldNameADeadHost() {
    Instance first = start(HASTY, 0, 1, 2);
    Instance second = start(HASTY, 3, 4, 5);
    assertThat(first.read().missing()).isEmpty();

    stop(second.server);

    Answer answer = first.read();
    assertThat(answer.missing()).containsExactly(second.host);
    assertThat(answer.counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2));
    assertThat(first.anomalies().missing()).containsExactly(second.host);
    assertThat(first.anomalies().services()).containsExactlyInAnyOrder("s0", "s1", "s2");
    assertThat(outcome("unreachable")).isEqualTo(3.0 * 3);
  }

  @Test
  void shouldNotWaitForASilentHostTwice() {
    Instance first = start(HASTY, 0, 1);
    Instance second = start(HASTY, 2, 3);
    String silent = serve((context, request) -> HttpResponse.of(new CompletableFuture<>()), 4, 5);

    long begin = System.nanoTime();
    Answer answer = first.read();
    for (int i = 0; i < 5; i++) {
      assertThat(first.anomalies().missing()).containsExactly(silent);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);

    assertThat(answer.missing()).containsExactly(silent);
    assertThat(answer.counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2, 3));
    assertThat(outcome("timed_out")).isEqualTo(2.0 * 6);
    assertThat(took).isLessThan(HASTY.responseTimeout().multipliedBy(4));
    assertThat(second.read().missing()).containsExactly(silent);
  }

  @Test
  void shouldGiveUpOnADribblingHost() {
    Instance first = start(HASTY, 0, 1, 2);
    String dribbling =
        serve(
            (context, request) -> {
              HttpResponseWriter writer = HttpResponse.streaming();
              writer.write(ResponseHeaders.of(HttpStatus.OK));
              writer.write(HttpData.ofUtf8("Ttq"));
              return writer;
            },
            3,
            4,
            5);

    assertThat(first.read().missing()).containsExactly(dribbling);
    assertThat(outcome("timed_out")).isPositive();
  }

  @Test
  void shouldTakeNothingFromGarbage() {
    Instance first = start(PATIENT, 0, 1, 2);
    String garbage =
        serve(
            (context, request) ->
                HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, "<html>hello</html>"),
            3,
            4,
            5);

    Answer answer = first.read();

    assertThat(answer.missing()).containsExactly(garbage);
    assertThat(answer.counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2));
    assertThat(first.anomalies().missing()).containsExactly(garbage);
    assertThat(outcome("garbled")).isPositive();
  }

  @Test
  void shouldTakeNothingFromATornAnswer() {
    Instance first = start(PATIENT, 0, 1, 2);
    byte[] whole = new Partition(3).message();
    String torn =
        serve(
            (context, request) ->
                HttpResponse.of(
                    HttpStatus.OK,
                    MediaType.OCTET_STREAM,
                    HttpData.wrap(Arrays.copyOf(whole, whole.length / 2))),
            3,
            4,
            5);

    assertThat(first.read().missing()).containsExactly(torn);
    assertThat(first.read().counts()).containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2));
  }

  @Test
  void shouldNameAHostOfAnotherVersion() {
    Instance first = start(PATIENT, 0, 1, 2);
    byte[] older = new Partition(3).message();
    older[3]--;
    String other =
        serve(
            (context, request) ->
                HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(older)),
            3,
            4,
            5);

    assertThat(first.read().missing()).containsExactly(other);
    assertThat(outcome("other_format")).isPositive();
  }

  @Test
  void shouldListAHostThatDoesNotUnderstandHttpAsMissing() throws IOException {
    Instance first = start(HASTY, 0, 1, 2);
    ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    open.add(socket);
    Thread babbler = new Thread(() -> babble(socket), "babbler");
    babbler.setDaemon(true);
    babbler.start();
    String host = own("127.0.0.1:" + socket.getLocalPort(), 3, 4, 5);

    assertThat(first.read().missing()).containsExactly(host);
    assertThat(first.anomalies().missing()).containsExactly(host);
  }

  @Test
  void shouldNameAHostThatHasAPartitionNoMore() {
    Instance first = start(PATIENT, 0, 1, 2);
    Instance second = start(PATIENT, 3, 4);
    owners.put(5, second.host);

    Answer answer = first.read();

    assertThat(answer.missing()).containsExactly(second.host);
    assertThat(answer.counts())
        .as("what the host still has counts")
        .containsExactlyInAnyOrderEntriesOf(counts(0, 1, 2, 3, 4));
    assertThat(outcome("not_held")).isEqualTo(1);
  }

  @Test
  void shouldNameAHostWhoseStoresAreNotReadable() {
    Instance first = start(PATIENT, 0, 1, 2);
    Instance second = start(PATIENT, 3, 4, 5);
    second.rebalancing = true;

    assertThat(first.read().missing()).containsExactly(second.host);
    assertThat(outcome("unavailable")).isEqualTo(3);
    assertThatThrownBy(second::read).isInstanceOf(StoresUnavailableException.class);
  }

  @Test
  void shouldNameAHostWhoseAnswerIsTooLarge() {
    PeerConfig narrow =
        new PeerConfig(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            65_536,
            2,
            200,
            Secret.NONE,
            Optional.empty());
    Instance first = start(narrow, 0, 1, 2);
    Instance second = start(PATIENT, 3, 4, 5);
    Instance third = start(narrow);
    second.repeat = 10_000;
    first.repeat = 10_000;

    assertThat(first.read().missing()).containsExactly(second.host);
    assertThat(third.read().missing()).containsExactlyInAnyOrder(first.host, second.host);
    assertThat(outcome("too_large")).isEqualTo(3.0 + 6);
  }

  @Test
  void shouldFailWhenAPartitionHasNoOwner() {
    Instance first = start(PATIENT, 0, 1, 2, 3, 4);

    assertThatThrownBy(first::read)
        .isInstanceOf(StoresUnavailableException.class)
        .hasMessageContaining("partition 5");

    owners.put(5, first.host);
    assertThatThrownBy(first::read)
        .isInstanceOf(StoresUnavailableException.class)
        .hasMessageContaining("is being assigned");
  }

  @Test
  void shouldAnswerForOwnPartitionsOnly() {
    Instance first = start(PATIENT, 0, 1, 2);
    start(PATIENT, 3, 4, 5);
    PeerClient client = new PeerClient(PATIENT, Optional.empty());
    open.add(client);

    PeerReply reply =
        client.send(first.host, PeerServer.ANOMALIES, anomaliesRequest(3)).reply().join();
    PeerReply nonsense =
        client.send(first.host, PeerServer.WINDOWS, new byte[] {1, 2, 3}).reply().join();

    assertThat(reply)
        .isInstanceOfSatisfying(
            PeerReply.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(PeerFailure.NOT_HELD));
    assertThat(nonsense).isInstanceOf(PeerReply.Failed.class);
  }

  @Test
  void shouldRejectARequestOfAnotherVersion() {
    Instance first = start(PATIENT, 0, 1, 2);
    PeerClient client = new PeerClient(PATIENT, Optional.empty());
    open.add(client);
    byte[] older = anomaliesRequest(0);
    older[3]--;

    PeerReply reply = client.send(first.host, PeerServer.ANOMALIES, older).reply().join();

    assertThat(reply)
        .isInstanceOfSatisfying(
            PeerReply.Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(PeerFailure.OTHER_FORMAT));
  }

  private static byte[] anomaliesRequest(int partition) {
    return MessageFormat.ANOMALIES_REQUEST.encode(new AnomaliesRequest(partition, 1 << 20));
  }

  @Test
  void shouldGiveUpWhenTheReaderDoes() {
    Instance first = start(PATIENT, 0);
    start(PATIENT, 1, 2, 3, 4, 5);
    AtomicInteger seen = new AtomicInteger();

    assertThatThrownBy(
            () ->
                first.read(
                    window -> {
                      if (seen.incrementAndGet() == 2) {
                        throw new IllegalArgumentException("enough");
                      }
                    }))
        .hasMessage("enough");
  }

  /** Returns when nothing listens any more; Armeria itself then idles for seconds. */
  private static void stop(Server server) {
    CompletableFuture<Void> unused = server.stop();
    await().until(() -> server.activePorts().isEmpty() && server.numConnections() == 0);
  }

  private double outcome(String outcome) {
    return meters
        .get("tracetide.processor.peer.partitions")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private static Map<String, Long> counts(int... partitions) {
    Map<String, Long> counts = new TreeMap<>();
    for (int partition : partitions) {
      counts.put("s" + partition, partition + 1L);
    }
    return counts;
  }

  private static void babble(ServerSocket socket) {
    while (true) {
      try (Socket caller = socket.accept();
          InputStream in = caller.getInputStream();
          OutputStream out = caller.getOutputStream()) {
        if (in.read() >= 0) {
          out.write("220 mail.example.org ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  private Instance start(PeerConfig config, int... held) {
    Instance instance = new Instance(config, held);
    open.add(instance.group);
    instance.host = serve(instance.group, held);
    instance.server = servers.get(instance.host);
    return instance;
  }

  private String serve(HttpService service, int... owned) {
    return serve(builder -> builder.serviceUnder("/internal/", service), owned);
  }

  private String serve(Consumer<ServerBuilder> routes, int... owned) {
    ServerBuilder builder = Server.builder().http(0).gracefulShutdownTimeoutMillis(0, 0);
    routes.accept(builder);
    Server server = builder.build();
    server.start().join();
    open.add(server::stop);
    String host = "127.0.0.1:" + server.activeLocalPort();
    servers.put(host, server);
    return own(host, owned);
  }

  private String own(String host, int... owned) {
    for (int partition : owned) {
      owners.put(partition, host);
    }
    return host;
  }

  private record Answer(Map<String, Long> counts, Coverage coverage) {
    List<String> missing() {
      return coverage.missing();
    }
  }

  private record Anomalies(List<String> services, List<String> missing) {}

  /** One instance of the group. */
  private final class Instance {
    private final PeerGroup group;
    private final int[] held;
    private String host = "";
    private Server server;
    private volatile boolean rebalancing;
    private volatile int repeat = 1;

    @SuppressWarnings("NullAway.Init")
    Instance(PeerConfig config, int... held) {
      this.held = held;
      group =
          new PeerGroup(
              config,
              new LocalStores(
                  this::holdings,
                  this::windows,
                  PeerGroupTest.this::anomalies,
                  WindowTier.ALL,
                  TreeMap::new,
                  this::status),
              () -> new Owners(host, PARTITIONS, owners),
              () -> new Owners(host, 0, Map.of()),
              registry,
              Optional.empty(),
              meters);
    }

    private StorePartitions.Holdings holdings() {
      if (rebalancing) {
        throw new StoresUnavailableException("moving");
      }
      return new StorePartitions.Holdings(
          Arrays.stream(held).<StorePartitions.Held>mapToObj(Partition::new).toList(), List.of());
    }

    private InstanceStatus status() {
      return new InstanceStatus(
          host,
          "test",
          Instant.ofEpochMilli(START_MS),
          Arrays.stream(held).boxed().toList(),
          List.of(),
          Map.of("traces", 3L),
          Map.of("threads", "4"));
    }

    private WindowView windows(StorePartitions partitions) {
      return (tier, fromMs, toMs, scope, reader) -> {
        OptionalLong slowest = OptionalLong.empty();
        OptionalLong fastest = OptionalLong.empty();
        for (StorePartitions.Held one : partitions.holdings().here()) {
          Partition partition = (Partition) one;
          for (int i = 0; i < repeat; i++) {
            reader.accept(partition.window());
          }
          slowest = OptionalLong.of(Math.min(partition.closedMs(), slowest.orElse(START_MS * 2)));
          fastest = OptionalLong.of(Math.max(partition.closedMs(), fastest.orElse(0)));
        }
        return new Coverage(List.of(), slowest, fastest);
      };
    }

    Answer read() {
      Map<String, Long> counts = new TreeMap<>();
      Coverage coverage =
          read(
              window ->
                  counts.merge(
                      window.series().service(),
                      window.counts().stats().count() / repeat,
                      Long::sum));
      return new Answer(counts, coverage);
    }

    Coverage read(Consumer<StoredWindow> reader) {
      return group
          .windows()
          .read(WindowTier.BASE, START_MS, START_MS + 10_000, Scope.EVERYTHING, reader);
    }

    Anomalies anomalies() {
      List<String> services = new ArrayList<>();
      List<String> missing =
          group.anomalies().read(anomaly -> services.add(anomaly.getServiceName()));
      return new Anomalies(services, missing);
    }
  }

  private AnomalyView anomalies(StorePartitions partitions) {
    return reader -> {
      partitions.holdings().here().forEach(one -> reader.accept(anomaly(one.partition())));
      return List.of();
    };
  }

  private static Anomaly anomaly(int partition) {
    Instant openedAt = Instant.ofEpochMilli(START_MS);
    return Anomaly.newBuilder()
        .setAnomalyId("a" + partition)
        .setFingerprint("f" + partition)
        .setServiceName("s" + partition)
        .setOperationName("pay")
        .setDetector(Detector.THRESHOLD)
        .setKind(AnomalyKind.LATENCY)
        .setSeverity(Severity.HIGH)
        .setConfidence(1)
        .setState(AnomalyState.OPEN)
        .setRevision(0)
        .setOpenedAt(openedAt)
        .setUpdatedAt(openedAt)
        .setWindowStart(openedAt)
        .setWindowEnd(openedAt)
        .setObserved(Map.of())
        .setExpected(Map.of())
        .setContributions(Map.of())
        .setSummary("slow")
        .setExemplars(Exemplars.newBuilder().build())
        .build();
  }

  /** One partition; its stores are not looked at. */
  private record Partition(int partition) implements StorePartitions.Held {
    StoredWindow window() {
      WindowStats stats = new WindowStats();
      for (int i = 0; i <= partition; i++) {
        stats.record(1_000, 1, false);
      }
      return new StoredWindow(
          SeriesId.ofOperation("default", "s" + partition, "pay"),
          START_MS,
          closedMs(),
          WindowStatsCodec.encode(stats, 0));
    }

    long closedMs() {
      return START_MS + partition * 1_000L;
    }

    byte[] message() {
      PartitionWindows.Writer writer = new PartitionWindows.Writer(partition, false, 1 << 20);
      writer.accept(window());
      return writer.finish(
          new Coverage(List.of(), OptionalLong.of(closedMs()), OptionalLong.of(closedMs())));
    }

    @Override
    public ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OpenWindows open() {
      throw new UnsupportedOperationException();
    }

    @Override
    public StoredServices services() {
      return ServicesSince.unknown();
    }

    @Override
    public PartitionProgress detection() {
      return PartitionProgress.NONE;
    }

    @Override
    public ReadOnlyKeyValueStore<String, Anomaly> anomalies() {
      throw new UnsupportedOperationException();
    }
  }
}
