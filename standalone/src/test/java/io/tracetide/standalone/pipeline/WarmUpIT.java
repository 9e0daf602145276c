package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Detection by evidence that is switched on when windows are stored already. */
class WarmUpIT extends WindowsFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> SERVICES = List.of("shop", "stock", "pay");
  private static final int SWITCHED = 80;
  private static final int FAULT = SWITCHED + 4;
  private static final int END = FAULT + 12;

  @Override
  ProcessorConfig firstProcessor() {
    return withEngine("random_cut_forest");
  }

  private ProcessorConfig withEngine(String engine) {
    return ConfigReader.parse(
        "listener: { port: 0 }%nstateDir: \"%s\"%ndetection: { engine: %s }%n"
            .formatted(directory.resolve("state"), engine),
        ProcessorConfig.defaults(),
        Map.of());
  }

  @Test
  void shouldBeginWithTheStoredWindows() throws Exception {
    for (int window = 0; window < SWITCHED; window++) {
      send(window, SERVICES, (service, operation) -> 1);
    }
    assertThat(awaitWindows("random-cut-forest", SWITCHED - 20))
        .allSatisfy(series -> assertThat(series.get("state").asText()).isEqualTo("warming_up"));

    processor.close();
    startProcessor(withEngine("evidence"));
    for (int window = SWITCHED; window < END; window++) {
      boolean fault = window >= FAULT && window < FAULT + 6;
      send(
          window,
          SERVICES,
          (service, operation) ->
              fault && service.equals("stock") && operation.equals("read") ? 20 : 1);
    }

    // Without the stored windows, no operation would have the 20 windows that are needed.
    JsonNode slow =
        await()
            .atMost(PATIENCE)
            .until(
                () -> json("/monitoring/anomalies").path("anomalies"), found -> found.size() == 1)
            .get(0);
    assertThat(slow.get("service").asText()).isEqualTo("stock");
    assertThat(slow.get("operation").asText()).isEqualTo("read");
    assertThat(Instant.parse(slow.get("openedAt").asText()))
        .isBetween(window(FAULT + 2), window(FAULT + 4));
    for (JsonNode series : awaitWindows("evidence", END - 10)) {
      assertThat(series.get("windowsLeft").asInt()).isEqualTo(240 - series.get("windows").asInt());
    }
    JsonNode confidence = json("/monitoring/detection").get("confidence");
    assertThat(confidence.findValuesAsText("basis")).containsExactly("rank", "rank", "rank");
  }

  /** Waits until each of the six operations has so many windows. */
  private List<JsonNode> awaitWindows(String engine, int windows) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              List<JsonNode> series = new ArrayList<>();
              json("/monitoring/detection").path("series").forEach(series::add);
              return series;
            },
            series ->
                series.size() == 6
                    && series.stream()
                        .allMatch(
                            each ->
                                each.get("engine").asText().equals(engine)
                                    && each.get("windows").asInt() >= windows));
  }
}
