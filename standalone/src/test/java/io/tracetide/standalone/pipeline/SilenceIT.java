package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service that stops, and then the end of all traffic, over a restart of the processor. */
class SilenceIT extends WindowsFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final int STOP = 90;
  private static final int AGAIN = 100;
  private static final int END = 106;

  @Test
  void shouldRaiseOneAnomalyOfAServiceThatStopsAndOneOfTheEndOfAllTraffic() throws Exception {
    for (int window = 0; window < END; window++) {
      send(
          window,
          window < STOP || window >= AGAIN
              ? List.of("shop", "stock", "pay")
              : List.of("shop", "pay"),
          (service, operation) -> 1);
    }

    JsonNode stock = awaitAnomaly("services=stock", "RESOLVED");
    assertThat(stock.get("kind").asText()).isEqualTo("NO_DATA");
    assertThat(stock.get("operation").asText()).isEqualTo("*");
    assertThat(stock.get("engine").asText()).isEqualTo("silence");
    assertThat(stock.get("openedAt").asText()).isEqualTo(window(STOP + 2).toString());
    assertThat(stock.get("resolvedAt").asText()).isEqualTo(window(AGAIN + 1).toString());

    // A restart is no silence, and nothing of the tenant's current one is lost.
    processor.close();
    startProcessor(firstProcessor());

    JsonNode tenant = awaitAnomaly("resolved=false", "OPEN");
    assertThat(tenant.get("service").asText()).isEqualTo("*");
    assertThat(tenant.get("kind").asText()).isEqualTo("NO_DATA");
    assertThat(tenant.get("summary").asText()).startsWith("all 3 services of the tenant have sent");
    assertThat(anomalies("")).as("no others").hasSize(2);
  }

  private JsonNode awaitAnomaly(String query, String state) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> anomalies(query),
            found -> found.size() == 1 && found.get(0).get("state").asText().equals(state))
        .get(0);
  }

  private JsonNode anomalies(String query) throws Exception {
    return json("/monitoring/anomalies?" + query).path("anomalies");
  }
}
