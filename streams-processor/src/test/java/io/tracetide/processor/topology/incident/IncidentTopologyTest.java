package io.tracetide.processor.topology.incident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.incident.Call;
import io.tracetide.processor.incident.TracedOperation;
import io.tracetide.processor.topology.TopologyFixture;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of a gateway and of the service that it calls, through the whole topology. */
class IncidentTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
  private final AvroDecoder<Anomaly> decoder = new AvroDecoder<>(registry, Anomaly.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<byte[], byte[]> anomalies;
  private int spans;

  @BeforeEach
  void start() {
    TopologyFixture fixture = new TopologyFixture(registry);
    driver = fixture.start(stateDir, START);
    traces = fixture.input(Topics.TRACES);
    anomalies = fixture.output(Topics.ANOMALIES);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldLinkTheAnomaliesOfAServiceAndItsCallerToOneIncident() {
    List<Anomaly> published = new ArrayList<>();
    for (int second = 0; second < 150; second += 5) {
      boolean failing = second >= 60 && second < 110;
      for (int i = 0; i < 30; i++) {
        Instant end = START.plusSeconds(second).plusMillis(i * 100L);
        String trace = "%032x".formatted(++spans);
        send(trace, "2", "1", "stock", "count", failing, end);
        send(trace, "1", null, "gateway", "GET /", failing, end.plusMillis(3));
        send("%032x".formatted(++spans), "3", null, "search", "find", failing, end);
      }
      driver.advanceWallClockTime(Duration.ofSeconds(5));
      anomalies.readValuesToList().forEach(bytes -> published.add(decoder.decode(bytes)));
    }

    Anomaly stock = first(published, "stock");
    Anomaly gateway = first(published, "gateway");
    assertThat(stock.getIncident().getIncidentId())
        .isEqualTo(gateway.getIncident().getIncidentId());
    assertThat(last(published, "gateway").getIncident().getOriginService()).isEqualTo("stock");
    assertThat(last(published, "gateway").getIncident().getAnomalies()).isEqualTo(2);
    assertThat(first(published, "search").getIncident().getIncidentId())
        .isNotEqualTo(stock.getIncident().getIncidentId());

    KeyValueStore<String, Anomaly> stored = driver.getKeyValueStore(IncidentStores.ANOMALIES);
    Anomaly over = last(published, "stock");
    assertThat(stored.get(over.getAnomalyId())).isEqualTo(over);
    List<Call> calls = new ArrayList<>();
    new CallTable(driver.getKeyValueStore(IncidentStores.CALLS))
        .read((tenant, call, savedMs) -> calls.add(call));
    assertThat(calls)
        .containsExactly(
            new Call(
                new TracedOperation("gateway", "GET /"), new TracedOperation("stock", "count")));
  }

  private static Anomaly first(List<Anomaly> published, String service) {
    return of(published, service).get(0);
  }

  private static Anomaly last(List<Anomaly> published, String service) {
    List<Anomaly> found = of(published, service);
    return found.get(found.size() - 1);
  }

  private static List<Anomaly> of(List<Anomaly> published, String service) {
    return published.stream().filter(anomaly -> anomaly.getServiceName().equals(service)).toList();
  }

  private void send(
      String trace,
      String span,
      @Nullable String parent,
      String service,
      String operation,
      boolean failed,
      Instant end) {
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setTraceId(trace)
            .setSpanId(span)
            .setParentSpanId(parent)
            .setSpanKind(SpanKind.SERVER)
            .setServiceName(service)
            .setOperationName(operation)
            .setStatus(failed ? TraceStatus.FAILED : TraceStatus.COMPLETED)
            .setTimestamp(end)
            .setDurationMicros(10_000L)
            .build();
    traces.pipeInput(event.getTraceId().getBytes(UTF_8), encoder.encode(event), end);
  }
}
