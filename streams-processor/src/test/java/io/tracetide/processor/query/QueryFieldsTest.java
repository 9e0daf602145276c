package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.AnomalyKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields of each answer. */
class QueryFieldsTest extends QueryServerFixture {
  private static final String[] TRACE_FIELDS = {
    "traceId",
    "tenant",
    "service",
    "operation",
    "state",
    "startedAt",
    "lastEventAt",
    "endedAt",
    "durationMs",
    "progressPercentage",
    "currentOperation",
    "context",
    "tags",
    "events",
    "eventsDropped",
    "openSpans",
    "stuckSince",
    "allowedSilenceMs",
    "abandonedAt",
    "error",
    "metadata",
    "metrics",
    "resources"
  };

  @Test
  void shouldAnswerAnalyticsWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/analytics?metrics=latency,cpu");

    assertThat(fields(answer))
        .containsExactly(
            "from",
            "to",
            "granularityMs",
            "relativeError",
            "partial",
            "missing",
            "retainedFrom",
            "comparison",
            "leftOut",
            "series",
            "metricSeries");
    assertThat(fields(answer.at("/series/0")))
        .containsExactly("tenant", "service", "operation", "points");
    assertThat(fields(answer.at("/series/0/points/0")))
        .containsExactly(
            "start",
            "end",
            "elapsedMs",
            "count",
            "weightedCount",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "minMs",
            "meanMs",
            "p50Ms",
            "p90Ms",
            "p95Ms",
            "p99Ms",
            "maxMs",
            "final",
            "revision",
            "exemplars",
            "earlier",
            "change",
            "quantiles",
            "distribution");
    assertThat(fields(answer.at("/metricSeries/0")))
        .containsExactly(
            "tenant", "service", "operation", "metric", "unit", "attributes", "points");
    assertThat(fields(answer.at("/metricSeries/0/points/0")))
        .containsExactly(
            "start",
            "end",
            "elapsedMs",
            "count",
            "min",
            "mean",
            "p50",
            "p90",
            "p95",
            "p99",
            "max",
            "sum",
            "ratePerSec",
            "final",
            "revision",
            "earlier",
            "change",
            "quantiles");
    assertThat(answer.at("/from").asText()).isEqualTo("2026-03-01T09:45:05Z");
    assertThat(answer.at("/granularityMs").asLong()).isEqualTo(10_000);
    assertThat(answer.at("/series/0/points/0/start").asText()).isEqualTo("2026-03-01T09:59:00Z");
    assertThat(answer.at("/series/0/points/0/final").asBoolean()).isTrue();
    assertThat(answer.at("/series/0/points/0/count").asLong()).isEqualTo(2);
  }

  @Test
  void shouldAnswerTheDashboardWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/dashboard");

    assertThat(fields(answer))
        .containsExactly(
            "from",
            "to",
            "partial",
            "missing",
            "relativeError",
            "closedUpTo",
            "comparison",
            "leftOut",
            "totals",
            "services");
    assertThat(fields(answer.at("/totals")))
        .containsExactly(
            "services",
            "operations",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "inFlight",
            "stuck",
            "openAnomalies",
            "statuses",
            "earlier",
            "change");
    assertThat(fields(answer.at("/totals/statuses")))
        .containsExactlyInAnyOrder("healthy", "degraded", "critical", "warming_up", "silent");
    assertThat(fields(answer.at("/services/0")))
        .containsExactly(
            "tenant",
            "service",
            "status",
            "reason",
            "warmUp",
            "lastWorkAt",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "inFlight",
            "stuck",
            "openAnomalies",
            "earlier",
            "change",
            "operations");
    assertThat(fields(answer.at("/services/0/operations/0")))
        .containsExactly(
            "operation",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "openAnomalies");
    assertThat(answer.at("/services/0/status").asText()).isEqualTo("degraded");
    assertThat(answer.at("/services/0/inFlight").asLong()).isZero();
    assertThat(answer.at("/services/0/stuck").asLong()).isZero();
  }

  @Test
  void shouldAnswerAnomaliesWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/anomalies?severity=high&resolved=false&timeRange=1h");

    assertThat(fields(answer)).containsExactly("partial", "missing", "total", "anomalies");
    assertThat(fields(answer.at("/anomalies/0")))
        .containsExactly(
            "anomalyId",
            "fingerprint",
            "tenant",
            "service",
            "operation",
            "detector",
            "kind",
            "rule",
            "engine",
            "metric",
            "severity",
            "confidence",
            "confidenceBasis",
            "state",
            "revision",
            "openedAt",
            "updatedAt",
            "resolvedAt",
            "windowStart",
            "windowEnd",
            "observed",
            "expected",
            "contributions",
            "summary",
            "exemplars",
            "traceIds",
            "features",
            "peak",
            "incident");
    assertThat(answer.at("/anomalies/0/features").findValuesAsText("name"))
        .containsExactly("p95_ms", "throughput_per_sec", "error_rate_percent");
    assertThat(fields(answer.at("/anomalies/0/features/0")))
        .containsExactly("name", "observed", "expected", "low", "high", "contribution");
    JsonNode latency = answer.at("/anomalies/0/features/0");
    assertThat(latency.get("expected").asDouble()).isEqualTo(96);
    assertThat(latency.get("low").asDouble()).isEqualTo(60);
    assertThat(latency.get("high").asDouble()).isEqualTo(140);
    JsonNode peak = answer.at("/anomalies/0/peak");
    assertThat(fields(peak))
        .containsExactly(
            "windowStart",
            "windowEnd",
            "observed",
            "expected",
            "contributions",
            "exemplars",
            "features");
    assertThat(peak.at("/observed/p95_ms").asDouble()).isEqualTo(840);
    assertThat(peak.at("/exemplars/error").asText()).isEqualTo("failed-at-the-peak");
    assertThat(peak.get("windowStart").asText()).isEqualTo("2026-03-01T09:58:45Z");
    assertThat(fields(answer.at("/anomalies/0/exemplars")))
        .containsExactly("slowest", "error", "typical");
    assertThat(answer.at("/anomalies/0/severity").asText()).isEqualTo("HIGH");
    assertThat(answer.at("/anomalies/0/state").asText()).isEqualTo("OPEN");
    assertThat(answer.at("/anomalies/0/openedAt").asText()).isEqualTo("2026-03-01T09:59:05Z");
    assertThat(answer.at("/anomalies/0/resolvedAt").isNull()).isTrue();
    assertThat(answer.at("/anomalies/0/observed/p95_ms").asDouble()).isEqualTo(412.5);
  }

  @Test
  void shouldAnswerServicesWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/services");

    assertThat(fields(answer)).containsExactly("from", "to", "partial", "missing", "services");
    assertThat(fields(answer.at("/services/0")))
        .containsExactly("tenant", "service", "operations", "metrics", "attributes", "lastSeen");
    assertThat(answer.at("/services/0/operations/0").asText()).isEqualTo("pay");
    assertThat(answer.at("/services/0/metrics/0").asText()).isEqualTo("cpu_usage_percent");
    assertThat(answer.at("/services/0/lastSeen").asText()).isEqualTo("2026-03-01T09:59:10Z");
  }

  @Test
  void shouldAnswerObjectivesWithTheseFields() throws Exception {
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    long hourMs = WindowTier.HOUR.windowStart(START_MS);
    windows.put(WindowTier.HOUR, pay, hourMs, MemoryWindows.work(1, 1_000, 400_000), 0);

    JsonNode answer = json("/monitoring/objectives");

    assertThat(fields(answer))
        .containsExactly("from", "to", "partial", "missing", "retainedFrom", "budgets");
    assertThat(answer.at("/budgets")).hasSize(2);
    assertThat(fields(answer.at("/budgets/0")))
        .containsExactly(
            "objective",
            "tenant",
            "service",
            "operation",
            "targetPercent",
            "slowerThanMs",
            "count",
            "bad",
            "goodPercent",
            "allowedBad",
            "budgetLeftPercent");
    assertThat(answer.at("/budgets/0/operation").asText()).isEqualTo("*");
    assertThat(answer.at("/budgets/0/slowerThanMs").isNull()).isTrue();
    assertThat(answer.at("/budgets/0/budgetLeftPercent").asDouble()).isEqualTo(-4_900);
    assertThat(answer.at("/budgets/1/objective").asText()).isEqualTo("fast");
    assertThat(answer.at("/budgets/1/slowerThanMs").asDouble()).isEqualTo(300);
    assertThat(answer.at("/budgets/1/goodPercent").asDouble()).isEqualTo(50);
    assertThat(get("/monitoring/objectives?timeRange=1h").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldAnswerTheWarmUpWithTheseFields() throws Exception {
    progress =
        new PartitionProgress(
            List.of(
                new SeriesProgress(
                    SeriesId.ofOperation("default", "shop", "pay"),
                    "evidence",
                    10_000,
                    60,
                    20,
                    240),
                new SeriesProgress(
                    SeriesId.ofOperation("default", "shop", "old"),
                    "evidence",
                    10_000,
                    900,
                    20,
                    240),
                new SeriesProgress(
                    SeriesId.ofMetric("default", "shop", "cpu"), "gauge", 60_000, 6, 20, 120)),
            List.of(new CalibrationProgress("default", AnomalyKind.LATENCY, 0.25, false)));

    JsonNode answer = json("/monitoring/detection");

    assertThat(fields(answer))
        .containsExactly(
            "partial", "missing", "confidence", "total", "learning", "warmingUp", "series");
    assertThat(answer.at("/total").asInt()).isEqualTo(3);
    assertThat(answer.at("/learning").asInt()).isEqualTo(1);
    assertThat(answer.at("/warmingUp").asInt()).isEqualTo(1);
    assertThat(answer.at("/confidence/0").toString())
        .isEqualTo(
            "{\"tenant\":\"default\",\"kind\":\"latency\",\"basis\":\"rank\",\"progressPercent\":25.0}");
    assertThat(answer.at("/series/0").toString())
        .isEqualTo(
            "{\"tenant\":\"default\",\"service\":\"shop\",\"operation\":\"*\",\"metric\":\"cpu\","
                + "\"engine\":\"gauge\",\"state\":\"learning\",\"windows\":6,\"windowsLeft\":114,"
                + "\"progressPercent\":5.0,\"windowMs\":60000,\"readyInMs\":6840000}");
    assertThat(answer.at("/series/1/state").asText()).isEqualTo("warming_up");
    assertThat(answer.at("/series/1/metric").isNull()).isTrue();
    assertThat(answer.at("/series/2/state").asText()).isEqualTo("ready");
    assertThat(answer.at("/series/2/progressPercent").asDouble()).isEqualTo(100);
    assertThat(json("/monitoring/detection?state=ready,learning&limit=1").at("/total").asInt())
        .isEqualTo(2);
    assertThat(json("/monitoring/detection?operations=pay").at("/series")).hasSize(1);
    assertThat(get("/monitoring/detection?state=hot").body())
        .contains("learning, warming_up, ready");
  }

  @Test
  void shouldAnswerTheInstances() throws Exception {
    assertThat(json("/monitoring/instances").toString())
        .isEqualTo(
            "{\"partial\":false,\"missing\":[],\"instances\":[{\"host\":\"10.0.0.1:8080\","
                + "\"version\":\"0.1.0\",\"startedAt\":\"2026-03-01T09:50:05Z\","
                + "\"windowPartitions\":[0,1],\"tracePartitions\":[2],\"lag\":{\"traces\":12},"
                + "\"settings\":{\"windows.grace\":\"1m\"}}]}");
    assertThat(json("/monitoring/contracts").toString())
        .isEqualTo(
            "{\"contracts\":[{\"name\":\"orders\",\"severity\":\"CRITICAL\",\"match\":{\"tenant\":\"default\",\"service\":\"shop\",\"operation\":\"order"
                + " *\",\"tags\":{\"region\":\"eu-*\"}},\"steps\":["
                + "{\"name\":\"plan\",\"optional\":false,\"repeatable\":false,\"then\":[],\"maxDurationMs\":null},"
                + "{\"name\":\"approve\",\"optional\":true,\"repeatable\":true,\"then\":[\"end\"],"
                + "\"maxDurationMs\":300000}],\"ordered\":true,\"requiredApprovers\":[\"lead-*\"],"
                + "\"approvalBefore\":\"approve\",\"requiredContext\":[\"userId\"],\"maxLatencyMs\":60000,"
                + "\"deadline\":\"18:00\",\"timeZone\":\"Europe/Zurich\",\"maxSilenceMs\":30000,"
                + "\"minThroughputPerSec\":null,\"maxErrorRatePercent\":null}]}");
    assertThat(get("/monitoring/contracts?service=x").statusCode()).isEqualTo(400);
    assertThat(get("/monitoring/instances?tenant=a").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldListTracesWithTheseFields() throws Exception {
    ledger.put(
        Traces.running("t-1", "planner", "plan trip", NOW.minusSeconds(90))
            .context(Map.of("planId", "plan-7"))
            .tags(Map.of("city", "Berlin"))
            .doing("comparing flights", 40)
            .stuck(NOW.minusSeconds(10), 30_000)
            .step(NOW.minusSeconds(90), TraceStep.Kind.STARTED, "s-1", "plan trip", Map.of())
            .snapshot());

    JsonNode answer = json("/monitoring/traces?state=in_flight&service=plan*&context=plan-7");

    assertThat(fields(answer)).containsExactly("partial", "missing", "traces", "cursor");
    assertThat(answer.at("/cursor").isNull()).isTrue();
    JsonNode trace = answer.at("/traces/0");
    assertThat(fields(trace)).containsExactly(TRACE_FIELDS);
    assertThat(trace.at("/state").asText()).isEqualTo("stuck");
    assertThat(trace.at("/startedAt").asText()).isEqualTo("2026-03-01T09:58:35Z");
    assertThat(trace.at("/endedAt").isNull()).isTrue();
    assertThat(trace.at("/durationMs").isNull()).isTrue();
    assertThat(trace.at("/progressPercentage").asDouble()).isEqualTo(40);
    assertThat(trace.at("/currentOperation").asText()).isEqualTo("comparing flights");
    assertThat(trace.at("/context/planId").asText()).isEqualTo("plan-7");
    assertThat(trace.at("/tags/city").asText()).isEqualTo("Berlin");
    assertThat(trace.at("/stuckSince").asText()).isEqualTo("2026-03-01T09:59:55Z");
    assertThat(trace.at("/allowedSilenceMs").asLong()).isEqualTo(30_000);
    assertThat(trace.at("/events").isNull()).isTrue();
    assertThat(trace.at("/eventsDropped").asInt()).isZero();
    assertThat(json("/monitoring/traces?events=true").at("/traces/0/events")).hasSize(1);
    assertThat(json("/monitoring/traces?tenant=other").at("/traces")).isEmpty();
  }

  @Test
  void shouldShowATraceWithItsTimeline() throws Exception {
    Instant start = NOW.minusSeconds(90);
    ledger.put(
        Traces.running("a/b c", "planner", "plan trip", start)
            .step(start, TraceStep.Kind.STARTED, "s-1", "plan trip", Map.of())
            .step(
                start.plusMillis(1_500),
                TraceStep.Kind.APPROVAL_WORKFLOW,
                "s-1",
                "approved",
                Map.of("approver", "grace"))
            .step(
                start.plusMillis(4_000),
                TraceStep.Kind.ENDED,
                "s-2",
                "FAILED",
                Map.of("durationMicros", "1000000", "parentSpanId", "s-1"))
            .failed(NOW, "Timeout", "no seat")
            .snapshot());

    JsonNode answer = json("/monitoring/traces/a%2Fb%20c?tenant=default");

    assertThat(fields(answer)).startsWith(TRACE_FIELDS).endsWith("spans");
    assertThat(answer.at("/traceId").asText()).isEqualTo("a/b c");
    assertThat(answer.at("/durationMs").asDouble()).isEqualTo(90_000);
    assertThat(answer.at("/error/message").asText()).isEqualTo("no seat");
    assertThat(fields(answer.at("/events/1")))
        .containsExactly(
            "timestamp",
            "offsetMs",
            "kind",
            "service",
            "operation",
            "spanId",
            "name",
            "attributes");
    assertThat(answer.at("/events/1/offsetMs").asDouble()).isEqualTo(1_500);
    assertThat(answer.at("/events/1/kind").asText()).isEqualTo("approval_workflow");
    assertThat(answer.at("/events/1/attributes/approver").asText()).isEqualTo("grace");
    assertThat(fields(answer.at("/spans/0")))
        .containsExactly(
            "spanId",
            "parentSpanId",
            "service",
            "operation",
            "kind",
            "status",
            "startedAt",
            "endedAt",
            "durationMs",
            "error",
            "tags");
    assertThat(answer.at("/spans/1/kind").asText()).isEqualTo("client");
    assertThat(answer.at("/spans/1/error/message").asText()).isEqualTo("no seat left");
    assertThat(answer.at("/spans/1/tags/side").asText()).isEqualTo("child");
    assertThat(answer.at("/spans/0/error").isNull()).isTrue();
    assertThat(answer.at("/spans/0/status").asText()).isEqualTo("running");
    assertThat(answer.at("/spans/1/parentSpanId").asText()).isEqualTo("s-1");
    assertThat(answer.at("/spans/1/durationMs").asDouble()).isEqualTo(1_000);
    assertThat(answer.at("/spans/1/startedAt").asText()).isEqualTo("2026-03-01T09:58:38Z");
  }

  /** As B3 headers and logs write ids, and as services do that write to Kafka themselves. */
  @ParameterizedTest
  @CsvSource({
    "00000000000000007da6ac4aba421381, 7da6ac4aba421381",
    "00000000000000007da6ac4aba421381, 7DA6AC4ABA421381",
    "00000000000000007da6ac4aba421381, 00000000000000007DA6AC4ABA421381",
    "00000000000000007da6ac4aba421381, 00000000000000007da6ac4aba421381",
    "4bf92f3577b34da6a3ce929d0e0e4736, 4BF92F3577B34DA6A3CE929D0E0E4736",
    "0000000000000000000000000000000f, f",
    "BEEF,                             BEEF",
  })
  void shouldFindATraceByTheFormsOfItsId(String id, String asked) throws Exception {
    ledger.put(Traces.running(id, "planner", "plan", NOW).snapshot());

    assertThat(json("/monitoring/traces/" + asked).get("traceId").asText()).isEqualTo(id);
    assertThat(get("/monitoring/traces/1" + asked).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldPreferTheIdAsItIsGiven() throws Exception {
    ledger.put(Traces.running("BEEF", "ours", "plan", NOW).snapshot());
    ledger.put(
        Traces.running("0000000000000000000000000000beef", "theirs", "plan", NOW).snapshot());

    assertThat(json("/monitoring/traces/BEEF").get("service").asText()).isEqualTo("ours");
    assertThat(json("/monitoring/traces/beef").get("service").asText()).isEqualTo("theirs");
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
