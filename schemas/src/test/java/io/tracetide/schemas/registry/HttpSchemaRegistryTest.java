package io.tracetide.schemas.registry;

import static io.tracetide.schemas.registry.RegistryStub.ok;
import static io.tracetide.schemas.registry.RegistryStub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.registry.RegistryStub.Asked;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSchemaRegistryTest {

  private static final Schema SCHEMA = SeriesKey.getClassSchema();
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"Schema 7 not found\"}";

  private final RegistryStub stub = new RegistryStub();
  private final ManualPace pace = new ManualPace();
  private final HttpSchemaRegistry registry = registry(stub.url());

  @AfterEach
  void stop() {
    registry.close();
    stub.close();
  }

  @Test
  void shouldRequestASchemaOnceAndCacheIt() {
    stub.then(ok(schemaAnswer(SCHEMA.toString())));

    assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);
    assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);

    assertThat(stub.asked()).containsExactly(new Asked("GET", "/schemas/ids/7", "", null));
  }

  @Test
  void shouldRegisterOnceAndCacheTheSchemaByItsId() throws IOException {
    stub.then(ok("{\"id\":12}"));

    assertThat(registry.register("a b/c-value", SCHEMA)).isEqualTo(12);
    assertThat(registry.register("a b/c-value", SCHEMA)).isEqualTo(12);
    assertThat(registry.schemaById(12)).isEqualTo(SCHEMA);

    assertThat(stub.asked()).hasSize(1);
    Asked asked = stub.asked().get(0);
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.path()).isEqualTo("/subjects/a%20b%2Fc-value/versions");
    String sent = new ObjectMapper().readTree(asked.body()).path("schema").asText();
    assertThat(new Schema.Parser().parse(sent)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldNotRegisterOnLookup() {
    stub.then(ok("{\"subject\":\"s-value\",\"id\":3,\"version\":1,\"schema\":\"{}\"}"));

    assertThat(registry.lookup("s-value", SCHEMA)).isEqualTo(3);

    assertThat(stub.asked()).hasSize(1);
    assertThat(stub.asked().get(0).path()).isEqualTo("/subjects/s-value");
  }

  @Test
  void shouldThrowUnknownSchemaWhenALookupFindsNone() {
    stub.always(status(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}"));

    assertThatThrownBy(() -> registry.lookup("s-value", SCHEMA))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("s-value");
  }

  @Test
  void shouldSetTheCompatibilityOfASubject() {
    stub.then(ok("{\"compatibility\":\"BACKWARD_TRANSITIVE\"}"));

    registry.setCompatibility("traces-value", "BACKWARD_TRANSITIVE");

    assertThat(stub.asked())
        .containsExactly(
            new Asked(
                "PUT",
                "/config/traces-value",
                "{\"compatibility\":\"BACKWARD_TRANSITIVE\"}",
                null));
  }

  @Test
  void shouldRefuseAnIncompatibleSchemaWithTheRegistrysReason() {
    stub.always(status(409, "{\"error_code\":409,\"message\":\"reader misses field x\"}"));

    assertThatThrownBy(() -> registry.register("s-value", SCHEMA))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("s-value")
        .hasMessageContaining("reader misses field x");
    assertThat(stub.asked()).hasSize(1);
  }

  @Test
  void shouldSendAtMostTwoRequestsForAThousandRecordsWithTheSameUnknownId() {
    stub.always(status(404, UNKNOWN));

    for (int i = 0; i < 1_000; i++) {
      assertThatThrownBy(() -> registry.schemaById(7)).isInstanceOf(UnknownSchemaException.class);
    }

    assertThat(stub.asked()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void shouldRequestAnUnknownIdAgainAfterAMinute() {
    stub.then(status(404, UNKNOWN)).then(ok(schemaAnswer(SCHEMA.toString())));
    assertThatThrownBy(() -> registry.schemaById(7)).isInstanceOf(UnknownSchemaException.class);
    pace.advance(Duration.ofSeconds(59));
    assertThatThrownBy(() -> registry.schemaById(7)).isInstanceOf(UnknownSchemaException.class);
    assertThat(stub.asked()).hasSize(1);

    pace.advance(Duration.ofSeconds(2));

    assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldNotRequestNegativeIds() {
    assertThatThrownBy(() -> registry.schemaById(-1)).isInstanceOf(UnknownSchemaException.class);

    assertThat(stub.asked()).isEmpty();
  }

  @Test
  void shouldTreatA404WithoutCodeAsAWrongUrl() {
    stub.then(status(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}"))
        .then(status(404, "<html>not here</html>"))
        .then(ok("<html>welcome</html>"));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> registry.schemaById(7))
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("check");
    }

    assertThat(stub.asked()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 400, 401, 403, 405})
  void shouldNotRetryNorFollowResponsesThatNeedAnOperator(int status) {
    stub.always(status(status, "", "Location", stub.url() + "/elsewhere"));

    assertThatThrownBy(() -> registry.schemaById(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining(Integer.toString(status));

    assertThat(stub.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void shouldRetryAfterAServerError(int status) {
    stub.then(status(status, ""))
        .then(status(status, "{\"error_code\":50001}"))
        .then(ok(schemaAnswer(SCHEMA.toString())));

    assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);

    assertThat(stub.asked()).hasSize(3);
    assertThat(pace.slept()).hasSize(2);
    assertThat(pace.slept().get(0)).isLessThanOrEqualTo(Duration.ofMillis(200));
    assertThat(pace.slept().get(1)).isLessThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void shouldWaitForRetryAfterUpToACap() {
    stub.then(status(503, "", "Retry-After", "7"))
        .then(status(429, "", "Retry-After", "86400"))
        .then(ok(schemaAnswer(SCHEMA.toString())));

    registry.schemaById(7);

    assertThat(pace.slept()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(10));
  }

  @Test
  void shouldFailAfterTheLastAttemptAndRetryOnTheNextCall() {
    stub.always(status(503, ""));
    assertThatThrownBy(() -> registry.schemaById(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("503");
    assertThat(stub.asked()).hasSize(4);

    stub.always(ok(schemaAnswer(SCHEMA.toString())));

    assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldDistinguishNoConnectionFromAnUnknownSchema() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    HttpSchemaRegistry unreachable = registry("http://127.0.0.1:" + free);

    assertThatThrownBy(() -> unreachable.schemaById(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("127.0.0.1:" + free);
    assertThat(pace.slept()).hasSize(3);
  }

  @Test
  void shouldKeepKnownSchemasWorkingWhileTheRegistryIsDown() {
    stub.then(ok(schemaAnswer(SCHEMA.toString())));
    registry.schemaById(7);
    stub.close();

    for (int i = 0; i < 1_000; i++) {
      assertThat(registry.schemaById(7)).isEqualTo(SCHEMA);
    }
    assertThatThrownBy(() -> registry.schemaById(8))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void shouldTimeOutWhenTheBodyArrivesTooSlowly() {
    CountDownLatch never = new CountDownLatch(1);
    stub.always(
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    HttpSchemaRegistry hasty =
        HttpSchemaRegistry.create(
            new RegistrySettings(
                stub.url(), "", "", Duration.ofSeconds(1), Duration.ofMillis(200), 2),
            pace,
            new Random(1));

    assertThatThrownBy(() -> hasty.schemaById(7))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("200 ms");
    never.countDown();
  }

  @Test
  void shouldRefuseASchemaBeyondTheSizeLimitForGood() {
    stub.always(ok(schemaAnswer("\"" + "x".repeat(RegistryHttp.MAX_BODY_BYTES) + "\"")));

    assertThatThrownBy(() -> registry.schemaById(7))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("262144");
    assertThatThrownBy(() -> registry.schemaById(7)).isInstanceOf(UnknownSchemaException.class);
    assertThat(stub.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schema\":\"{}\"}",
        "{\"schema\":\"syntax = proto3;\",\"schemaType\":\"PROTOBUF\"}",
        "{\"schema\":\"\\\"string\\\"\",\"references\":[{\"name\":\"a\"}]}"
      })
  void shouldRefuseSchemasThatAvroCannotUse(String answer) {
    stub.always(ok(answer));

    assertThatThrownBy(() -> registry.schemaById(7)).isInstanceOf(UnknownSchemaException.class);
  }

  @Test
  void shouldMakeOneCallWhenManyThreadsMissTheSameId() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    stub.always(
        exchange -> {
          arrived.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          ok(schemaAnswer(SCHEMA.toString())).answer(exchange);
        });
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Schema>> answers = new ArrayList<>();
      IntStream.range(0, 16)
          .forEach(i -> answers.add(threads.submit(() -> registry.schemaById(7))));
      arrived.await();
      release.countDown();
      for (Future<Schema> answer : answers) {
        assertThat(answer.get()).isEqualTo(SCHEMA);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(stub.asked()).hasSize(1);
  }

  @Test
  void shouldSwitchToTheNextUrlWhenOneFails() {
    try (RegistryStub broken = new RegistryStub()) {
      broken.always(status(503, ""));
      stub.then(ok(schemaAnswer(SCHEMA.toString()))).then(ok(schemaAnswer(SCHEMA.toString())));
      HttpSchemaRegistry both = registry(broken.url() + " , " + stub.url() + "/");

      both.schemaById(1);
      both.schemaById(2);

      assertThat(broken.asked()).hasSize(1);
      assertThat(stub.asked()).hasSize(2);
      assertThat(pace.slept()).isEmpty();
    }
  }

  @Test
  void shouldSendCredentialsAndMaskThem() {
    stub.always(status(401, "{\"error_code\":401,\"message\":\"no\"}"));
    RegistrySettings settings = RegistrySettings.of(stub.url()).withCredentials("me", "s3cr3t");
    HttpSchemaRegistry known = HttpSchemaRegistry.create(settings, pace, new Random(1));

    assertThatThrownBy(() -> known.schemaById(7))
        .hasMessageContaining("401")
        .hasMessageNotContaining("s3cr3t");

    assertThat(stub.asked().get(0).authorization()).isEqualTo("Basic bWU6czNjcjN0");
    assertThat(settings.toString()).contains("me").doesNotContain("s3cr3t");
  }

  private HttpSchemaRegistry registry(String url) {
    return HttpSchemaRegistry.create(RegistrySettings.of(url), pace, new Random(1));
  }

  private static String schemaAnswer(String schema) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("schema", schema);
    return answer.toString();
  }
}
