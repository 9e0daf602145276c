package io.tracetide.standalone.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.standalone.config.TracetideConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One recorded multi-agent workflow after the other, each of which breaks one clause of a contract
 * or one control, and some that break none.
 */
class DryRunTest {

  private static final Path RECORDING = Path.of("src", "test", "resources", "workflow");
  private static final Instant NEXT_DAY = Instant.parse("2026-03-03T09:00:00Z");

  private static final String[] EXPECTED = {
    "COMPLIANCE ACCESS_HOURS sox.privileged-access-hours [payout-at-night]",
    "COMPLIANCE APPROVAL house.release-approval [release-unapproved]",
    "COMPLIANCE APPROVAL sox.four-eyes [refund-own-approval]",
    "COMPLIANCE FORBIDDEN_SEQUENCE sox.execution-after-rejection [refund-rejected]",
    "COMPLIANCE FORBIDDEN_SEQUENCE sox.execution-before-approval [refund-too-early]",
    "COMPLIANCE PERSONAL_DATA gdpr.personal-data [support-personal]",
    "COMPLIANCE RETENTION house.short-contexts [support-kept]",
    "CONTRACT APPROVAL order.requiredApprovers [order-wrong-approver]",
    "CONTRACT DEADLINE order.deadline [order-after-deadline]",
    "CONTRACT ERROR_RATE charge.maxErrorRate []",
    "CONTRACT LATENCY order.maxLatencyMs [order-too-slow]",
    "CONTRACT MISSING_CONTEXT order.requiredContext [order-no-context]",
    "CONTRACT STEP_TIMEOUT order.maxStepDuration.approval_workflow:requested"
        + " [order-slow-approval]",
    "CONTRACT THROUGHPUT charge.minThroughput []",
    "CONTRACT WRONG_ORDER order.steps [order-wrong-order]",
    "LEDGER CRITICAL_EVENT  [order-critical]",
  };

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

  @Test
  void shouldFindExactlyWhatIsBrokenAndByWhichTraces() throws IOException {
    assertThat(found(events())).containsExactlyInAnyOrder(EXPECTED);
  }

  @Test
  void shouldFindTheSameInWhateverOrderEventsCome() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      List<TraceEvent> shuffled = new ArrayList<>(events());
      Collections.shuffle(shuffled, new Random(seed));

      assertThat(found(shuffled)).as("seed " + seed).containsExactlyInAnyOrder(EXPECTED);
    }
  }

  @Test
  void shouldReportEventsThatCannotBeDecodedWithoutFailing() throws IOException {
    TracetideConfig config =
        TracetideConfig.read(List.of(RECORDING.resolve("tracetide.yaml")), Map.of());
    AvroEncoder<TraceEvent> encoder = new AvroEncoder<>(registry, "traces-value", TraceEvent.class);
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    DryRun dryRun = new DryRun(config.processor(), decoder::decode);
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      many.put(Integer.toString(i, 36), "");
    }
    TraceEvent first = events().get(0);
    TraceView view = new TraceView();
    // A decoder refuses more items than a reader of single fields.
    new TraceEventReader(TraceEvent.getClassSchema())
        .read(
            encoder.encode(TraceEvent.newBuilder(first).setTags(many).setMetadata(many).build()),
            view);

    dryRun.count(view);

    DryRunReport report = dryRun.report(NEXT_DAY, true);
    assertThat(report.events()).isEqualTo(1);
    assertThat(report.traces()).isZero();
    assertThat(report.undecoded()).containsExactly(Map.entry("too_many_items", 1L));
  }

  private List<String> found(List<TraceEvent> events) {
    TracetideConfig config =
        TracetideConfig.read(List.of(RECORDING.resolve("tracetide.yaml")), Map.of());
    AvroEncoder<TraceEvent> encoder = new AvroEncoder<>(registry, "traces-value", TraceEvent.class);
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    TraceEventReader reader = new TraceEventReader(TraceEvent.getClassSchema());
    DryRun dryRun = new DryRun(config.processor(), decoder::decode);
    TraceView view = new TraceView();
    for (TraceEvent event : events) {
      reader.read(encoder.encode(event), view);
      dryRun.count(view);
    }
    return dryRun.report(NEXT_DAY, true).findings().stream()
        .map(
            finding ->
                "%s %s %s %s"
                    .formatted(
                        finding.detector(), finding.kind(), finding.rule(), finding.traceIds()))
        .toList();
  }

  private static List<TraceEvent> events() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<TraceEvent> events = new ArrayList<>();
    for (String line : Files.readAllLines(RECORDING.resolve("events.jsonl"))) {
      events.add(event(json.readTree(line)));
    }
    return events;
  }

  private static TraceEvent event(JsonNode node) {
    TraceEvent.Builder event =
        TraceEvent.newBuilder()
            .setType(TraceEventType.valueOf(node.path("type").asText()))
            .setStatus(TraceStatus.valueOf(node.path("status").asText()))
            .setTraceId(node.path("traceId").asText())
            .setServiceName(node.path("serviceName").asText())
            .setOperationName(node.path("operationName").asText())
            .setTimestamp(Instant.parse(node.path("timestamp").asText()))
            .setTags(texts(node.path("tags")))
            .setMetadata(texts(node.path("metadata")));
    if (node.has("durationMicros")) {
      event.setDurationMicros(node.path("durationMicros").asLong());
    }
    if (node.has("context")) {
      event.setContext(
          TraceContext.newBuilder()
              .setContextId(node.path("context").path("contextId").asText(null))
              .setUserId(node.path("context").path("userId").asText(null))
              .build());
    }
    List<SpanEvent> happened = new ArrayList<>();
    for (JsonNode each : node.path("events")) {
      happened.add(
          SpanEvent.newBuilder()
              .setEventType(each.path("eventType").asText())
              .setEventName(each.path("eventName").asText())
              .setTimestamp(Instant.parse(each.path("timestamp").asText()))
              .setAttributes(texts(each.path("attributes")))
              .build());
    }
    return event.setEvents(happened).build();
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new HashMap<>();
    node.fields().forEachRemaining(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }
}
