package io.tracetide.processor.topology.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangelogStartTest {

  @Test
  void shouldWriteOneDeletionToTheChangelogOfAStoreThatIsEmpty(@TempDir Path state) {
    try (TopologyTestDriver driver = driver(state, false)) {
      for (String store : List.of("keys", "windows")) {
        assertThat(changelog(driver, store).readValuesToList()).containsExactly((byte[]) null);
      }
      assertThat(driver.getKeyValueStore("keys").all()).isExhausted();
      assertThat(driver.getWindowStore("windows").all()).isExhausted();
    }
  }

  @Test
  void shouldWriteNothingToAChangelogThatHasBegun(@TempDir Path state) {
    try (TopologyTestDriver driver = driver(state, true)) {
      for (String store : List.of("keys", "windows")) {
        assertThat(changelog(driver, store).readValuesToList()).hasSize(1).doesNotContainNull();
      }
    }
  }

  private static TestOutputTopic<byte[], byte[]> changelog(
      TopologyTestDriver driver, String store) {
    return driver.createOutputTopic(
        "app-" + store + "-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static TopologyTestDriver driver(Path state, boolean filled) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    Topology topology =
        new Topology()
            .addSource(
                "in", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "in")
            .addProcessor("starter", () -> new Starter(filled), "in")
            .addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore("keys"), Serdes.Bytes(), Serdes.ByteArray())
                    .withLoggingEnabled(Map.of()),
                "starter")
            .addStateStore(
                Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(
                            "windows", Duration.ofHours(2), Duration.ofSeconds(10), false),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                    .withLoggingEnabled(Map.of()),
                "starter");
    TopologyTestDriver driver = new TopologyTestDriver(topology, properties);
    driver
        .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new byte[0]); // The driver looks at what was sent when it processes.
    return driver;
  }

  private static final class Starter extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final boolean filled;

    Starter(boolean filled) {
      this.filled = filled;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      KeyValueStore<Bytes, byte[]> keys = context.getStateStore("keys");
      WindowStore<Bytes, byte[]> windows = context.getStateStore("windows");
      if (filled) {
        keys.put(Bytes.wrap(new byte[] {1}), new byte[] {1});
        windows.put(Bytes.wrap(new byte[] {1}), new byte[] {1}, 10_000);
      }
      ChangelogStart.ensure(keys, Bytes.wrap(new byte[0]));
      ChangelogStart.ensure(windows);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {}
  }
}
