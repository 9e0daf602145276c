package io.tracetide.processor.compliance;

import static io.tracetide.processor.contract.Traces.START_MS;
import static io.tracetide.processor.contract.Traces.at;
import static io.tracetide.processor.contract.Traces.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.contract.Traces;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceJudge.Verdict;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComplianceTest {

  private static final long HOUR_MS = 3_600_000;

  private static ComplianceConfig control(String yaml) {
    return ConfigReader.parse(
        """
        frameworks: [own]
        definitions: [{ name: own, controls: [{ name: c, %s }] }]
        """
            .formatted(yaml),
        ComplianceConfig.defaults(),
        Map.of());
  }

  private static Verdict judge(String yaml, Traces trace, double nowSeconds) {
    return Compliance.of(control(yaml)).judge(trace.snapshot(), at(nowSeconds));
  }

  private static List<Breach> found(String yaml, Traces trace) {
    return judge(yaml, trace, 100).breaches();
  }

  @Test
  void shouldNameTheViolatedControlAndItsFramework() {
    Breach breach =
        found("type: four_eyes, severity: critical", trace("t").approval(1, "approved")).get(0);

    assertThat(breach.detector()).isEqualTo(Detector.COMPLIANCE);
    assertThat(breach.kind()).isEqualTo(AnomalyKind.APPROVAL);
    assertThat(breach.rule()).isEqualTo("own.c");
    assertThat(breach.summary())
        .isEqualTo("control c of own is violated: an approval has no approver");
  }

  @Test
  void shouldWantTwoPeople() {
    String fourEyes = "type: four_eyes";

    assertThat(
            found(
                fourEyes,
                trace("t")
                    .approval(1, "requested", "requester", "ann")
                    .approval(2, "approved", "approver", "bob")))
        .isEmpty();
    assertThat(
            found(
                fourEyes,
                trace("t")
                    .approval(1, "requested", "requester", "ann")
                    .approval(2, "approved", "approver", "Ann")))
        .hasSize(1);
    assertThat(
            found(
                fourEyes,
                trace("t").approval(2, "approved", "approver", "ann", "requester", "ann")))
        .hasSize(1);
    assertThat(
            found(
                fourEyes,
                trace("t").context("userId", "ann").approval(2, "approved", "approver", "ann")))
        .hasSize(1);
    assertThat(
            found(
                fourEyes,
                trace("t")
                    .approval(1, "requested", "requester", "ann", "approvalId", "1")
                    .approval(2, "requested", "requester", "bob", "approvalId", "2")
                    .approval(3, "approved", "approver", "ann", "approvalId", "2")))
        .as("of another approval")
        .isEmpty();
    assertThat(found(fourEyes, trace("t").approval(2, "rejected", "approver", "ann"))).isEmpty();
    assertThat(
            found(
                fourEyes,
                trace("t").approval(2, "approved", "approver", "[email]", "requester", "[email]")))
        .as("nobody can tell who that was")
        .isEmpty();
    assertThat(
            found(
                fourEyes,
                trace("t")
                    .approval(2, "approved", "approver", "[email:1a]", "requester", "[email:1a]")))
        .as("one pseudonym is one person")
        .hasSize(1);
  }

  @Test
  void shouldWantAnApproval() {
    String approval = "type: required_approval, approvers: [\"*\"], before: \"plan:started\"";

    assertThat(found(approval, trace("t").plan(1, "started"))).hasSize(1);
    assertThat(
            found(
                approval, trace("t").approval(0, "approved", "approver", "ann").plan(1, "started")))
        .isEmpty();
    assertThat(found("type: required_approval, approvers: [ann]", trace("t").completed(1)))
        .hasSize(1);
    assertThat(found("type: required_approval, approvers: [ann]", trace("t").failed(1))).isEmpty();
  }

  @Test
  void shouldFindAForbiddenSequence() {
    String sequence =
        "type: forbidden_sequence, sequence: [\"milestone:export\", \"milestone:send\"],"
            + " unless: \"approval:approved\"";

    assertThat(found(sequence, trace("t").milestone(1, "export").milestone(2, "send")))
        .singleElement()
        .satisfies(
            breach ->
                assertThat(breach.summary())
                    .isEqualTo(
                        "control c of own is violated: milestone:export, then milestone:send,"
                            + " without approval:approved"));
    assertThat(found(sequence, trace("t").milestone(1, "send").milestone(2, "export"))).isEmpty();
    assertThat(
            found(
                sequence,
                trace("t").milestone(1, "export").approval(2, "granted").milestone(3, "send")))
        .isEmpty();
    assertThat(
            found(
                sequence,
                trace("t")
                    .approval(0, "approved")
                    .milestone(1, "export")
                    .milestone(2, "else")
                    .milestone(3, "send")))
        .as("approved before it was exported")
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    // Hours after Monday 10:00 UTC, which is 11:00 in Berlin.
    "-4.001, 1", // 06:59 in Berlin
    "-4, 0", // 07:00
    "7.999, 0", // 18:59
    "8, 1", // 19:00
    "120, 1", // Saturday
    "168, 0", // a week later
  })
  void shouldKnowTheHoursOfAPlace(double hours, int breaches) {
    String berlin = "type: access_hours, timeZone: Europe/Berlin, from: \"07:00\", to: \"19:00\"";

    assertThat(found(berlin, trace("t").startedAt(START_MS + Math.round(hours * HOUR_MS))))
        .hasSize(breaches)
        .allSatisfy(breach -> assertThat(breach.kind()).isEqualTo(AnomalyKind.ACCESS_HOURS));
  }

  @ParameterizedTest
  @CsvSource({
    "11.9, 1", // Monday 21:54
    "12, 0", // Monday 22:00
    "19.9, 0", // Tuesday 05:54, of Monday's night
    "20, 1", // Tuesday 06:00
    "36, 1", // Tuesday 22:00
    "-4.1, 1", // Monday 05:54, of Sunday's night
  })
  void shouldKnowHoursThatGoPastMidnight(double hours, int breaches) {
    String night = "type: access_hours, days: [monday], from: \"22:00\", to: \"06:00\"";

    assertThat(found(night, trace("t").startedAt(START_MS + Math.round(hours * HOUR_MS))))
        .hasSize(breaches);
  }

  @Test
  void shouldReportPersonalDataThatWasMasked() {
    String personal = "type: personal_data";

    assertThat(found(personal, trace("t").metadata("tracetide.masked", "iban, email,email")))
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.kind()).isEqualTo(AnomalyKind.PERSONAL_DATA);
              assertThat(breach.observed()).containsEntry("classes_found", 2.0);
              assertThat(breach.summary()).endsWith("was sent, and masked: email, iban");
            });
    assertThat(found(personal, trace("t").tag("tracetide.masked", "ip"))).hasSize(1);
    assertThat(found(personal, trace("t").milestone(1, "m", "tracetide.masked", "ip"))).hasSize(1);
    assertThat(found(personal, trace("t").tag("tracetide.masked", " "))).isEmpty();
    assertThat(
            found("type: personal_data, classes: [card]", trace("t").tag("tracetide.masked", "ip")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"60, 0", "60.001, 1"})
  void shouldWantContextsToBeRemovedInTime(double now, int breaches) {
    String retention = "type: retention, keepAtMost: 1m";

    Verdict verdict = judge(retention, trace("t").created(0), now);
    assertThat(verdict.breaches()).hasSize(breaches);
    if (breaches == 0) {
      assertThat(verdict.judgeAgainMs()).hasValue(at(60.001));
    }
    assertThat(
            judge(
                    retention,
                    trace("t")
                        .created(0, "contextId", "a")
                        .created(1, "contextId", "b")
                        .step(2, TraceStep.Kind.CONTEXT_LIFECYCLE, "archived", "contextId", "a"),
                    61)
                .breaches())
        .as("b has a minute from its own beginning")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type: four_eye | type | one of access_hours, forbidden_sequence, four_eyes,"
            + " personal_data, required_approval, retention; did you mean four_eyes?",
        "type: four_eyes, approvers: [a] | approvers"
            + " | a key of type four_eyes; approvers belongs to required_approval",
        "type: required_approval | approvers | this key to be given, it has no default",
        "type: required_approval, approvers: [] | approvers | names or globs of approvers, such as"
            + " [\"*\"]",
        "type: forbidden_sequence, sequence: [a] | sequence | at least two steps",
        "type: access_hours, days: [] | days | at least one day, such as monday",
        "type: access_hours, timeZone: Mars | timeZone | a time zone such as Europe/Berlin",
        "type: access_hours, from: 7 | from | a time of day such as 07:00",
        "type: retention, keepAtMost: 0s | keepAtMost | a duration longer than 0, such as 30d",
        "type: retention | keepAtMost | this key to be given, it has no default",
      })
  void shouldReportAKeyThatItsTypeDoesNotAllow(String yaml, String key, String expected) {
    assertThatThrownBy(() -> control(yaml))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .satisfies(
                        problem -> {
                          assertThat(problem.path()).isEqualTo("definitions[0].controls[0]." + key);
                          assertThat(problem.expected()).isEqualTo(expected);
                        }));
  }

  @Test
  void shouldReportWhatIsConfiguredToBeKeptTooLong() {
    ProcessorConfig config =
        ConfigReader.parse(
            "{ compliance: { frameworks: [gdpr] }, windows: { retention1h: 90d } }",
            ProcessorConfig.defaults(),
            Map.of());

    assertThat(config.keptTooLong())
        .extracting(Compliance.TooLong::toString)
        .containsExactly(
            "windows.retention1h: 90d is longer than the 31d that control gdpr.storage-limitation"
                + " allows");
    assertThat(ProcessorConfig.defaults().keptTooLong()).isEmpty();
  }

  @Test
  void shouldPassWhatKeepsToTheBuiltInFrameworks() {
    ComplianceConfig builtIn =
        ConfigReader.parse("frameworks: [sox, gdpr]", ComplianceConfig.defaults(), Map.of());
    TraceJudge judge = Compliance.of(builtIn);

    assertThat(builtIn.inForce()).extracting(FrameworkConfig::name).containsExactly("sox", "gdpr");
    assertThat(
            judge
                .judge(
                    trace("t")
                        .created(0)
                        .approval(1, "requested", "requester", "ann")
                        .approval(2, "approved", "approver", "bob")
                        .plan(3, "started")
                        .completed(4)
                        .snapshot(),
                    at(5))
                .breaches())
        .isEmpty();
    assertThat(
            judge
                .judge(
                    trace("t")
                        .tag("access", "privileged")
                        .tag("tracetide.masked", "email")
                        .startedAt(START_MS - 12 * HOUR_MS)
                        .created(0)
                        .approval(1, "requested", "requester", "ann")
                        .plan(2, "started")
                        .approval(3, "rejected", "approver", "bob")
                        .plan(4, "started")
                        .approval(5, "approved", "approver", "ann")
                        .snapshot(),
                    at(0) + Duration.ofDays(32).toMillis())
                .breaches())
        .extracting(Breach::rule)
        .containsExactly(
            "sox.four-eyes",
            "sox.execution-before-approval",
            "sox.execution-after-rejection",
            "sox.privileged-access-hours",
            "gdpr.personal-data",
            "gdpr.storage-limitation");
  }

  @Test
  void shouldPreferAnOwnDefinitionOfABuiltInName() {
    ComplianceConfig own =
        ConfigReader.parse(
            """
            frameworks: [sox]
            definitions: [{ name: sox, controls: [{ name: only, type: four_eyes }] }]
            """,
            ComplianceConfig.defaults(),
            Map.of());

    assertThat(own.inForce().get(0).controls()).hasSize(1);
  }
}
