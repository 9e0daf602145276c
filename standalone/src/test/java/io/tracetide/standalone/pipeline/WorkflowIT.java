package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.instrumentation.otel.TracetideSpanExporter;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SuppliedClock;
import io.tracetide.schemas.TraceContext;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recorded multi-agent workflows, each of which breaks one clause of a contract or one control, as
 * if they had ended two minutes ago: through the gateway as JSON, one as a span of OTLP; all of
 * them again, as another tenant, through the library that services link; and as two more tenants,
 * as spans of OpenTelemetry's SDK, over OTLP to a gateway and by our exporter.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkflowIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Path RECORDING = Path.of("src", "test", "resources", "workflow");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

  private static final String TENANT = "default";
  private static final String LINKED = "linked";
  private static final String OVER_OTLP = "over-otlp";
  private static final String EXPORTED = "exported";
  private static final String OTLP_TRACE = "5b8efff798038103d269b633813fc60c";

  /** What is broken, and by which recorded traces; windows name none. */
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("COMPLIANCE ACCESS_HOURS sox.privileged-access-hours", "payout-at-night"),
          Map.entry("COMPLIANCE APPROVAL house.release-approval", "release-unapproved"),
          Map.entry("COMPLIANCE APPROVAL sox.four-eyes", "refund-own-approval"),
          Map.entry(
              "COMPLIANCE FORBIDDEN_SEQUENCE sox.execution-after-rejection", "refund-rejected"),
          Map.entry(
              "COMPLIANCE FORBIDDEN_SEQUENCE sox.execution-before-approval", "refund-too-early"),
          Map.entry("COMPLIANCE PERSONAL_DATA gdpr.personal-data", "support-personal"),
          Map.entry("COMPLIANCE RETENTION house.short-contexts", "support-kept"),
          Map.entry("CONTRACT APPROVAL order.requiredApprovers", "order-wrong-approver"),
          Map.entry("CONTRACT DEADLINE order.deadline", "order-after-deadline"),
          Map.entry("CONTRACT ERROR_RATE charge.maxErrorRate", ""),
          Map.entry("CONTRACT LATENCY order.maxLatencyMs", "order-too-slow"),
          Map.entry("CONTRACT MISSING_CONTEXT order.requiredContext", "order-no-context"),
          Map.entry(
              "CONTRACT STEP_TIMEOUT order.maxStepDuration.approval_workflow:requested",
              "order-slow-approval"),
          Map.entry("CONTRACT THROUGHPUT charge.minThroughput", ""),
          Map.entry("CONTRACT WRONG_ORDER order.steps", "order-wrong-order"),
          Map.entry("LEDGER CRITICAL_EVENT null", "order-critical"));

  /** A sentence with personal data that nobody else has. */
  private static final String PERSONAL = "write to canary.jane@leak-7b1d.example";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Instant now = Instant.now();
  private volatile Instant clockTime = Instant.EPOCH;
  private final Clock clock = new SuppliedClock(() -> clockTime);
  private final Map<String, TraceEmitter> emitters = new HashMap<>();

  /** Ids of the linked library's traces, by the recorded ones. */
  private final Map<String, String> linked = new HashMap<>();

  /** OpenTelemetry's SDK in each service, and ids of its traces by the recorded ones. */
  private final Map<String, SdkTracerProvider> sdks = new HashMap<>();

  private final Map<String, String> traced = new HashMap<>();

  private PipelineFixture kafka;
  private GatewayApp gateway;
  private GatewayApp otlpGateway;
  private ProcessorApp processor;
  private Path config;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = PipelineFixture.start(directory);
    TracetideConfig placed = kafka.config(directory.resolve("state"));
    TracetideConfig role = ConfigReader.parse(recordedConfig(), placed, Map.of());
    TracetideConfig otherTenant =
        ConfigReader.parse("gateway: { tenant: \"%s\" }".formatted(OVER_OTLP), placed, Map.of());
    config = kafka.writeConfig(directory.resolve("tracetide.yaml"), "");
    gateway = GatewayApp.start(role.gateway(), role.kafka(), role.registry(), Clock.systemUTC());
    otlpGateway =
        GatewayApp.start(
            otherTenant.gateway(), placed.kafka(), placed.registry(), Clock.systemUTC());
    processor =
        ProcessorApp.start(role.processor(), role.kafka(), role.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
    new Readiness().await("gateway", otlpGateway.url(), PATIENCE, () -> {});
    for (String service : List.of("planner", "payments", "probe")) {
      emitters.put(service, emitter(service, LINKED));
      sdks.put(service, sdk(service));
    }
  }

  private TraceEmitter emitter(String service, String tenant) {
    return TraceEmitter.builder()
        .bootstrapServers(kafka.bootstrapServers())
        .schemaRegistry(kafka.registryUrl())
        .serviceName(service)
        .tenant(tenant)
        .clock(clock)
        .resourceMetrics(false)
        .build();
  }

  private SdkTracerProvider sdk(String service) {
    SpanExporter overOtlp =
        OtlpHttpSpanExporter.builder().setEndpoint(otlpGateway.url() + "/v1/traces").build();
    SpanExporter ours = TracetideSpanExporter.owning(emitter(service, EXPORTED));
    return SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.builder().put("service.name", service).build()))
        .addSpanProcessor(
            BatchSpanProcessor.builder(SpanExporter.composite(overOtlp, ours))
                .setScheduleDelay(Duration.ofMillis(100))
                .build())
        .build();
  }

  @AfterAll
  void stop() {
    sdks.values().forEach(SdkTracerProvider::close);
    emitters.values().forEach(TraceEmitter::close);
    processor.close();
    otlpGateway.close();
    gateway.close();
    kafka.close();
  }

  /**
   * The configuration of the recording, with times of day that fit. Traces are sent at once between
   * two commits, for what is half known of a workflow of last hour may break its contract.
   */
  private String recordedConfig() throws IOException {
    return Files.readString(RECORDING.resolve("tracetide.yaml"))
            .replace("\"18:00\"", '"' + TIME_OF_DAY.format(deadline()) + '"')
            .replace("keepAtMost: 2h", "keepAtMost: 90m")
            .replace("    definitions:\n", "    definitions:\n" + sox())
        + """
        instanceId: it
        threads: 1
        commitInterval: 5s
        ledger: { breachesAfterEnd: 1h }
        """
            .indent(2);
  }

  private Instant deadline() {
    return now.minus(Duration.ofMinutes(100)).truncatedTo(ChronoUnit.MINUTES);
  }

  /** The built-in framework, with hours around now. */
  private String sox() {
    return """
    - name: sox
      controls:
        - { name: four-eyes, type: four_eyes }
        - { name: execution-before-approval, type: forbidden_sequence, sequence: ["approval_workflow:requested", "plan_execution:started"], unless: "approval_workflow:approved" }
        - { name: execution-after-rejection, type: forbidden_sequence, sequence: ["approval_workflow:rejected", "plan_execution:started"], unless: "approval_workflow:approved" }
        - { name: privileged-access-hours, type: access_hours, match: { tags: { access: privileged } }, days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], from: "%s", to: "%s" }
    """
        .formatted(
            TIME_OF_DAY.format(now.minus(Duration.ofMinutes(60))),
            TIME_OF_DAY.format(now.plus(Duration.ofMinutes(60))))
        .indent(6);
  }

  @Test
  void shouldFindExactlyWhatIsBrokenByWhicheverWayItCame() throws Exception {
    Map<String, List<JsonNode>> recorded = recorded();
    Map<String, List<JsonNode>> charges = new LinkedHashMap<>();
    recorded.forEach(
        (id, events) -> {
          if (id.startsWith("charge-")) {
            charges.put(id, events);
          }
        });
    recorded.keySet().removeAll(charges.keySet());
    List<JsonNode> shifted = new ArrayList<>();
    recorded.forEach((id, events) -> events.forEach(each -> shifted.add(moved(each, shift(id)))));
    awaitCommit();
    send("/v1/trace-events", JSON.writeValueAsString(shifted));
    send("/v1/traces", span());
    recorded.forEach((id, events) -> link(id, events, shift(id)));
    emitters.values().forEach(emitter -> assertThat(emitter.flush(PATIENCE)).isTrue());
    recorded.forEach((id, events) -> trace(id, events, shift(id)));
    sendAsTimeGoesBy(charges);

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(broken(TENANT)).isEqualTo(expected(Map.of()));
              assertThat(broken(LINKED)).isEqualTo(expected(linked));
              assertThat(broken(OVER_OTLP)).isEqualTo(expected(traced));
              assertThat(broken(EXPORTED)).isEqualTo(expected(traced));
            });
    assertThatTracesAreShown(recorded.keySet());
    assertThatWorkflowsAreMeasured();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(this::assertThatTheTrailNamesThem);
    assertThat(broken(TENANT)).isEqualTo(expected(Map.of()));
    assertThat(broken(LINKED)).isEqualTo(expected(linked));
    assertThat(broken(OVER_OTLP)).isEqualTo(expected(traced));
    assertThat(broken(EXPORTED)).isEqualTo(expected(traced));
  }

  private static Map<String, List<JsonNode>> recorded() throws IOException {
    Map<String, List<JsonNode>> recorded = new LinkedHashMap<>();
    for (String line : Files.readAllLines(RECORDING.resolve("events.jsonl"))) {
      ObjectNode event = (ObjectNode) JSON.readTree(line);
      if (event.has("metadata")) {
        // As services send it: masks are for whoever receives it.
        event.set("metadata", JSON.createObjectNode().put("note", PERSONAL));
      }
      recorded.computeIfAbsent(event.path("traceId").asText(), id -> new ArrayList<>()).add(event);
    }
    return recorded;
  }

  /**
   * By how much a trace is moved: to the times that its breach is about, else to have just ended.
   */
  private Duration shift(String id) {
    return switch (id) {
      case "order-after-deadline" -> Duration.between(at("2026-03-02T18:00:00Z"), deadline());
      case "payout-at-night" -> Duration.between(at("2026-03-02T22:00:00Z"), ago(100));
      case "support-kept" -> Duration.between(at("2026-03-02T10:00:00Z"), ago(100));
      case "order-too-slow" -> Duration.between(at("2026-03-02T11:06:40Z"), ago(2));
      default -> Duration.between(at("2026-03-02T10:15:00Z"), ago(2));
    };
  }

  private Instant ago(long minutes) {
    return now.minus(Duration.ofMinutes(minutes));
  }

  private static Instant at(String text) {
    return Instant.parse(text);
  }

  private static Instant at(JsonNode event, Duration shift) {
    return at(event.path("timestamp").asText()).plus(shift);
  }

  private static JsonNode moved(JsonNode event, Duration shift) {
    ObjectNode moved = event.deepCopy();
    moved.put("timestamp", at(event, shift).toString());
    for (JsonNode each : moved.path("events")) {
      ((ObjectNode) each).put("timestamp", at(each, shift).toString());
    }
    return moved;
  }

  /** What is followed can be found from the next commit on. */
  private void awaitCommit() {
    clockTime = Instant.now();
    ExecutionTrace probe = emitters.get("probe").startExecutionTrace("probe");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                get("/monitoring/traces/" + probe.traceId() + "?tenant=" + LINKED).has("traceId"));
    probe.complete();
  }

  /** An order that nobody of the leads approved, as a finished span. */
  private String span() {
    Instant start = ago(3);
    StringBuilder events = new StringBuilder();
    String[][] told = {
      {"context_lifecycle", "created", ""},
      {"plan_execution", "created", ""},
      {"approval_workflow", "requested", "requester\",\"agent-2"},
      {"approval_workflow", "approved", "approver\",\"intern-joe"},
      {"plan_execution", "started", ""},
      {"plan_execution", "completed", ""},
      {"context_lifecycle", "deleted", ""}
    };
    for (int i = 0; i < told.length; i++) {
      String[] who = told[i][2].split("\",\"", -1);
      events
          .append(i == 0 ? "" : ",")
          .append(
              "{\"timeUnixNano\":\"%d\",\"name\":\"%s\","
                  .formatted(nanos(start) + i * 1_000_000L, told[i][0]))
          .append("\"attributes\":[")
          .append(attribute("event.name", told[i][1]))
          .append(who.length == 2 ? "," + attribute(who[0], who[1]) : "")
          .append("]}");
    }
    return """
    {"resourceSpans":[{
      "resource":{"attributes":[%s]},
      "scopeSpans":[{"spans":[{
        "traceId":"%s","spanId":"051581bf3cb55c13","name":"handle order","kind":1,
        "startTimeUnixNano":"%d","endTimeUnixNano":"%d",
        "attributes":[%s],"events":[%s]}]}]}]}
    """
        .formatted(
            attribute("service.name", "planner"),
            OTLP_TRACE,
            nanos(start),
            nanos(start.plusSeconds(30)),
            attribute("tracetide.context_id", "ctx-otlp"),
            events);
  }

  private static String attribute(String key, String value) {
    return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(key, value);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  /** A recorded trace through the library that services link. */
  private void link(String id, List<JsonNode> events, Duration shift) {
    JsonNode first = events.get(0);
    clockTime = at(first, shift);
    ExecutionTrace trace = started(first);
    linked.put(id, trace.traceId());
    for (JsonNode event : events.subList(1, events.size())) {
      clockTime = at(event, shift);
      if (event.path("type").asText().equals("COMPLETED")) {
        trace.complete(fields -> fields.setDurationMicros(event.path("durationMicros").asLong()));
        return;
      }
      JsonNode happened = event.path("events").path(0);
      if (event.has("metadata")) {
        trace.update(
            fields ->
                fields
                    .setMetadata(texts(event.path("metadata")))
                    .setEvents(
                        List.of(
                            new SpanEvent(
                                happened.path("eventType").asText(),
                                happened.path("eventName").asText(),
                                clockTime,
                                texts(happened.path("attributes"))))));
      } else {
        trace.event(
            happened.path("eventType").asText(),
            happened.path("eventName").asText(),
            texts(happened.path("attributes")));
      }
    }
  }

  private ExecutionTrace started(JsonNode first) {
    JsonNode told = first.path("context");
    return emitters
        .get(first.path("serviceName").asText())
        .startExecutionTrace(
            first.path("operationName").asText(),
            new TraceContext(
                told.path("contextId").asText(null),
                null,
                told.path("userId").asText(null),
                null,
                null),
            texts(first.path("tags")));
  }

  /** A recorded trace as the one span that OpenTelemetry makes of it. */
  private void trace(String id, List<JsonNode> events, Duration shift) {
    JsonNode first = events.get(0);
    Span span = span(first, at(first, shift));
    traced.put(id, span.getSpanContext().getTraceId());
    for (JsonNode event : events) {
      event.path("metadata").fields().forEachRemaining(each -> attribute(span, each));
      for (JsonNode happened : event.path("events")) {
        AttributesBuilder attributes = Attributes.builder();
        texts(happened.path("attributes")).forEach(attributes::put);
        attributes.put("event.name", happened.path("eventName").asText());
        span.addEvent(happened.path("eventType").asText(), attributes.build(), at(happened, shift));
      }
    }
    span.end(at(events.get(events.size() - 1), shift));
  }

  private Span span(JsonNode first, Instant start) {
    Span span =
        sdks.get(first.path("serviceName").asText())
            .get("recording")
            .spanBuilder(first.path("operationName").asText())
            .setNoParent()
            .setStartTimestamp(start)
            .startSpan();
    first
        .path("context")
        .fields()
        .forEachRemaining(
            each -> span.setAttribute("tracetide." + each.getKey(), each.getValue().asText()));
    first.path("tags").fields().forEachRemaining(each -> attribute(span, each));
    return span;
  }

  private static void attribute(Span span, Map.Entry<String, JsonNode> each) {
    span.setAttribute(each.getKey(), each.getValue().asText());
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new HashMap<>();
    node.fields().forEachRemaining(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  /** Windows close as time goes by: each charge comes when it ends. */
  private void sendAsTimeGoesBy(Map<String, List<JsonNode>> charges) throws Exception {
    Instant begin = Instant.ofEpochSecond((Instant.now().getEpochSecond() / 10 + 1) * 10);
    Duration shift = Duration.between(at("2026-03-02T10:00:00Z"), begin);
    for (List<JsonNode> events : charges.values()) {
      JsonNode event = events.get(0);
      Instant due = at(event, shift);
      Thread.sleep(Math.max(0, Duration.between(Instant.now(), due).toMillis()));
      send("/v1/trace-events", JSON.writeValueAsString(moved(event, shift)));
      clockTime = due.minusMillis(150);
      ExecutionTrace charge = started(event);
      Span span = span(event, clockTime);
      clockTime = due;
      if (event.path("status").asText().equals("FAILED")) {
        charge.fail(new IllegalStateException("declined"));
        span.setStatus(StatusCode.ERROR, "declined");
      } else {
        charge.complete();
      }
      span.end(due);
    }
  }

  private static Map<String, Set<String>> none() {
    return new TreeMap<>();
  }

  /**
   * What should be found.
   *
   * @param ids of traces by the recorded ones; empty for those that were sent under these
   */
  private static Map<String, Set<String>> expected(Map<String, String> ids) {
    Map<String, Set<String>> expected = none();
    EXPECTED.forEach(
        (what, id) -> {
          Set<String> broken = expected.computeIfAbsent(what, unknown -> new TreeSet<>());
          if (!id.isEmpty()) {
            broken.add(ids.getOrDefault(id, id));
          }
          if (ids.isEmpty() && id.equals("order-wrong-approver")) {
            broken.add(OTLP_TRACE);
          }
        });
    return expected;
  }

  /** Everything that the ledger, contracts and controls have found, now over or not. */
  private Map<String, Set<String>> broken(String tenant) throws Exception {
    JsonNode answer = get("/monitoring/anomalies?limit=1000&tenant=" + tenant);
    assertThat(answer.at("/partial").asBoolean()).isFalse();
    Map<String, Set<String>> broken = none();
    for (JsonNode each : answer.path("anomalies")) {
      String detector = each.path("detector").asText();
      if (Set.of("CONTRACT", "COMPLIANCE", "LEDGER").contains(detector)) {
        Set<String> ids =
            broken.computeIfAbsent(
                "%s %s %s"
                    .formatted(
                        detector, each.path("kind").asText(), each.path("rule").asText("null")),
                unknown -> new TreeSet<>());
        each.path("traceIds").forEach(id -> ids.add(id.asText()));
      }
    }
    return broken;
  }

  private void assertThatTracesAreShown(Set<String> recorded) throws Exception {
    for (String id : recorded) {
      JsonNode trace = get("/monitoring/traces/" + id + "?tenant=" + TENANT);
      assertThat(trace.path("state").asText()).as(id + trace).isEqualTo("completed");
      JsonNode again = get("/monitoring/traces/" + linked.get(id) + "?tenant=" + LINKED);
      assertThat(again.path("events").findValuesAsText("kind"))
          .as(id)
          .containsExactlyElementsOf(trace.path("events").findValuesAsText("kind"));
      assertThat(trace.toString() + again).doesNotContain("leak-7b1d");
      for (String tenant : List.of(OVER_OTLP, EXPORTED)) {
        JsonNode spans = get("/monitoring/traces/" + traced.get(id) + "?tenant=" + tenant);
        assertThat(spans.toString()).doesNotContain("leak-7b1d");
      }
    }
    JsonNode masked =
        get("/monitoring/traces/" + linked.get("support-personal") + "?tenant=" + LINKED);
    assertThat(masked.at("/metadata/note").asText()).isEqualTo("write to [email]");
    assertThat(masked.at("/metadata/tracetide.masked").asText()).isEqualTo("email");
    assertThat(get("/monitoring/traces/" + OTLP_TRACE).at("/context/contextId").asText())
        .isEqualTo("ctx-otlp");
  }

  /** Each of the eight recorded orders tells of an efficiency and of an objective. */
  private void assertThatWorkflowsAreMeasured() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, Integer> counts = new TreeMap<>();
              for (JsonNode series :
                  get("/monitoring/analytics?timeRange=3h&granularity=1m&services=planner"
                          + "&metrics=approval_wait_ms,approval_decision_ms"
                          + ",plan_efficiency_percent,objectives_completed&tenant="
                          + LINKED)
                      .path("metricSeries")) {
                int count = 0;
                for (JsonNode point : series.path("points")) {
                  count += point.path("count").asInt();
                }
                counts.put(
                    series.path("metric").asText() + " " + series.path("operation").asText(),
                    count);
              }
              assertThat(counts)
                  .containsEntry("plan_efficiency_percent handle order", 8)
                  .containsEntry("plan_efficiency_percent *", 8)
                  .containsEntry("objectives_completed handle order", 8)
                  .containsEntry("approval_wait_ms handle order", 8)
                  .containsEntry("approval_wait_ms refund", 2)
                  .containsEntry("approval_wait_ms *", 10)
                  .containsEntry("approval_decision_ms *", 10);
            });
  }

  /** The chain is written with the commits that follow. */
  private void assertThatTheTrailNamesThem() throws IOException {
    CommandLineUnderTest verify =
        CommandLineUnderTest.run("audit", "verify", "-c", config.toString());
    assertThat(verify.exit()).as(verify.out()).isZero();
    Path trail = config.resolveSibling("trail.jsonl");
    CommandLineUnderTest export =
        CommandLineUnderTest.run(
            "audit", "export", "-c", config.toString(), "--out", trail.toString());
    assertThat(export.exit()).as(export.out()).isZero();
    String text = Files.readString(trail);
    assertThat(text).contains("violation.opened").doesNotContain("leak-7b1d");
    EXPECTED.forEach(
        (what, id) -> {
          String[] words = what.split(" ", 3);
          // Of those that broke one rule, the record of its opening names the first.
          String first = id.equals("order-wrong-approver") ? "" : id;
          if (!words[0].equals("LEDGER")) {
            assertThat(text).contains(words[2], first, linked.getOrDefault(id, ""));
          }
        });
    assertThat(CommandLineUnderTest.run("audit", "verify", "--file", trail.toString()).exit())
        .isZero();
  }

  private void send(String path, String body) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).doesNotContain("reason");
  }

  private JsonNode get(String path) throws Exception {
    return JSON.readTree(
        ApiAnswers.checked(
                http.send(
                    HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
                    HttpResponse.BodyHandlers.ofString()))
            .body());
  }
}
