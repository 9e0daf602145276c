package io.tracetide.standalone.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.life.Closers;
import io.tracetide.standalone.cli.Main;
import io.tracetide.standalone.demo.DemoConfig;
import io.tracetide.standalone.demo.DemoSchedule;
import io.tracetide.standalone.environment.DataDirectory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the demonstration's workflows, with shorter times than theirs. */
class DemoIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DemoSchedule SHORT =
      new DemoSchedule(
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMinutes(20),
          Duration.ofSeconds(50),
          Duration.ofSeconds(40),
          Duration.ofSeconds(2));

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ByteArrayOutputStream announced = new ByteArrayOutputStream();
  private Addresses addresses;

  @Test
  void shouldShowWorkThatWaitsIsStuckOrInBreachAndHowItHeals() throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("tracetide.yaml"),
            DemoConfig.text()
                    .replace("maxStepDuration: 60s", "maxStepDuration: 20s")
                    .replace("maxSilence: 30s", "maxSilence: 14s")
                    .replace("breachesAfterEnd: 2m", "breachesAfterEnd: 10s")
                + """
                  listener: {port: 0}
                standalone: {kafkaPort: 0, registryPort: 0}
                gateway: {listener: {port: 0}, grpc: {port: 0}}
                sink: {listener: {port: 0}}
                """);
    Closers closers = new Closers();
    try {
      DataDirectory data = closers.add("data", DataDirectory.claim(directory.resolve("data")));
      Progress progress = new Progress(new PrintStream(announced, true, StandardCharsets.UTF_8));
      Standalone standalone =
          Standalone.start(
              new Standalone.Options(data, List.of(config), 0, true, Main.class),
              Map.of(),
              Clock.systemUTC(),
              progress,
              closers);
      addresses = Addresses.of(directory.resolve("data"));
      standalone.startDemo(Secret.NONE, 42, SHORT, Clock.systemUTC(), progress);
      look();
    } finally {
      closers.close();
    }
  }

  private void look() {
    String waits = announced("waits for an approval");
    String silent = announced("falls silent");
    String unapproved = announced("without the approval");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(traces("in_flight"))
                  .anySatisfy(
                      trace -> {
                        assertThat(trace.path("traceId").asText()).isEqualTo(waits);
                        assertThat(trace.path("currentOperation").asText())
                            .isEqualTo("await approval");
                        assertThat(trace.path("progressPercentage").asInt()).isEqualTo(40);
                      });
              assertThat(traces("stuck"))
                  .anySatisfy(
                      trace -> {
                        assertThat(trace.path("traceId").asText()).isEqualTo(silent);
                        assertThat(trace.path("currentOperation").asText())
                            .isEqualTo("execute step 1");
                      });
              JsonNode agents = service("context-manager");
              assertThat(agents.path("inFlight").asInt()).isPositive();
              assertThat(agents.path("stuck").asInt()).isPositive();
              assertThat(agents.path("openAnomalies").asInt()).isPositive();
            });
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThatIsRaised("STUCK_TRACE", silent, "");
              assertThatIsRaised("STEP_TIMEOUT", waits, "");
              assertThatIsRaised("APPROVAL", unapproved, "");
            });
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              for (String trace : List.of(waits, silent, unapproved)) {
                assertThat(get("/monitoring/traces/" + trace).path("state").asText())
                    .isEqualTo("completed");
              }
              assertThatIsRaised("STUCK_TRACE", silent, "RESOLVED");
              assertThatIsRaised("STEP_TIMEOUT", waits, "RESOLVED");
              assertThatIsRaised("APPROVAL", unapproved, "RESOLVED");
            });
  }

  /** The workflow that the demonstration says goes wrong in this way. */
  private String announced(String what) {
    Pattern line = Pattern.compile("demo: workflow ([0-9a-f]{32}) [^\\n]*" + what);
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher found = line.matcher(announced.toString(StandardCharsets.UTF_8));
              return found.find() ? found.group(1) : "";
            },
            id -> !id.isEmpty());
  }

  private void assertThatIsRaised(String kind, String traceId, String state) throws Exception {
    assertThat(list(get("/monitoring/anomalies?timeRange=30m").path("anomalies")))
        .anySatisfy(
            anomaly -> {
              assertThat(anomaly.path("kind").asText()).isEqualTo(kind);
              assertThat(anomaly.path("traceIds").toString()).contains(traceId);
              assertThat(anomaly.path("state").asText()).contains(state);
            });
  }

  private List<JsonNode> traces(String state) throws Exception {
    return list(get("/monitoring/traces?state=" + state + "&limit=100").path("traces"));
  }

  private JsonNode service(String name) throws Exception {
    return list(get("/monitoring/dashboard").path("services")).stream()
        .filter(service -> service.path("service").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no service " + name));
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(addresses.dashboard() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
