package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs do not wait for the commit interval. */
class CommitRequestTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

  @Test
  void shouldRequestACommitOfForwardedAnomalies() {
    MockProcessorContext<String, AlertInput> context = context();
    store(context, AlertTopology.FORMER_ALERTS_STORE, Serdes.String());
    RouteAnomalies processor = new RouteAnomalies(new AvroDecoder<>(registry, Anomaly.class));
    processor.init(context);
    assertThat(isCommitRequested(context)).isFalse();

    processor.process(
        new Record<>("fp".getBytes(UTF_8), Anomalies.open("fp").build(), NOW.toEpochMilli()));

    assertThat(context.forwarded()).hasSize(1);
    assertThat(context.committed()).as("once per look, not per record").isFalse();
    assertThat(isCommitRequested(context)).isTrue();
    assertThat(isCommitRequested(context)).isFalse();
  }

  @Test
  void shouldLeaveTheOutputsOfAStormToTheCommitInterval() {
    MockProcessorContext<String, AlertInput> context = context();
    PendingOutputs outputs = new PendingOutputs();
    for (int i = 0; i <= PendingOutputs.FEW; i++) {
      outputs.written();
    }
    outputs.look(context);
    assertThat(context.committed()).isFalse();

    outputs.written();
    outputs.look(context);
    assertThat(context.committed()).isTrue();
  }

  @Test
  void shouldRequestACommitOfNotificationsAndTicks() {
    MockProcessorContext<String, Decided> context = context();
    AlertStores.ALL.forEach(name -> store(context, name, Serdes.Bytes()));
    DecideAlerts processor =
        new DecideAlerts(
            CommitRequestTest::routing,
            new AnomalyWire(registry),
            new DecisionProgress(),
            new SinkMetrics(new SimpleMeterRegistry()));
    processor.init(context);
    boolean unused = isCommitRequested(context);
    context.resetForwards();

    processor.process(
        new Record<>(
            "default".getBytes(UTF_8),
            InputWriter.input("default", NOW, Anomalies.open("fp").build()),
            NOW.toEpochMilli()));
    assertThat(context.forwarded()).hasSize(1);
    assertThat(isCommitRequested(context)).isTrue();
    assertThat(isCommitRequested(context)).isFalse();

    context.setCurrentSystemTimeMs(NOW.plus(Duration.ofDays(1)).toEpochMilli());
    assertThat(isCommitRequested(context)).isTrue();
    assertThat(context.forwarded()).as("the tick").hasSize(2);
  }

  /** Runs the punctuators once. */
  private static boolean isCommitRequested(MockProcessorContext<?, ?> context) {
    context.resetCommit();
    context
        .scheduledPunctuators()
        .forEach(each -> each.getPunctuator().punctuate(context.currentSystemTimeMs()));
    return context.committed();
  }

  private <K, V> MockProcessorContext<K, V> context() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "tracetide-alerts");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    MockProcessorContext<K, V> context =
        new MockProcessorContext<>(settings, new TaskId(0, 0), directory.toFile());
    context.setCurrentSystemTimeMs(NOW.toEpochMilli());
    return context;
  }

  private static <K> void store(MockProcessorContext<?, ?> context, String name, Serde<K> keys) {
    KeyValueStore<K, byte[]> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
  }

  private static Routing routing() {
    Timing timing =
        new Timing(
            Duration.ZERO, Duration.ofSeconds(10), Duration.ofHours(4), 1, Duration.ofDays(1));
    return new Routing(
        new Route(
            "{}",
            List.of(),
            new RouteOptions(
                "log", GroupBy.of("alertname"), timing, List.of(), List.of(), List.of()),
            false,
            List.of()),
        Map.of("log", List.of(new Integration("log", true))),
        List.of(),
        Map.of(),
        List.of());
  }
}
