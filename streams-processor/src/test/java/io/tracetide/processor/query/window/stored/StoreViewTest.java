package io.tracetide.processor.query.window.stored;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.anomaly.StoreAnomalyView;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.ServicesSince;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreViewTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final long START_MS = START.toEpochMilli();

  @TempDir private Path directory;
  private Partition first;
  private Partition second;
  private List<String> elsewhere = List.of();

  @BeforeEach
  void open() {
    first = new Partition(directory.resolve("first"));
    second = new Partition(directory.resolve("second"));
  }

  @AfterEach
  void close() {
    first.driver.close();
    second.driver.close();
  }

  @Test
  void shouldReadEveryPartitionWithItsOwnWatermark() {
    first.put(SeriesId.ofOperation("default", "shop", "pay"), START_MS, 3);
    first.open().closed(WindowTier.BASE, START_MS + 10_000);
    second.putOpen(SeriesId.ofOperation("default", "cart", "add"), START_MS);

    List<StoredWindow> windows = read(Scope.EVERYTHING, START_MS, START_MS + 60_000);

    assertThat(windows)
        .extracting(window -> window.series().service())
        .containsExactly("shop", "cart");
    assertThat(windows)
        .extracting(StoredWindow::closedUpToMs)
        .containsExactly(START_MS + 10_000, Long.MIN_VALUE);
    assertThat(windows.get(0).startMs()).isEqualTo(START_MS);
    assertThat(windows.get(0).counts().revision()).isEqualTo(3);
    assertThat(windows.get(0).counts().stats().count()).isEqualTo(1);
  }

  @Test
  void shouldReadWindowsThatStartInTheRange() {
    for (int i = 0; i < 4; i++) {
      first.put(SeriesId.ofOperation("default", "shop", "pay"), START_MS + i * 10_000L, 0);
    }

    assertThat(read(Scope.EVERYTHING, START_MS + 10_000, START_MS + 30_000))
        .extracting(StoredWindow::startMs)
        .containsExactly(START_MS + 10_000, START_MS + 20_000);
    assertThat(read(Scope.EVERYTHING, START_MS, START_MS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNeverLeaveTheTenant(boolean listed) {
    list(listed);
    String[] tenants = {"a", "ab", "a/b", "a\u0001", "b"};
    for (String tenant : tenants) {
      first.put(SeriesId.ofOperation(tenant, "shop", "pay"), START_MS, 0);
      first.put(SeriesId.ofOperation(tenant, "shopping", "pay"), START_MS, 0);
    }

    for (String tenant : tenants) {
      Scope all = new Scope(Tenants.of(tenant), Set.of());
      Scope shop = new Scope(Tenants.of(tenant), Set.of("shop"));
      assertThat(read(all, START_MS, START_MS + 10_000))
          .hasSize(2)
          .allSatisfy(window -> assertThat(window.series().tenant()).isEqualTo(tenant));
      assertThat(read(shop, START_MS, START_MS + 10_000)).hasSize(1);
    }
    assertThat(read(new Scope(Tenants.of("a\0shop"), Set.of()), START_MS, START_MS + 10_000))
        .isEmpty();
  }

  /** Names made of what separates names in keys, and of each other. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNeverLeaveTheTenantWhateverNamesAreMadeOf(boolean listed) {
    list(listed);
    Random random = new Random(7);
    String[] parts = {"a", "b", "ab", "/", "\0", "\u0001", "\uffff", "*", " ", "é"};
    List<String> tenants = new ArrayList<>(List.of("a", "ab", "a\0b", "a/b"));
    while (tenants.size() < 40) {
      StringBuilder name = new StringBuilder();
      for (int i = random.nextInt(4); i >= 0; i--) {
        name.append(parts[random.nextInt(parts.length)]);
      }
      tenants.add(name.toString());
    }
    for (String tenant : tenants) {
      for (String service : List.of("a", "b", "a\0b", "shop")) {
        (random.nextBoolean() ? first : second)
            .put(SeriesId.ofOperation(tenant, service, "pay"), START_MS, 0);
      }
    }

    for (int i = 0; i < 200; i++) {
      Tenants asked =
          random.nextBoolean()
              ? Tenants.of(tenants.get(random.nextInt(tenants.size())))
              : Tenants.of(
                  Set.of(
                      tenants.get(random.nextInt(10)), tenants.get(10 + random.nextInt(20)) + "x"));
      Set<String> services = random.nextBoolean() ? Set.of() : Set.of("a", "b");

      List<StoredWindow> found = read(new Scope(asked, services), START_MS, START_MS + 10_000);

      assertThat(found)
          .allSatisfy(window -> assertThat(asked.includes(window.series().tenant())).isTrue());
      assertThat(found.size())
          .isEqualTo(
              (int)
                  read(Scope.EVERYTHING, START_MS, START_MS + 10_000).stream()
                      .filter(window -> new Scope(asked, services).includes(window.series()))
                      .count());
    }
  }

  /** Records that services write to Kafka themselves may hold any bytes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldReadNamesThatAreNotUtf8(boolean listed) {
    list(listed);
    byte[] tenant = {(byte) 0xF8, 'a'};
    byte[] service = {'s', (byte) 0xC3};
    first.put(key(tenant, service), START_MS, 0);
    first.put(key(new byte[] {(byte) 0xFF}, service), START_MS, 0);
    first.put(SeriesId.ofOperation("default", "shop", "pay"), START_MS, 0);

    assertThat(read(Scope.EVERYTHING, START_MS, START_MS + 10_000)).hasSize(3);
    assertThat(read(new Scope(Tenants.ALL, Set.of("s\uFFFD")), START_MS, START_MS + 10_000))
        .hasSize(2)
        .allSatisfy(window -> assertThat(window.series().service()).isEqualTo("s\uFFFD"));
    assertThat(read(new Scope(Tenants.ALL, Set.of("shop")), START_MS, START_MS + 10_000))
        .hasSize(1);
  }

  /** Windows of an earlier version have no list of services. */
  private void list(boolean listed) {
    first.listed = listed;
    second.listed = listed;
  }

  private static byte[] key(byte[] tenant, byte[] service) {
    byte[] rest = "latency\0pay".getBytes(UTF_8);
    return ByteBuffer.allocate(tenant.length + service.length + rest.length + 2)
        .put(tenant)
        .put((byte) 0)
        .put(service)
        .put((byte) 0)
        .put(rest)
        .array();
  }

  @Test
  void shouldReturnTheTimeUpToWhichPartitionsHaveClosed() {
    first.open().closed(WindowTier.BASE, START_MS);
    second.open().closed(WindowTier.BASE, START_MS + 50_000);
    elsewhere = List.of("10.0.0.2:8080");

    Coverage coverage =
        new StoreWindowView(this::holdings, WindowTier.ALL)
            .read(WindowTier.BASE, START_MS, START_MS + 10_000, Scope.EVERYTHING, window -> {});

    assertThat(coverage.slowestCloseMs()).hasValue(START_MS);
    assertThat(coverage.fastestCloseMs()).hasValue(START_MS + 50_000);
    assertThat(coverage.missing()).containsExactly("10.0.0.2:8080");
    assertThat(coverage.partial()).isTrue();
  }

  @Test
  void shouldReadAnomaliesOfEveryPartition() {
    Anomaly one = Episodes.open("shop", "pay", Severity.HIGH, START);
    Anomaly two = Episodes.open("cart", "add", Severity.LOW, START);
    first.anomalies().put(one.getAnomalyId(), one);
    second.anomalies().put(two.getAnomalyId(), two);
    elsewhere = List.of("10.0.0.2:8080");

    List<Anomaly> read = new ArrayList<>();
    List<String> missing = new StoreAnomalyView(this::holdings).read(read::add);

    assertThat(read).containsExactly(one, two);
    assertThat(missing).containsExactly("10.0.0.2:8080");
  }

  @Test
  void shouldReportThatAStoreWasReassigned() {
    StorePartitions.Holdings holdings =
        new StorePartitions.Holdings(List.of(new Moved()), List.of());

    assertThatThrownBy(
            () ->
                new StoreWindowView(() -> holdings, WindowTier.ALL)
                    .read(WindowTier.BASE, 0, 10, Scope.EVERYTHING, window -> {}))
        .isInstanceOf(StoresUnavailableException.class);
    assertThatThrownBy(() -> new StoreAnomalyView(() -> holdings).read(anomaly -> {}))
        .isInstanceOf(StoresUnavailableException.class);
  }

  private List<StoredWindow> read(Scope scope, long fromMs, long toMs) {
    List<StoredWindow> windows = new ArrayList<>();
    new StoreWindowView(this::holdings, WindowTier.ALL)
        .read(WindowTier.BASE, fromMs, toMs, scope, windows::add);
    return windows;
  }

  private StorePartitions.Holdings holdings() {
    return new StorePartitions.Holdings(List.of(first, second), elsewhere);
  }

  /** A partition whose stores are closed under the reader. */
  private static final class Moved implements StorePartitions.Held {
    @Override
    public int partition() {
      return 0;
    }

    @Override
    public ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName) {
      throw new InvalidStateStoreException("closed");
    }

    @Override
    public OpenWindows open() {
      return new OpenWindows();
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
      throw new InvalidStateStoreException("closed");
    }
  }

  /** The stores of one partition, as the topology declares them. */
  private static final class Partition implements StorePartitions.Held {
    private static final Duration RETENTION = WindowTier.BASE.retention();
    private final OpenWindows open = new OpenWindows();
    private final List<byte[]> services = new ArrayList<>();
    private boolean listed;
    private int numbers;
    private final TopologyTestDriver driver;

    Partition(Path directory) {
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "query");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
      properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
      AvroSerde<Anomaly> anomalies =
          AvroSerde.of(new InMemorySchemaRegistry(), "anomalies", Anomaly.class);
      Topology topology =
          new Topology()
              .addSource(
                  "in", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "in")
              .addProcessor("nothing", Nothing::new, "in")
              .addStateStore(
                  Stores.windowStoreBuilder(
                      Stores.persistentWindowStore(
                          "windows-10s", RETENTION, WindowTier.BASE.size(), false),
                      Serdes.Bytes(),
                      Serdes.ByteArray()),
                  "nothing")
              .addStateStore(
                  Stores.keyValueStoreBuilder(
                      Stores.inMemoryKeyValueStore("anomalies"), Serdes.String(), anomalies),
                  "nothing");
      driver = new TopologyTestDriver(topology, properties);
    }

    /** Stores a row of this series alone, and closes its window. */
    void put(SeriesId series, long startMs, int revision) {
      put(SeriesCodec.encode(series), startMs, revision);
    }

    void put(byte[] key, long startMs, int revision) {
      int prefix = SeriesCodec.servicePrefixLength(key);
      services.add(Arrays.copyOf(key, prefix));
      WindowRow.Writer row = new WindowRow.Writer();
      row.add(key, prefix, MemoryWindows.work(0, 1_000), revision);
      WindowStore<Bytes, byte[]> store = driver.getWindowStore("windows-10s");
      store.put(Bytes.wrap(RowKey.of(startMs, key, prefix, 0)), row.finish(false), startMs);
      open.closed(WindowTier.BASE, Math.max(open.closedUpTo(WindowTier.BASE), startMs + 10_000));
    }

    void putOpen(SeriesId series, long startMs) {
      byte[] key = SeriesCodec.encode(series);
      PartialTable counted = new PartialTable();
      counted.at(key, key.length, startMs).merge(MemoryWindows.work(0, 1_000));
      PartialBlock.Writer writer = new PartialBlock.Writer();
      writer.addAll(counted);
      PartialBlock.read(
          writer.finish(0, startMs),
          (block, keyStart, keyLength, windowStartMs, countsStart) ->
              open.add(new Series(key, numbers++), windowStartMs, block, countsStart));
    }

    @Override
    public int partition() {
      return 0;
    }

    @Override
    public ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName) {
      return driver.getWindowStore(storeName);
    }

    @Override
    public OpenWindows open() {
      return open;
    }

    @Override
    public StoredServices services() {
      return listed ? ServicesSince.of(services, WindowTier.ALL, 0) : ServicesSince.unknown();
    }

    @Override
    public PartitionProgress detection() {
      return PartitionProgress.NONE;
    }

    @Override
    public KeyValueStore<String, Anomaly> anomalies() {
      return driver.getKeyValueStore("anomalies");
    }
  }

  private static final class Nothing extends ContextualProcessor<Object, Object, Object, Object> {
    @Override
    public void process(Record<Object, Object> record) {}
  }
}
