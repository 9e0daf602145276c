package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.audit.AuditSearch;
import io.tracetide.processor.query.audit.VerificationAnswer;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.runtime.config.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The audit trail over HTTP. */
class AuditQueryTest extends QueryServerFixture {

  @Test
  void shouldAnswerWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/audit?limit=2");

    assertThat(fields(answer)).containsExactly("entries", "scanned", "unreadable", "cursor");
    assertThat(fields(answer.at("/entries/0")))
        .containsExactly(
            "partition",
            "sequence",
            "tenant",
            "timestamp",
            "chainedAt",
            "actor",
            "action",
            "subject",
            "details",
            "hash");
    assertThat(answer.at("/entries/0/hash").asText()).hasSize(64);
    assertThat(answer.at("/entries").findValuesAsText("sequence")).containsExactly("3", "2");
  }

  @Test
  void shouldGoThroughAllPages() throws Exception {
    List<String> sequences = new ArrayList<>();
    JsonNode page = json("/monitoring/audit?limit=1");
    sequences.addAll(page.findValuesAsText("sequence"));
    while (!page.at("/cursor").isNull()) {
      page = json("/monitoring/audit?limit=3&cursor=" + page.at("/cursor").asText());
      sequences.addAll(page.findValuesAsText("sequence"));
    }

    assertThat(sequences).containsExactly("3", "2", "1", "0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "actor=processor|3,2",
        "actor=tq_*|1,0",
        "action=token.used|1,0",
        "action=token.used,violation.opened|3,2,1,0",
        "subject=fp-*|3,2",
        "subject=processor:tq_acme|1",
        "detail=traceIds=*t1*|3,2",
        "detail=service=cart|''",
        "tenant=acme|3,1",
        "from=2026-03-01T10:00:03Z&to=2026-03-01T10:00:04Z|2",
        "timeRange=2s|3,2",
        "timeRange=1s|3",
      })
  void shouldSelect(String query, String sequences) throws Exception {
    assertThat(
            String.join(
                ",",
                json("/monitoring/audit?" + query).at("/entries").findValuesAsText("sequence")))
        .isEqualTo(sequences);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0|use a whole number from 1 to 1000",
        "limit=1001|use a whole number from 1 to 1000",
        "detail=traceIds|use key=value",
        "cursor=nonsense|use the cursor of an answer to the same query",
        "service=shop|use action, actor, cursor, detail, from, limit, subject, tenant, timeRange",
        "timeRange=soon|use a length of 1s to 366d",
      })
  void shouldNameWhatIsAccepted(String query, String expected) throws Exception {
    assertThat(problem("/monitoring/audit?" + query)).contains(expected);
  }

  @Test
  void shouldNotAcceptTheCursorOfAnotherQuery() throws Exception {
    String cursor = json("/monitoring/audit?limit=1").at("/cursor").asText();

    assertThat(problem("/monitoring/audit?actor=sink&cursor=" + cursor)).contains("same query");
    assertThat(problem("/monitoring/traces?cursor=" + cursor)).contains("same query");
  }

  private String problem(String path) throws Exception {
    var answer = send(path).join();
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    return JSON.readTree(answer.body()).at("/detail").asText();
  }

  @Test
  void shouldAnswerTheVerificationWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/audit/verification");

    assertThat(fields(answer))
        .containsExactly("state", "valid", "checkedAt", "records", "trouble", "partitions");
    assertThat(fields(answer.at("/partitions/0")))
        .containsExactly(
            "partition",
            "records",
            "firstSequence",
            "lastSequence",
            "headHash",
            "waiting",
            "firstInvalid");
    assertThat(answer.at("/state").asText()).isEqualTo("verified");
    assertThat(answer.at("/valid").asBoolean()).isTrue();
    assertThat(answer.at("/partitions/0/headHash").asText())
        .isEqualTo(json("/monitoring/audit?limit=1").at("/entries/0/hash").asText());
    assertThat(problem("/monitoring/audit/verification?tenant=a")).contains("unknown here");
  }

  @Test
  void shouldNameTheFirstInvalidRecord() {
    MemoryAudit audit = new MemoryAudit(List.of("a", "b"), NOW);
    audit.tamper(2);

    VerificationAnswer answer = new AuditSearch(audit, CursorSeal.of(Secret.NONE)).verification();

    assertThat(answer.valid()).isFalse();
    assertThat(answer.partitions().get(0).firstInvalid())
        .isEqualTo(
            new VerificationAnswer.Invalid(
                2L, "hash", "the record's content does not have the hash in the record"));
  }

  @Test
  void shouldSayWhyTheTrailCannotBeRead() {
    MemoryAudit audit = new MemoryAudit(List.of("a"), NOW);
    audit.fail("Kafka is down");

    VerificationAnswer answer = new AuditSearch(audit, CursorSeal.of(Secret.NONE)).verification();

    assertThat(answer.state()).isEqualTo("unavailable");
    assertThat(answer.trouble()).isEqualTo("Kafka is down");
  }

  private static List<String> fields(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
