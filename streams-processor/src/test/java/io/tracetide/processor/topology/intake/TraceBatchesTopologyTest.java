package io.tracetide.processor.topology.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.topology.TopologyFixture;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
import io.tracetide.schemas.serde.TraceEventEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceBatchesTopologyTest {

  private static final Instant START = Instant.parse("2026-12-01T10:00:00Z");
  private static final SeriesId CHECKOUT = SeriesId.ofOperation("default", "shop", "checkout");

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final TraceEventEncoder encoder = new TraceEventEncoder(registry, "traces-value");
  private final int schemaId =
      registry.register("trace-batches-value", TraceEventBatchWriter.schema());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TopologyFixture fixture = new TopologyFixture(registry).meters(meters);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestInputTopic<byte[], byte[]> batches;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    driver = fixture.start(stateDir, START);
    traces = fixture.input(Topics.TRACES);
    batches = fixture.input(Topics.TRACE_BATCHES);
    deadLetters = fixture.output(Topics.TRACES_DEAD_LETTER);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldCountEveryEventOfABatchAndOfSingleRecordsForTheSameTraces() {
    List<byte[]> packed = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      packed.add(encoder.encode(span(i).build()));
    }
    send(packed);
    for (int i = 1_000; i < 1_500; i++) {
      traces.pipeInput(null, encoder.encode(span(i).build()), START);
    }

    assertThat(count()).isEqualTo(1_500);
    assertThat(meters.counter("tracetide.processor.events.received").count()).isEqualTo(1_500);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void shouldCountAnEventOnceThatArrivesInABatchAndAsASingleRecord() {
    byte[] event = encoder.encode(span(1).build());

    send(List.of(event, event));
    traces.pipeInput(null, event, START);
    send(List.of(event));

    assertThat(count()).isEqualTo(1);
  }

  @Test
  void shouldTakeTheDurationFromAStartInTheOtherTopic() {
    traces.pipeInput(
        null,
        encoder.encode(
            span(1)
                .setType(TraceEventType.STARTED)
                .setStatus(TraceStatus.RUNNING)
                .setDurationMicros(null)
                .setTimestamp(START.minusMillis(40))
                .build()),
        START);
    send(List.of(encoder.encode(span(1).setDurationMicros(null).setTimestamp(START).build())));

    assertThat(fixture.state().window(WindowTier.BASE, CHECKOUT, START).stats().quantile(0.5))
        .isBetween(39_000.0, 41_000.0);
  }

  @Test
  void shouldDeadLetterOneBadEventAloneWithItsBytesAndPlace() {
    send(List.of(encoder.encode(span(0).build())));
    TraceEvent bad = span(2).setServiceName("").build();
    TraceEvent ahead = span(3).setTimestamp(START.plusSeconds(86_400)).build();
    send(
        List.of(
            encoder.encode(span(1).build()),
            encoder.encode(bad),
            encoder.encode(ahead),
            encoder.encode(span(4).build())));

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("bad_name", "future_timestamp");
    assertThat(letters).extracting(letter -> header(letter, "index")).containsExactly("1", "2");
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(header(letter, "topic")).isEqualTo("trace-batches");
              assertThat(header(letter, "partition")).isEqualTo("0");
              assertThat(header(letter, "offset")).isEqualTo("1");
            });
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    assertThat(letters)
        .extracting(letter -> decoder.decode(letter.value()))
        .containsExactly(bad, ahead);
    assertThat(letters.get(0).key()).isEqualTo(bad.getTraceId().getBytes(UTF_8));
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void shouldDeadLetterADamagedRecordAsAWhole() {
    byte[] damaged = write(List.of(encoder.encode(span(1).build())));
    byte[] cut = Arrays.copyOf(damaged, damaged.length - 3);
    batches.pipeInput(null, cut, START);
    batches.pipeInput(null, encoder.encode(span(2).build()), START);
    batches.pipeInput(null, "no avro".getBytes(UTF_8), START);
    batches.pipeInput(null, new byte[] {0, 0, 0, 1, 0, 1}, START);
    batches.pipeInput(null, null, START);
    send(List.of(encoder.encode(span(3).build())));

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly(
            "truncated", "incompatible_schema", "bad_magic", "unknown_schema", "empty");
    assertThat(letters.get(0).value()).isEqualTo(cut);
    assertThat(letters)
        .allSatisfy(letter -> assertThat(letter.headers().lastHeader("index")).isNull());
    assertThat(count()).isEqualTo(1);
    assertThat(meters.counter("tracetide.processor.events.received").count()).isEqualTo(6);
  }

  @Test
  void shouldRefuseABatchOnTheTopicOfSingleRecords() {
    traces.pipeInput(null, write(List.of(encoder.encode(span(1).build()))), START);

    assertThat(deadLetters.readRecordsToList())
        .singleElement()
        .satisfies(letter -> assertThat(header(letter, "reason")).isEqualTo("incompatible_schema"));
  }

  private void send(List<byte[]> events) {
    batches.pipeInput(null, write(events), START);
  }

  private byte[] write(List<byte[]> events) {
    TraceEventBatchWriter writer = new TraceEventBatchWriter();
    events.forEach(event -> assertThat(writer.add(event)).isTrue());
    return writer.write(schemaId);
  }

  private long count() {
    return (long) fixture.state().window(WindowTier.BASE, CHECKOUT, START).stats().count();
  }

  private static TraceEvent.Builder span(int number) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId("%032x".formatted(number / 2))
        .setSpanId("%016x".formatted(number))
        .setServiceName("shop")
        .setOperationName("checkout")
        .setStatus(TraceStatus.COMPLETED)
        .setTimestamp(START.plusMillis(number))
        .setDurationMicros(1_000L);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
