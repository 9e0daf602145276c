package io.tracetide.processor.topology.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorFailurePolicyTest {

  @TempDir Path stateDir;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProcessorFailurePolicy.State state =
      new ProcessorFailurePolicy.State(new ProcessorMetrics(meters));
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> in;

  @BeforeEach
  void start() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(ProcessorFailurePolicyTest::work)
        .to("out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "failed-records");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessorFailurePolicy.class);
    settings.put(ProcessorFailurePolicy.STATE, state);
    driver = new TopologyTestDriver(builder.build(), settings);
    in = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private static byte[] work(byte[] value) {
    switch (new String(value, UTF_8)) {
      case "bad" -> throw new IllegalArgumentException("the counts are cut short");
      case "world" -> throw new RegistryUnavailableException("no answer", null);
      default -> {
        return value;
      }
    }
  }

  @Test
  void shouldDropAFailingRecordWithItsPositionInTheDeadLetter() {
    in.pipeInput("k1".getBytes(UTF_8), "good".getBytes(UTF_8));
    in.pipeInput(new byte[RecordLimits.KEY_BYTES], "bad".getBytes(UTF_8));
    in.pipeInput("k3".getBytes(UTF_8), "good".getBytes(UTF_8));

    assertThat(read("out")).hasSize(2);
    assertThat(read(Topics.TRACES_DEAD_LETTER))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(header(letter, "reason")).isEqualTo("processing_failed");
              assertThat(header(letter, "topic")).isEqualTo("in");
              assertThat(header(letter, "offset")).isEqualTo("1");
              assertThat(header(letter, "detail")).contains("cut short");
              assertThat(letter.key()).hasSizeLessThanOrEqualTo(1_024);
              assertThat(letter.value()).isEmpty();
            });
    assertThat(
            meters
                .counter(
                    "tracetide.processor.records.dropped",
                    "cause",
                    "processing_failed",
                    "topic",
                    "in")
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldFailTheThreadWhenTheRegistryDoesNotAnswer() {
    assertThatThrownBy(() -> in.pipeInput(null, "world".getBytes(UTF_8)))
        .hasRootCauseInstanceOf(RegistryUnavailableException.class);
    assertThat(read(Topics.TRACES_DEAD_LETTER)).isEmpty();
  }

  @Test
  void shouldTryABatchAgainButNotSoOftenThatTheProcessorStops() {
    long now = 42;
    assertThat(state.mayRetry(now)).isTrue();
    assertThat(state.mayRetry(now + 1)).isFalse();
    assertThat(state.mayRetry(now + Duration.ofMinutes(4).toNanos())).isFalse();
    assertThat(state.mayRetry(now + Duration.ofMinutes(5).toNanos())).isTrue();
  }

  @Test
  void shouldNotTakeAStrangersRecordForABatch() {
    TestRecord<byte[], byte[]> pretender = new TestRecord<>(null, "bad".getBytes(UTF_8));
    pretender.headers().add("tracetide-batch", null);
    in.pipeInput(pretender);

    assertThat(read(Topics.TRACES_DEAD_LETTER)).hasSize(1);
  }

  private List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
