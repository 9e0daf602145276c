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
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dry run of contracts over a real broker and registry. */
class ContractsCommandIT {
  private static final String TENANT = "contracts-" + UUID.randomUUID();

  @TempDir Path directory;

  private final PipelineFixture platform = PipelineFixture.shared();

  @Test
  void shouldPrintWhatWouldHaveFired() throws Exception {
    send("slow", 9_000_000);
    send("fast", 1_000);
    Path config =
        Files.writeString(
            directory.resolve("tracetide.yaml"),
            """
            registry: {url: "%s"}
            processor:
              contracts:
                - { name: quick, match: { tenant: "%s" }, maxLatencyMs: 5000 }
            """
                .formatted(platform.registryUrl(), TENANT));
    String[] command = {
      "contracts",
      "dry-run",
      "-c",
      config.toString(),
      "--bootstrap-servers",
      platform.bootstrapServers()
    };

    ByteArrayOutputStream text = new ByteArrayOutputStream();
    assertThat(run(text, command)).isEqualTo(ExitCodes.FAILURE);

    assertThat(text.toString(UTF_8))
        .contains(
            "HIGH CONTRACT LATENCY quick.maxLatencyMs: tenant " + TENANT + ", shop POST /pay",
            "contract quick is broken in maxLatencyMs: it took 9 s, at most 5 s is allowed",
            "1 trace: slow");
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    run(json, "contracts", "dry-run", "-c", config.toString(), command[4], command[5], "--json");
    JsonNode finding = new ObjectMapper().readTree(json.toByteArray()).path("findings").get(0);
    assertThat(finding.path("rule").asText()).isEqualTo("quick.maxLatencyMs");
    assertThat(finding.path("traceIds").get(0).asText()).isEqualTo("slow");
  }

  private void send(String traceId, long durationMicros) {
    try (HttpSchemaRegistry registry =
            HttpSchemaRegistry.create(RegistrySettings.of(platform.registryUrl()));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", platform.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      byte[] value =
          new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class)
              .encode(
                  TraceEvent.newBuilder()
                      .setTenantId(TENANT)
                      .setType(TraceEventType.COMPLETED)
                      .setTraceId(traceId)
                      .setServiceName("shop")
                      .setOperationName("POST /pay")
                      .setTimestamp(Instant.now())
                      .setDurationMicros(durationMicros)
                      .build());
      producer.send(new ProducerRecord<>(Topics.TRACES, traceId.getBytes(UTF_8), value));
      producer.flush();
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
