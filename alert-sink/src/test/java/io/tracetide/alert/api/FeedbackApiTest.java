package io.tracetide.alert.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.alert.Anomalies;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Feedback is given, listed and withdrawn. */
class FeedbackApiTest {
  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() {
    api = new ApiFixture(directory);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldListFeedbackUntilItIsWithdrawn() throws Exception {
    api.send(Anomalies.open("fp").build());

    String id = give("{\"by\":\"ann\",\"verdict\":\"false_positive\",\"comment\":\"batch\"}");
    JsonNode listed = api.json("/api/v2/feedback");
    assertThat(listed).hasSize(1);
    assertThat(listed.at("/0/id").asText()).isEqualTo(id);
    assertThat(listed.at("/0/state").asText()).isEqualTo("active");
    assertThat(listed.at("/0/verdict").asText()).isEqualTo("false_positive");
    assertThat(listed.at("/0/fingerprint").asText()).isEqualTo("fp");
    assertThat(listed.at("/0/service").asText()).isEqualTo("checkout");
    assertThat(listed.at("/0/by").asText()).isEqualTo("ann");
    assertThat(listed.at("/0/comment").asText()).isEqualTo("batch");

    assertThat(api.send("DELETE", "/api/v2/feedback/" + id, "").statusCode()).isEqualTo(400);
    assertThat(api.send("DELETE", "/api/v2/feedback/other?by=bob", "").statusCode()).isEqualTo(404);
    assertThat(api.send("DELETE", "/api/v2/feedback/" + id + "?by=bob", "").statusCode())
        .isEqualTo(200);
    JsonNode revoked = api.json("/api/v2/feedback?state=revoked");
    assertThat(revoked.at("/0/revokedBy").asText()).isEqualTo("bob");
    assertThat(revoked.at("/0/by").asText()).isEqualTo("ann");
    assertThat(api.json("/api/v2/feedback?state=active")).isEmpty();
  }

  @Test
  void shouldShowWhichFeedbackOfAFingerprintHolds() throws Exception {
    api.send(Anomalies.open("fp").build());
    api.send(Anomalies.open("other").build());

    String first = give("{\"by\":\"ann\",\"verdict\":\"false_positive\"}");
    api.advance(Duration.ofMinutes(1));
    String second = give("{\"by\":\"ann\",\"verdict\":\"expected\",\"duration\":\"2h\"}");

    assertThat(states()).isEqualTo(second + " active " + first + " superseded");
    assertThat(api.json("/api/v2/feedback?fingerprint=other")).isEmpty();
    assertThat(api.json("/api/v2/feedback?limit=1")).hasSize(1);
    assertThat(api.json("/api/v2/feedback").at("/0/until").asText())
        .isEqualTo("2026-03-01T14:01:00Z");
    api.advance(Duration.ofHours(2));
    assertThat(states()).isEqualTo(second + " expired " + first + " active");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'by':'a','verdict':'maybe'}|verdict must be true_positive, false_positive or expected",
        "{'by':'a','verdict':'expected'}|until or duration is required",
        "{'by':'a','verdict':'expected','duration':'2h','until':'2026-03-01T14:00:00Z'}|either",
        "{'by':'a','verdict':'expected','until':'2026-03-01T11:00:00Z'}|until must be in the"
            + " future",
        "{'by':'a','verdict':'false_positive','duration':'2h'}|refused with others",
        "{'verdict':'false_positive'}|by",
        "{|the body is not JSON: Unexpected end-of-input: expected close marker for Object\"",
        "{'by':'a','verdict':'false_positive','anomalyId':'fp-1'}|anomalyId is not that of the"
            + " alert"
      })
  void shouldExplainWhatIsWrong(String body, String reason) throws Exception {
    api.send(Anomalies.open("fp").build());

    var answer = api.send("POST", "/api/v2/alerts/fp/feedback", body.replace('\'', '"'));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(reason);
    assertThat(api.json("/api/v2/feedback")).isEmpty();
  }

  private String give(String body) throws Exception {
    var answer = api.send("POST", "/api/v2/alerts/fp/feedback", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(answer.body())
        .at("/id")
        .asText();
  }

  private String states() throws Exception {
    StringBuilder text = new StringBuilder();
    for (JsonNode each : api.json("/api/v2/feedback")) {
      text.append(each.at("/id").asText())
          .append(' ')
          .append(each.at("/state").asText())
          .append(' ');
    }
    return text.toString().trim();
  }
}
