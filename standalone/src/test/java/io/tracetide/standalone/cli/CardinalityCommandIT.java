package io.tracetide.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dry run over a real broker and registry. */
class CardinalityCommandIT {
  private static final String TENANT = "census-" + UUID.randomUUID();

  @TempDir Path directory;

  private final PipelineFixture platform = PipelineFixture.shared();

  @Test
  void shouldReportWhatWouldBeFoldedAndChangeNothing() throws Exception {
    send("GET /orders/", 50, "");
    send("name", 50, "x");
    Path config =
        Files.writeString(
            directory.resolve("tracetide.yaml"),
            """
            kafka: {bootstrapServers: "%s"}
            registry: {url: "%s"}
            processor: {cardinality: {operationsPerService: 20}}
            """
                .formatted(platform.bootstrapServers(), platform.registryUrl()));
    List<String> groups = groups();

    ByteArrayOutputStream json = new ByteArrayOutputStream();
    assertThat(run(json, "cardinality", "-c", config.toString(), "--from", "10m", "--json"))
        .isEqualTo(ExitCodes.FAILURE);

    JsonNode report = new ObjectMapper().readTree(json.toByteArray());
    assertThat(report.path("wholeRange").asBoolean()).isTrue();
    JsonNode tenant = null;
    for (JsonNode each : report.path("tenants")) {
      tenant = each.path("tenant").asText().equals(TENANT) ? each : tenant;
    }
    assertThat(tenant).isNotNull();
    JsonNode service = tenant.path("affected").get(0);
    assertThat(service.path("operations").asInt()).isEqualTo(100);
    assertThat(service.path("templates").asInt()).isEqualTo(51);
    assertThat(service.path("counted").asInt()).isEqualTo(20);
    assertThat(service.path("eventsTemplated").asInt()).isEqualTo(50);
    assertThat(service.path("largest").get(0).path("template").asText())
        .isEqualTo("GET /orders/{id}");
    assertThat(groups()).isEqualTo(groups);

    ByteArrayOutputStream text = new ByteArrayOutputStream();
    run(text, "cardinality", "-c", config.toString());
    assertThat(text.toString(UTF_8))
        .contains(
            "tenant " + TENANT + ": 1 services",
            "operations 100 as named, 51 after templating, 20 after limits",
            "-> GET /orders/{id} (50 events)");
  }

  private void send(String before, int names, String after) {
    try (HttpSchemaRegistry registry =
            HttpSchemaRegistry.create(RegistrySettings.of(platform.registryUrl()));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      AvroEncoder<TraceEvent> encoder =
          new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
      for (int i = 0; i < names; i++) {
        byte[] value =
            encoder.encode(
                TraceEvent.newBuilder()
                    .setTenantId(TENANT)
                    .setType(TraceEventType.COMPLETED)
                    .setTraceId("t" + i)
                    .setServiceName("shop")
                    .setOperationName(before + i + after)
                    .setTimestamp(Instant.now())
                    .setDurationMicros(1_000L)
                    .build());
        producer.send(new ProducerRecord<>(Topics.TRACES, ("t" + i).getBytes(UTF_8), value));
      }
      producer.flush();
    }
  }

  private List<String> groups() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
      List<String> groups = new ArrayList<>();
      admin.listGroups().all().get().forEach(group -> groups.add(group.groupId()));
      groups.sort(null);
      return groups;
    }
  }

  private static int run(ByteArrayOutputStream out, String... args) {
    PrintStream stdout = System.out;
    try {
      System.setOut(new PrintStream(out, true, UTF_8));
      return Main.commandLine().execute(args);
    } finally {
      System.setOut(stdout);
    }
  }
}
