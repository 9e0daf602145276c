package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceContext;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Workflows from the library that services link to the answers of two processors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceQueryIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WORKFLOWS = 40;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ProcessorApp> processors = new ArrayList<>();

  private PipelineFixture kafka;
  private TraceEmitter emitter;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = PipelineFixture.start(directory);
    for (String name : List.of("first", "second")) {
      TracetideConfig config =
          ConfigReader.parse(
              "processor: {instanceId: %s}".formatted(name),
              kafka.config(directory.resolve(name)),
              Map.of());
      processors.add(
          ProcessorApp.start(
              config.processor(), config.kafka(), config.registry(), Clock.systemUTC()));
    }
    for (ProcessorApp processor : processors) {
      new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
    }
    emitter =
        TraceEmitter.builder()
            .bootstrapServers(kafka.bootstrapServers())
            .schemaRegistry(kafka.registryUrl())
            .serviceName("agents")
            .build();
  }

  @AfterAll
  void stop() {
    emitter.close();
    processors.forEach(ProcessorApp::close);
    kafka.close();
  }

  @Test
  void shouldShowWorkflowsInFlightFromEveryInstance() throws Exception {
    List<String> open = new ArrayList<>();
    for (int i = 0; i < WORKFLOWS; i++) {
      TraceContext context = new TraceContext("ctx-" + i, "plan-7", null, null, null);
      ExecutionTrace workflow = emitter.startExecutionTrace("plan trip", context, Map.of());
      workflow.planStep("compare flights");
      workflow.progress(30);
      workflow.approvalRequested("payment", "planner");
      open.add(workflow.traceId());
    }
    ExecutionTrace failed = emitter.startExecutionTrace("plan trip");
    failed.child("search").complete();
    failed.fail(new IllegalStateException("no seat"));
    assertThat(emitter.flush(PATIENCE)).isTrue();

    for (ProcessorApp processor : processors) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode dashboard = get(processor, "/monitoring/dashboard", 200);
                assertThat(dashboard.at("/partial").asBoolean()).isFalse();
                assertThat(dashboard.at("/totals/inFlight").asInt()).isEqualTo(WORKFLOWS);
                assertThat(walk(processor, "state=in_flight&service=agents&limit=7"))
                    .containsExactlyInAnyOrderElementsOf(open);
              });
      for (String id : open) {
        JsonNode trace = get(processor, "/monitoring/traces/" + id, 200);
        assertThat(trace.at("/state").asText()).isEqualTo("running");
        assertThat(trace.at("/progressPercentage").asDouble()).isEqualTo(30);
        assertThat(trace.at("/context/planId").asText()).isEqualTo("plan-7");
        assertThat(trace.at("/events").findValuesAsText("kind"))
            .contains("started", "plan_execution", "approval_workflow");
      }
      JsonNode ended = get(processor, "/monitoring/traces/" + failed.traceId(), 200);
      assertThat(ended.at("/state").asText()).isEqualTo("failed");
      assertThat(ended.at("/error/message").asText()).isEqualTo("no seat");
      assertThat(ended.at("/spans")).hasSize(2);
      assertThat(walk(processor, "context=ctx-3")).containsExactly(open.get(3));
      assertThat(walk(processor, "state=failed")).containsExactly(failed.traceId());
      assertThat(walk(processor, "state=stuck,abandoned")).isEmpty();
      assertThat(get(processor, "/monitoring/traces/nobody", 404).at("/detail").asText())
          .contains("nobody");
    }
  }

  private List<String> walk(ProcessorApp processor, String query) throws Exception {
    List<String> listed = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = get(processor, "/monitoring/traces?" + query + cursor, 200);
      assertThat(page.at("/partial").asBoolean()).isFalse();
      page.at("/traces").forEach(trace -> listed.add(trace.at("/traceId").asText()));
      cursor = page.at("/cursor").isNull() ? "" : "&cursor=" + page.at("/cursor").asText();
    } while (!cursor.isEmpty());
    return listed;
  }

  private JsonNode get(ProcessorApp processor, String path, int status) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            http.send(
                HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }
}
