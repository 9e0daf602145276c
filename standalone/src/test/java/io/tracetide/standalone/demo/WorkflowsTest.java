package io.tracetide.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.config.TracetideConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the demonstration's workflows say of themselves, and what goes wrong with them. */
class WorkflowsTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-05T10:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Everything that is said in the first minutes after the traffic is live. */
  private static final class Listener {
    final Map<String, IncidentPlan.Planned> wrong = new LinkedHashMap<>();
    final Map<String, List<JsonNode>> said = new LinkedHashMap<>();
    final List<FinishedSpan> spans = new ArrayList<>();

    Listener(long seed, Duration length, Duration step) throws IOException {
      FaultPlan faults = new FaultPlan(seed);
      Traffic traffic = new Traffic(seed, BEGINNING, faults, DemoSchedule.USUAL);
      faults.begin(BEGINNING);
      traffic.goLive(BEGINNING);
      for (Instant now = BEGINNING; !now.isAfter(BEGINNING.plus(length)); now = now.plus(step)) {
        spans.addAll(traffic.endedBy(now, Integer.MAX_VALUE));
        wrong.putAll(traffic.goneWrongBy(now));
        List<DemoReport> reports = traffic.saidBy(now, Integer.MAX_VALUE);
        for (JsonNode report :
            reports.isEmpty()
                ? JSON.createArrayNode()
                : JSON.readTree(DemoReport.batch(reports).body().get())) {
          assertThat(time(report)).isBeforeOrEqualTo(now);
          said.computeIfAbsent(report.path("traceId").asText(), id -> new ArrayList<>())
              .add(report);
        }
      }
    }

    List<JsonNode> wrong(Incident.Kind kind) {
      return wrong.entrySet().stream()
          .filter(each -> each.getValue().incident().kind() == kind)
          .map(each -> said.get(each.getKey()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Instant time(JsonNode report) {
    return Instant.parse(report.path("timestamp").asText());
  }

  private static Duration longestSilence(List<JsonNode> reports) {
    Duration longest = Duration.ZERO;
    for (int i = 1; i < reports.size(); i++) {
      Duration silence = Duration.between(time(reports.get(i - 1)), time(reports.get(i)));
      longest = silence.compareTo(longest) > 0 ? silence : longest;
    }
    return longest;
  }

  private static List<String> events(List<JsonNode> reports) {
    return reports.stream()
        .flatMap(report -> report.findValuesAsText("eventName").stream())
        .toList();
  }

  private static ContractConfig contract() {
    return ConfigReader.parse(DemoConfig.text(), TracetideConfig.defaults(), Map.of())
        .processor()
        .contracts()
        .get(0);
  }

  @Test
  void shouldTellAWorkflowFromItsStartOverPlanAndApprovalToItsEnd() throws Exception {
    Listener heard = new Listener(7, Duration.ofMinutes(2), Duration.ofMillis(500));

    List<JsonNode> usual =
        heard.said.entrySet().stream()
            .filter(each -> !heard.wrong.containsKey(each.getKey()))
            .map(Map.Entry::getValue)
            .filter(each -> each.get(each.size() - 1).path("type").asText().equals("COMPLETED"))
            .findFirst()
            .orElseThrow();
    assertThat(usual.get(0).path("type").asText()).isEqualTo("STARTED");
    assertThat(usual.subList(1, usual.size() - 1))
        .allMatch(report -> report.path("type").asText().equals("UPDATED"));
    assertThat(events(usual))
        .containsExactly(
            "created",
            "created",
            "requested",
            "approved",
            "started",
            "step 1",
            "step 2",
            "completed",
            "objective_completed");
    assertThat(usual).extracting(report -> report.path("progressPercentage").asInt()).isSorted();
    assertThat(usual)
        .extracting(report -> report.path("timestamp").asText())
        .doesNotHaveDuplicates();
    assertThat(usual)
        .extracting(report -> report.path("currentOperation").asText())
        .contains("make plan", "await approval", "execute step 2");
    JsonNode end = usual.get(usual.size() - 1);
    assertThat(Duration.ofMillis(end.path("durationMicros").asLong() / 1_000))
        .isCloseTo(Duration.between(time(usual.get(0)), time(end)), Duration.ofMillis(2));
    assertThat(heard.said).hasSizeBetween(50, 130);
    assertThat(heard.spans)
        .as("spans of workflows that were told")
        .noneMatch(span -> span.step().operation().equals(DemoFleet.WORKFLOW))
        .filteredOn(span -> span.step().operation().equals(DemoFleet.APPROVAL))
        .isNotEmpty()
        .allMatch(span -> span.step().event().isEmpty());
  }

  @Test
  void shouldGoWrongInThreeWaysWithinThreeMinutesAndEndAllTheSame() throws Exception {
    ContractConfig contract = contract();
    Duration decided = contract.steps().get(0).maxStepDuration().orElseThrow();
    Listener heard =
        new Listener(42, Duration.ofMinutes(7).minusSeconds(10), Duration.ofMillis(500));

    assertThat(heard.wrong).hasSize(3);
    assertThat(heard.wrong.values())
        .allMatch(each -> each.from().isBefore(BEGINNING.plusSeconds(30)));
    List<JsonNode> waits = heard.wrong(Incident.Kind.WAITS);
    List<JsonNode> silent = heard.wrong(Incident.Kind.SILENT);
    List<JsonNode> unapproved = heard.wrong(Incident.Kind.UNAPPROVED);
    assertThat(List.of(waits, silent, unapproved))
        .allSatisfy(
            reports ->
                assertThat(reports.get(reports.size() - 1).path("type").asText())
                    .isEqualTo("COMPLETED"));
    assertThat(Duration.between(time(waits.get(0)), time(waits.get(waits.size() - 1))))
        .isGreaterThan(decided.plusSeconds(60));
    assertThat(longestSilence(waits)).isLessThan(contract.maxSilence().orElseThrow());
    assertThat(longestSilence(silent))
        .isGreaterThan(contract.maxSilence().orElseThrow().plusSeconds(60));
    assertThat(unapproved.toString()).contains("intern-joe").doesNotContain("lead-");
    assertThat(longestSilence(unapproved)).isLessThan(contract.maxSilence().orElseThrow());
  }

  @Test
  void shouldKeepTheContractUnlessAWorkflowIsToGoWrong() throws Exception {
    ContractConfig contract = contract();
    Listener heard = new Listener(42, Duration.ofMinutes(30), Duration.ofSeconds(5));

    heard.said.keySet().removeAll(heard.wrong.keySet());
    assertThat(heard.wrong).hasSizeBetween(12, 15);
    assertThat(heard.said).hasSizeGreaterThan(1_000);
    assertThat(heard.said.values())
        .allSatisfy(
            reports -> {
              assertThat(longestSilence(reports)).isLessThan(contract.maxSilence().orElseThrow());
              assertThat(
                      Duration.between(time(reports.get(0)), time(reports.get(reports.size() - 1))))
                  .isLessThan(Duration.ofSeconds(60));
            });
  }

  @Test
  void shouldRepeatItselfHoweverOftenItIsAsked() throws Exception {
    Listener often = new Listener(42, Duration.ofMinutes(16), Duration.ofMillis(250));
    Listener seldom = new Listener(42, Duration.ofMinutes(16), Duration.ofSeconds(2));

    assertThat(seldom.said).isEqualTo(often.said);
    assertThat(seldom.wrong).isEqualTo(often.wrong);
    assertThat(
            seldom.wrong.values().stream()
                .map(IncidentPlan.Planned::from)
                .collect(Collectors.toSet()))
        .as("three rounds of three")
        .hasSize(9);
    assertThat(new Listener(43, Duration.ofMinutes(1), Duration.ofSeconds(2)).wrong.keySet())
        .doesNotContainAnyElementsOf(often.wrong.keySet());
  }
}
