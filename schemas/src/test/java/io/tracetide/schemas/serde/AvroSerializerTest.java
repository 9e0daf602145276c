package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.RegistryStub;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSerializerTest {

  private final RegistryStub stub = new RegistryStub();

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void shouldBeConfiguredAsConfluentsSerializerIs() {
    stub.then(RegistryStub.ok("{\"id\":9}"));
    try (AvroSerializer<TraceEvent> serializer = new AvroSerializer<>()) {
      serializer.configure(
          Map.of(
              "bootstrap.servers", "ignored:9092",
              "schema.registry.url", List.of(stub.url()),
              "auto.register.schemas", "true",
              "basic.auth.credentials.source", "USER_INFO",
              "basic.auth.user.info", "me:s3cr3t"),
          false);

      byte[] record = serializer.serialize("traces", SampleRecords.traceEvent());
      serializer.serialize("traces", SampleRecords.traceEvent());

      assertThat(WireFormat.schemaId(record)).isEqualTo(9);
    }
    assertThat(stub.asked()).hasSize(1);
    assertThat(stub.asked().get(0).path()).isEqualTo("/subjects/traces-value/versions");
    assertThat(stub.asked().get(0).authorization()).isEqualTo("Basic bWU6czNjcjN0");
  }

  @Test
  void shouldTakeCredentialsFromTheUrlAndUseTheSubjectOfKeys() {
    stub.then(RegistryStub.ok("{\"id\":9}"));
    try (AvroSerializer<SeriesKey> serializer = new AvroSerializer<>()) {
      serializer.configure(
          Map.of("schema.registry.url", stub.url().replace("//", "//me:s3cr3t@")), true);

      serializer.serialize(
          "window-aggregates", SeriesKey.newBuilder().setServiceName("checkout").build());
    }
    assertThat(stub.asked().get(0).path()).isEqualTo("/subjects/window-aggregates-key/versions");
    assertThat(stub.asked().get(0).authorization()).isEqualTo("Basic bWU6czNjcjN0");
  }

  @Test
  void shouldOnlyLookUpWhenItMustNotRegister() {
    stub.always(
        RegistryStub.status(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}"));
    try (AvroSerializer<TraceEvent> serializer = new AvroSerializer<>()) {
      serializer.configure(
          Map.of("schema.registry.url", stub.url(), "auto.register.schemas", false), false);

      assertThatThrownBy(() -> serializer.serialize("traces", SampleRecords.traceEvent()))
          .isInstanceOf(UnknownSchemaException.class);
    }
    assertThat(stub.asked().get(0).path()).isEqualTo("/subjects/traces-value");
  }

  @Test
  void shouldReadTheRecordTypeOfTheSchema() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    SeriesKey key = SeriesKey.newBuilder().setServiceName("checkout").build();
    byte[] record =
        new AvroSerializer<>(registry, "window-aggregates-key", SeriesKey.class)
            .serialize("any", key);
    answerSchema(SeriesKey.getClassSchema().toString());
    try (AvroDeserializer<SeriesKey> deserializer = new AvroDeserializer<>()) {
      deserializer.configure(
          Map.of("schema.registry.url", stub.url(), "specific.avro.reader", true), true);

      assertThat(deserializer.deserialize("window-aggregates", record)).isEqualTo(key);
    }
  }

  @Test
  void shouldNotLoadClassesNamedByASchema() {
    answerSchema("{\"type\":\"record\",\"name\":\"java.lang.ProcessBuilder\",\"fields\":[]}");
    try (AvroDeserializer<TraceEvent> deserializer = new AvroDeserializer<>()) {
      deserializer.configure(Map.of("schema.registry.url", stub.url()), false);

      assertThatThrownBy(() -> deserializer.deserialize("traces", new byte[] {0, 0, 0, 0, 1}))
          .isInstanceOf(MalformedRecordException.class)
          .hasMessageContaining("java.lang.ProcessBuilder")
          .extracting(e -> ((MalformedRecordException) e).reason())
          .isEqualTo(Reason.INCOMPATIBLE_SCHEMA);
    }
  }

  @Test
  void shouldLeaveTombstonesAlone() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    AvroSerde<Anomaly> serde = AvroSerde.of(registry, "anomalies", Anomaly.class);

    assertThat(serde.serializer().serialize("anomalies", null)).isNull();
    assertThat(serde.deserializer().deserialize("anomalies", null)).isNull();
  }

  @Test
  void shouldUseOneSubjectForAllTopicsOfASerde() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    AvroSerde<TraceEvent> byTopic = AvroSerde.of(registry, "traces", TraceEvent.class);
    AvroSerde<TraceEvent> bySubject = AvroSerde.of(registry, "traces-value", TraceEvent.class);

    byte[] record = byTopic.serializer().serialize("app-store-changelog", traceEvent());

    assertThat(bySubject.deserializer().deserialize("other", record)).isEqualTo(traceEvent());
    assertThat(registry.lookup("traces-value", TraceEvent.getClassSchema()))
        .isEqualTo(WireFormat.schemaId(record));
    assertThatThrownBy(
            () -> registry.lookup("app-store-changelog-value", TraceEvent.getClassSchema()))
        .isInstanceOf(UnknownSchemaException.class);
  }

  @Test
  void shouldReportWhichRecordDoesNotSatisfyItsSchema() {
    AvroEncoder<TraceEvent> encoder =
        new AvroEncoder<>(new InMemorySchemaRegistry(), "traces-value", TraceEvent.class);

    assertThatThrownBy(() -> encoder.encode(new TraceEvent()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("io.tracetide.schemas.TraceEvent");
    assertThat(encoder.encode(traceEvent())).isNotEmpty();
  }

  @Test
  void shouldNotServeBeforeItIsConfigured() {
    assertThatThrownBy(() -> new AvroSerializer<>().serialize("traces", traceEvent()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new AvroDeserializer<>().deserialize("traces", new byte[9]))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "schema.registry.url, ''",
    "schema.registry.url, localhost:8081",
    "auto.register.schemas, yes",
    "basic.auth.credentials.source, SASL_INHERIT",
    "basic.auth.credentials.source, USER_INFO",
    "basic.auth.user.info, nobody",
    "specific.avro.reader, false",
    "use.latest.version, true",
    "value.subject.name.strategy, io.confluent.kafka.serializers.subject.RecordNameStrategy",
    "http.read.timeout.ms, soon",
    "http.read.timeout.ms, 0",
    "max.retries, -1",
  })
  void shouldRefuseUnsupportedSettings(String key, String value) {
    Map<String, String> configs =
        new HashMap<>(Map.of("schema.registry.url", "http://127.0.0.1:8081"));
    if (key.equals("basic.auth.user.info")) {
      configs.put("basic.auth.credentials.source", "USER_INFO");
    }
    configs.put(key, value);

    assertThatThrownBy(() -> new AvroSerializer<>().configure(configs, false))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void shouldAcceptConfluentsDefaultsSpelledOut() {
    try (AvroSerializer<TraceEvent> serializer = new AvroSerializer<>()) {
      serializer.configure(
          Map.of(
              "schema.registry.url",
              "http://127.0.0.1:1,http://127.0.0.1:2",
              "use.latest.version",
              false,
              "value.subject.name.strategy",
              "io.confluent.kafka.serializers.subject.TopicNameStrategy",
              "http.connect.timeout.ms",
              1000,
              "http.read.timeout.ms",
              "2000",
              "max.retries",
              0),
          false);
    }
  }

  private static TraceEvent traceEvent() {
    return SampleRecords.traceEvent();
  }

  private void answerSchema(String schema) {
    stub.always(
        RegistryStub.ok(JsonNodeFactory.instance.objectNode().put("schema", schema).toString()));
  }
}
