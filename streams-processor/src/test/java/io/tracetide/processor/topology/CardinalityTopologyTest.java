package io.tracetide.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardinalityTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int NAMES = 5_000;

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private int sent;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<SeriesKey, WindowAggregate> windows;

  private void start(CardinalityConfig config) {
    TopologyFixture fixture = new TopologyFixture(registry).meters(meters).cardinality(config);
    driver = fixture.start(stateDir, START);
    traces = fixture.input(Topics.TRACES);
    windows = fixture.windows();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldKeepOneSeriesWhenIdsAreInTheNames() {
    start(CardinalityConfig.defaults());
    for (int i = 0; i < NAMES; i++) {
      send("shop", "GET /orders/" + i + "?page=" + i);
    }

    List<WindowAggregate> closed = close();

    assertThat(closed)
        .extracting(window -> window.getSeries().getOperationName())
        .containsExactlyInAnyOrder("GET /orders/{id}", "*");
    assertThat(closed).allSatisfy(window -> assertThat(window.getCount()).isEqualTo(NAMES));
    assertThat(meters.counter("tracetide.processor.names.templated").count()).isEqualTo(NAMES);
  }

  @Test
  void shouldKeepNamesAsTheyAreWhenTemplatingIsOff() {
    start(new CardinalityConfig(false, 10, 10, 10, 10, Duration.ofHours(24)));
    send("shop", "GET /orders/1");
    send("shop", "GET /orders/2");

    assertThat(close())
        .extracting(window -> window.getSeries().getOperationName())
        .containsExactlyInAnyOrder("GET /orders/1", "GET /orders/2", "*");
  }

  @Test
  void shouldStayWithinTheLimitAndCountEverythingWhenAServiceMakesUpNames() {
    CardinalityConfig config = CardinalityConfig.defaults();
    start(config);
    send("mail", "send");
    for (int i = 0; i < NAMES; i++) {
      send("shop", "name" + i + "x");
      if (i % 10 == 0) {
        send("mail", "send");
      }
    }

    List<WindowAggregate> closed = close();

    List<WindowAggregate> shop =
        closed.stream().filter(window -> isOperationOf(window, "shop")).toList();
    assertThat(shop).hasSize(config.operationsPerService());
    assertThat(shop.stream().mapToLong(WindowAggregate::getCount).sum()).isEqualTo(NAMES);
    assertThat(count(closed, "shop", SeriesId.OTHER))
        .isEqualTo(NAMES - (config.operationsPerService() - 1));
    assertThat(count(closed, "shop", "*")).isEqualTo(NAMES);
    assertThat(count(closed, "mail", "send")).isEqualTo(1 + NAMES / 10);
    assertThat(
            meters
                .get("tracetide.processor.names.folded")
                .tag("reason", "operation_limit")
                .counter()
                .count())
        .isPositive();
  }

  @Test
  void shouldCountTheSpansOfServicesBeyondTheLimitTogether() {
    start(new CardinalityConfig(true, 3, 10, 10, 10, Duration.ofHours(24)));
    for (int i = 0; i < 100; i++) {
      send("service" + i + "x", "pay");
    }

    List<WindowAggregate> closed = close();

    assertThat(closed.stream().map(window -> window.getSeries().getServiceName()).distinct())
        .hasSize(3);
    assertThat(count(closed, SeriesId.OTHER, SeriesId.OTHER)).isEqualTo(98);
    assertThat(count(closed, SeriesId.OTHER, "*")).isEqualTo(98);
  }

  private void send(String service, String operation) {
    traces.pipeInput(
        null,
        encoder.encode(
            TraceEvent.newBuilder()
                .setType(TraceEventType.COMPLETED)
                .setTraceId("t" + sent++)
                .setServiceName(service)
                .setOperationName(operation)
                .setStatus(TraceStatus.COMPLETED)
                .setTimestamp(START)
                .setDurationMicros(1_000L)
                .build()),
        START);
  }

  /** The windows of 10 seconds. */
  private List<WindowAggregate> close() {
    driver.advanceWallClockTime(Duration.ofSeconds(40));
    return windows.readValuesToList().stream()
        .filter(
            window ->
                Duration.between(window.getWindowStart(), window.getWindowEnd()).toSeconds() == 10)
        .toList();
  }

  private static boolean isOperationOf(WindowAggregate window, String service) {
    return window.getSeries().getServiceName().equals(service)
        && !window.getSeries().getOperationName().equals(SeriesId.ALL_OPERATIONS);
  }

  private static long count(List<WindowAggregate> windows, String service, String operation) {
    return windows.stream()
        .filter(
            window ->
                window.getSeries().getServiceName().equals(service)
                    && window.getSeries().getOperationName().equals(operation))
        .mapToLong(WindowAggregate::getCount)
        .sum();
  }
}
