package io.tracetide.processor.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import org.junit.jupiter.api.Test;

/** The form of answers and errors of Prometheus' query API. */
class PrometheusApiTest extends QueryServerFixture {
  private static final String TIME = "&time=" + (START_MS + 10_000) / 1_000;

  @Test
  void shouldAnswerAnInstantQuery() throws Exception {
    JsonNode answer =
        json(
            "/api/v1/query?query="
                + encoded("increase(traces_span_metrics_calls_total[1m])")
                + TIME);

    assertThat(answer.toString()).isEqualTo("");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
