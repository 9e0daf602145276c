package io.tracetide.gateway;

import static io.tracetide.gateway.RunningGateway.JSON;
import static io.tracetide.gateway.RunningGateway.PROTOBUF;
import static io.tracetide.gateway.RunningGateway.contentType;
import static io.tracetide.gateway.RunningGateway.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import io.tracetide.gateway.format.otlp.Measurements;
import io.tracetide.gateway.format.otlp.Spans;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayAppTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Instant end = Instant.now().minusSeconds(1);

  @Test
  void shouldPutSpansIntoKafkaKeyedByTraceAtTheirOwnTime() {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpResponse<byte[]> response =
          gateway.post(
              "/v1/traces",
              PROTOBUF,
              Spans.request("cart", Spans.span(end), Spans.span(end)).toByteArray());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(contentType(response)).isEqualTo(PROTOBUF);
      assertThat(response.body()).isEmpty();
      assertThat(gateway.kafka.history())
          .hasSize(2)
          .allSatisfy(
              record -> {
                assertThat(record.topic()).isEqualTo("traces");
                assertThat(record.key()).asString().isEqualTo(Spans.TRACE_ID);
                assertThat(record.timestamp()).isEqualTo(end.toEpochMilli());
              });
      assertThat(gateway.events())
          .extracting(TraceEvent::getServiceName, TraceEvent::getTenantId)
          .containsOnly(tuple("cart", "default"));
    }
  }

  /** The keys of a response are in the documented order. */
  @Test
  void shouldAnswerWithKeysInTheDocumentedOrder() {
    try (RunningGateway gateway = RunningGateway.start()) {
      String good =
          "{\"type\":\"COMPLETED\",\"traceId\":\"t\",\"serviceName\":\"a\",\"operationName\":\"b\"}";

      assertThat(text(gateway.post("/v1/trace-events", JSON, ("[" + good + "]").getBytes(UTF_8))))
          .isEqualTo("{\"accepted\":1,\"rejected\":[]}");
      assertThat(
              text(gateway.post("/v1/trace-events", JSON, ("[" + good + ",{}]").getBytes(UTF_8))))
          .matches("\\{\"accepted\":1,\"rejected\":\\[\\{\"index\":1,\"reason\":\"[^\"]+\"}]}");
      assertThat(text(gateway.post("/v1/trace-events", JSON, "[".getBytes(UTF_8))))
          .matches("\\{\"type\":\"about:blank\",\"title\":.*,\"status\":400,\"detail\":.*}");
      assertThat(text(gateway.post("/v1/traces", JSON, "[".getBytes(UTF_8))))
          .matches("\\{\"code\":\\d+,\"message\":.*}");
      assertThat(
              text(
                  gateway.post(
                      "/v1/traces",
                      JSON,
                      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{}]}]}]}".getBytes(UTF_8))))
          .matches("\\{\"partialSuccess\":\\{\"rejectedSpans\":\"1\",\"errorMessage\":.*}}");
    }
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), UTF_8);
  }

  @Test
  void shouldReadGzipJsonAndNativeEvents() throws IOException {
    try (RunningGateway gateway = RunningGateway.start()) {
      byte[] otlp =
          """
          {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"js"}}]},
          "scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%s","name":"n","startTimeUnixNano":"%d","endTimeUnixNano":"%d"}]}]}]}
          """
              .formatted(Spans.TRACE_ID, Spans.SPAN_ID, Spans.nanos(end) - 5, Spans.nanos(end))
              .getBytes(StandardCharsets.UTF_8);
      byte[] events =
          """
          [{"type":"STARTED","traceId":"t","serviceName":"curl","operationName":"o","timestamp":"%s"},
           {"type":"STARTED"}]
          """
              .formatted(end)
              .getBytes(StandardCharsets.UTF_8);

      HttpResponse<byte[]> first =
          gateway.post(
              "/v1/traces", JSON + "; charset=utf-8", gzip(otlp), "content-encoding", "gzip");
      HttpResponse<byte[]> second = gateway.post("/v1/trace-events", JSON, events);

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.body()).asString().isEqualTo("{}");
      assertThat(second.statusCode()).isEqualTo(200);
      JsonNode answer = MAPPER.readTree(second.body());
      assertThat(answer.path("accepted").asInt()).isEqualTo(1);
      assertThat(answer.at("/rejected/0/index").asInt()).isEqualTo(1);
      assertThat(answer.at("/rejected/0/reason").asText()).startsWith("invalid_field: traceId");
      assertThat(gateway.events())
          .extracting(TraceEvent::getServiceName)
          .containsExactly("js", "curl");
    }
  }

  @Test
  void shouldReadZipkinMetricsAndLines() throws IOException {
    try (RunningGateway gateway = RunningGateway.start()) {
      String zipkin =
          "{\"traceId\":\"1\",\"id\":\"2\",\"timestamp\":%d,\"duration\":5}"
              .formatted(end.toEpochMilli() * 1_000);
      String line =
          "{\"type\":\"STARTED\",\"traceId\":\"t\",\"serviceName\":\"s\",\"operationName\":\"o\"}";

      HttpResponse<byte[]> spans =
          gateway.post(
              "/api/v2/spans",
              JSON,
              gzip(("[" + zipkin + "]").getBytes(StandardCharsets.UTF_8)),
              "content-encoding",
              "gzip");
      HttpResponse<byte[]> some =
          gateway.post(
              "/api/v2/spans", JSON, ("[{}," + zipkin + "]").getBytes(StandardCharsets.UTF_8));
      HttpResponse<byte[]> none =
          gateway.post("/api/v2/spans", JSON, "[".getBytes(StandardCharsets.UTF_8));
      HttpResponse<byte[]> metrics =
          gateway.post(
              "/v1/metrics",
              PROTOBUF,
              Measurements.request("cart", Measurements.gauge("g", Measurements.number(1)))
                  .toByteArray());
      HttpResponse<byte[]> lines =
          gateway.post(
              "/v1/trace-events",
              "application/x-ndjson",
              (line + "\n{oops\n" + line).getBytes(StandardCharsets.UTF_8));

      assertThat(spans.statusCode()).isEqualTo(202);
      assertThat(spans.body()).isEmpty();
      assertThat(some.statusCode()).isEqualTo(202);
      assertThat(MAPPER.readTree(some.body()).path("accepted").asInt()).isEqualTo(1);
      assertThat(none.statusCode()).isEqualTo(400);
      assertThat(contentType(none)).isEqualTo("text/plain");
      assertThat(metrics.statusCode()).isEqualTo(200);
      assertThat(lines.statusCode()).isEqualTo(200);
      assertThat(MAPPER.readTree(lines.body()).at("/rejected/0/index").asInt()).isEqualTo(1);
      assertThat(gateway.kafka.history())
          .extracting(record -> record.topic())
          .containsExactly("traces", "traces", "metrics", "traces", "traces");
    }
  }

  @Test
  void shouldAnswerPartialSuccessWhenSomeSpansAreRefused() throws IOException {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpResponse<byte[]> response =
          gateway.post(
              "/v1/traces",
              PROTOBUF,
              Spans.request(
                      "cart",
                      Spans.span(end),
                      Spans.span(end.plusSeconds(3_600)),
                      Spans.span(end).setTraceId(ByteString.EMPTY))
                  .toByteArray());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(
              ExportTraceServiceResponse.parseFrom(response.body())
                  .getPartialSuccess()
                  .getRejectedSpans())
          .isEqualTo(2);
      assertThat(gateway.kafka.history()).hasSize(1);
    }
  }

  @Test
  void shouldAnswerOnlyWhenKafkaHasAcknowledgedEveryRecord() throws Exception {
    try (RunningGateway gateway = RunningGateway.start(RunningGateway.config(64 << 20), false)) {
      CompletableFuture<HttpResponse<byte[]>> response =
          gateway.postAsync(
              "/v1/traces",
              PROTOBUF,
              Spans.request("cart", Spans.span(end), Spans.span(end)).toByteArray());
      await().until(() -> gateway.kafka.history().size() == 2);

      gateway.kafka.completeNext();
      assertThat(response).failsWithin(Duration.ofMillis(200));
      assertThat(gateway.counter("tracetide_gateway_inflight_bytes")).isPositive();

      gateway.kafka.completeNext();
      assertThat(response.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      await().until(() -> gateway.counter("tracetide_gateway_inflight_bytes") == 0);
    }
  }

  @Test
  void shouldAnswer503WhenKafkaDoesNotAcknowledge() throws Exception {
    try (RunningGateway gateway = RunningGateway.start(RunningGateway.config(64 << 20), false)) {
      CompletableFuture<HttpResponse<byte[]>> response =
          gateway.postAsync(
              "/v1/traces",
              PROTOBUF,
              Spans.request("cart", Spans.span(end), Spans.span(end)).toByteArray());
      await().until(() -> gateway.kafka.history().size() == 2);
      gateway.kafka.completeNext();
      gateway.kafka.errorNext(new TimeoutException("Expiring 1 record(s)"));

      HttpResponse<byte[]> answer = response.get(5, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(UnknownFieldSet.parseFrom(answer.body()).getField(1).getVarintList())
          .containsExactly(14L);
      assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
      assertThat(gateway.get("/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseTheOneRecordThatKafkaCallsTooLarge() throws Exception {
    try (RunningGateway gateway = RunningGateway.start(RunningGateway.config(64 << 20), false)) {
      CompletableFuture<HttpResponse<byte[]>> response =
          gateway.postAsync(
              "/v1/traces",
              PROTOBUF,
              Spans.request("cart", Spans.span(end), Spans.span(end)).toByteArray());
      await().until(() -> gateway.kafka.history().size() == 2);
      gateway.kafka.errorNext(new RecordTooLargeException("large"));
      gateway.kafka.completeNext();

      HttpResponse<byte[]> answer = response.get(5, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(
              ExportTraceServiceResponse.parseFrom(answer.body())
                  .getPartialSuccess()
                  .getErrorMessage())
          .contains("1 too_large");
    }
  }

  @Test
  void shouldTrimAHugeSpanAndAcceptItWithTheOthers() {
    Span.Builder huge = Spans.span(end).addAttributes(Spans.text("blob", "x".repeat(2 << 20)));
    for (int i = 0; i < 128; i++) {
      Span.Event.Builder event = Span.Event.newBuilder().setName("e");
      for (int j = 0; j < 8; j++) {
        event.addAttributes(Spans.text("k" + j, "v".repeat(1_500)));
      }
      huge.addEvents(event);
    }
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpResponse<byte[]> response =
          gateway.post(
              "/v1/traces", PROTOBUF, Spans.request("cart", Spans.span(end), huge).toByteArray());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(gateway.events()).hasSize(2);
      assertThat(gateway.events().get(1).getEvents()).isEmpty();
      assertThat(gateway.events().get(1).getTags().get("blob")).hasSize(4_096);
      assertThat(gateway.kafka.history().get(1).value().length).isLessThan(1_000_000);
    }
  }

  @Test
  void shouldRefuseUntilKafkaAndRegistryHaveBeenReached() {
    MockProducer<byte[], byte[]> kafka = RunningGateway.producer(true);
    kafka.partitionsForException = new TimeoutException("Topic traces not present in metadata");
    SwitchableRegistry registry = new SwitchableRegistry();
    try (RunningGateway gateway = RunningGateway.start(kafka, registry)) {
      byte[] body = Spans.request("cart", Spans.span(end)).toByteArray();

      HttpResponse<byte[]> refused = gateway.post("/v1/traces", PROTOBUF, body);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.get("/readyz").body()).contains("kafka");

      kafka.partitionsForException = null;
      await().until(() -> gateway.app.health().report().down().equals(List.of("schema-registry")));
      assertThat(gateway.post("/v1/traces", PROTOBUF, body).statusCode()).isEqualTo(503);

      registry.available = true;
      gateway.awaitReady();
      assertThat(gateway.post("/v1/traces", PROTOBUF, body).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldStartAndRefuseAtOnceWhileNothingBehindItIsThere() throws IOException {
    int nobody = closedPort();
    KafkaConfig kafka = new KafkaConfig("127.0.0.1:" + nobody, Map.of());
    RegistryConfig registry =
        new RegistryConfig(
            "http://127.0.0.1:" + nobody,
            "",
            Secret.NONE,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    try (GatewayApp app =
        GatewayApp.start(
            RunningGateway.config(GatewayConfig.defaults().inFlightBytes()),
            kafka,
            registry,
            Clock.systemUTC())) {
      byte[] body = Spans.request("cart", Spans.span(end)).toByteArray();

      assertThat(RunningGateway.send(app.url() + "/v1/traces", PROTOBUF, body).join().statusCode())
          .isEqualTo(503);
      assertThat(app.health().report().down()).containsExactly("kafka", "schema-registry");
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void shouldRefuseWhatItDoesNotRead() throws IOException {
    try (RunningGateway gateway = RunningGateway.start()) {
      byte[] body = Spans.request("cart", Spans.span(end)).toByteArray();

      assertThat(gateway.post("/v1/traces", "text/plain", body).statusCode()).isEqualTo(415);
      assertThat(gateway.post("/v1/traces", "", body).statusCode()).isEqualTo(415);
      assertThat(gateway.post("/v1/trace-events", PROTOBUF, body).statusCode()).isEqualTo(415);
      assertThat(
              gateway
                  .post("/v1/traces", PROTOBUF, body, "content-encoding", "gzip, gzip")
                  .statusCode())
          .isEqualTo(415);
      assertThat(gateway.get("/v1/traces").statusCode()).isEqualTo(405);
      assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(404);
      assertThat(gateway.get("/").statusCode()).isEqualTo(200);

      HttpResponse<byte[]> malformed = gateway.post("/v1/traces", PROTOBUF, new byte[] {10, 99});
      assertThat(malformed.statusCode()).isEqualTo(400);
      assertThat(contentType(malformed)).isEqualTo(PROTOBUF);
      assertThat(UnknownFieldSet.parseFrom(malformed.body()).getField(1).getVarintList())
          .containsExactly(3L);
      HttpResponse<byte[]> malformedJson =
          gateway.post("/v1/traces", JSON, "{".getBytes(StandardCharsets.UTF_8));
      assertThat(malformedJson.statusCode()).isEqualTo(400);
      assertThat(MAPPER.readTree(malformedJson.body()).path("code").asInt()).isEqualTo(3);
      HttpResponse<byte[]> malformedEvent =
          gateway.post("/v1/trace-events", JSON, "{".getBytes(StandardCharsets.UTF_8));
      assertThat(malformedEvent.statusCode()).isEqualTo(400);
      assertThat(contentType(malformedEvent)).isEqualTo("application/problem+json");
      HttpResponse<byte[]> notGzip =
          gateway.post("/v1/traces", PROTOBUF, body, "content-encoding", "gzip");
      assertThat(notGzip.statusCode()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /, 405, 'GET, HEAD'",
    "PUT, /v1/traces, 405, POST",
    "GET, /v1/metrics, 405, POST",
    "DELETE, /api/v2/spans, 405, POST",
    "OPTIONS, /v1/trace-events, 405, POST",
    "POST, /livez, 405, 'GET, HEAD'",
    "POST, /v1/trace, 404, ",
    "POST, /v1/traces/, 404, ",
    "POST, /api/v1/spans, 404, "
  })
  void shouldListThePathsInTheResponseToAnUnknownOne(
      String method, String path, int status, String allow) throws Exception {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(gateway.app.url() + path))
                      .header("content-type", JSON)
                      .method(method, HttpRequest.BodyPublishers.ofString("[]"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("allow").orElse(null)).isEqualTo(allow);
      assertThat(MAPPER.readTree(answer.body()).path("detail").asText())
          .contains(status == 405 ? "but " + allow : "POST /v1/traces");
    }
  }

  @Test
  void shouldReadBodiesUnderEveryNameOfTheSameTypeAndCoding() {
    try (RunningGateway gateway = RunningGateway.start()) {
      byte[] plain = Spans.request("cart", Spans.span(end)).toByteArray();

      for (String type :
          List.of(
              PROTOBUF,
              "Application/X-Protobuf",
              PROTOBUF + ";charset=utf-8",
              PROTOBUF + " ; v=1")) {
        assertThat(gateway.post("/v1/traces", type, plain).statusCode()).as(type).isEqualTo(200);
      }
      for (String coding :
          List.of("gzip", "GZIP", "x-gzip", "X-GZip", "identity, gzip", " gzip ")) {
        assertThat(
                gateway
                    .post("/v1/traces", PROTOBUF, gzip(plain), "content-encoding", coding)
                    .statusCode())
            .as(coding)
            .isEqualTo(200);
      }
      for (String coding : List.of("identity", "Identity", "identity, identity")) {
        assertThat(
                gateway
                    .post("/v1/traces", PROTOBUF, plain, "content-encoding", coding)
                    .statusCode())
            .as(coding)
            .isEqualTo(200);
      }
      HttpResponse<byte[]> refused =
          gateway.post("/v1/traces", PROTOBUF, plain, "content-encoding", "br");
      assertThat(refused.statusCode()).isEqualTo(415);
      assertThat(refused.headers().firstValue("accept-encoding")).hasValue("gzip, identity");
      assertThat(gateway.post("/v1/traces", PROTOBUF, new byte[0]).statusCode()).isEqualTo(200);
      assertThat(gateway.post("/v1/traces", JSON, new byte[0]).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void shouldRefuseBombsAndGiveTheirRoomBack() {
    byte[] zeros = new byte[21 << 20];
    byte[] half = gzip(new byte[11 << 20]);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(half);
    members.writeBytes(half);
    try (RunningGateway gateway = RunningGateway.start()) {
      for (byte[] bomb : List.of(gzip(zeros), members.toByteArray())) {
        HttpResponse<byte[]> response =
            gateway.post("/v1/traces", PROTOBUF, bomb, "content-encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(413);
      }
      assertThat(gateway.post("/v1/traces", PROTOBUF, new byte[5 << 20]).statusCode())
          .isEqualTo(413);
      await().until(() -> gateway.counter("tracetide_gateway_inflight_bytes") == 0);
    }
  }

  @Test
  void shouldRefuseRequestsThatFindNoRoomAndServeAgainWhenThereIs() throws Exception {
    BodyLimits body = new BodyLimits(100_000, 100_000, 100_000, 1_000, 64, 1_000);
    try (RunningGateway gateway =
        RunningGateway.start(RunningGateway.config(300_000, body), false)) {
      Span.Builder span = Spans.span(end);
      for (int i = 0; i < 20; i++) {
        span.addAttributes(Spans.text("k" + i, "v".repeat(4_000)));
      }
      byte[] request = Spans.request("cart", span).toByteArray();
      List<CompletableFuture<HttpResponse<byte[]>>> held = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int sent = i + 1;
        held.add(gateway.postAsync("/v1/traces", PROTOBUF, request));
        await().until(() -> gateway.kafka.history().size() == sent);
      }

      HttpResponse<byte[]> refused = gateway.post("/v1/traces", PROTOBUF, request);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();

      while (gateway.kafka.completeNext()) {
        // All that waits.
      }
      for (CompletableFuture<HttpResponse<byte[]>> response : held) {
        assertThat(response.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
      CompletableFuture<HttpResponse<byte[]>> again =
          gateway.postAsync("/v1/traces", PROTOBUF, request);
      await().until(() -> gateway.kafka.completeNext());
      assertThat(again.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldCountEveryRecordAsAcceptedOrRefused() {
    try (RunningGateway gateway = RunningGateway.start()) {
      byte[] mixed =
          Spans.request(
                  "cart",
                  Spans.span(end),
                  Spans.span(end).setSpanId(ByteString.EMPTY),
                  Spans.span(end))
              .toByteArray();
      byte[] cut = Arrays.copyOf(mixed, mixed.length - 1);
      gateway.post("/v1/traces", PROTOBUF, mixed);
      gateway.post("/v1/traces", PROTOBUF, cut);
      gateway.post("/v1/trace-events", JSON, "[{}, {}, 1".getBytes(StandardCharsets.UTF_8));
      gateway.kafka.sendException = new TimeoutException("away");
      gateway.post("/v1/traces", PROTOBUF, mixed);

      double accepted = gateway.counter("tracetide_gateway_records_accepted_total");
      double refused = gateway.counter("tracetide_gateway_records_refused_total");
      assertThat(accepted).isEqualTo(2);
      assertThat(gateway.counter("tracetide_gateway_records_received_total"))
          .isEqualTo(accepted + refused);
    }
  }

  /** A registry that is unavailable at first. */
  private static final class SwitchableRegistry implements SchemaRegistry {

    private final InMemorySchemaRegistry known = new InMemorySchemaRegistry();
    private volatile boolean available;

    @Override
    public int register(String subject, Schema schema) {
      requireAvailable();
      return known.register(subject, schema);
    }

    @Override
    public int lookup(String subject, Schema schema) {
      requireAvailable();
      return known.lookup(subject, schema);
    }

    @Override
    public Schema schemaById(int id) {
      requireAvailable();
      return known.schemaById(id);
    }

    @Override
    public void setCompatibility(String subject, String level) {
      requireAvailable();
      known.setCompatibility(subject, level);
    }

    @Override
    public void close() {}

    private void requireAvailable() {
      if (!available) {
        throw new RegistryUnavailableException("the registry is away", null);
      }
    }
  }
}
