package io.tracetide.processor.topology.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class RecordViolationsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void shouldRecordThatAViolationOpenedAndThatItIsOver() {
    List<AuditEntry> entries =
        entries(
            anomaly(Detector.CONTRACT, AnomalyState.OPEN, 0),
            anomaly(Detector.CONTRACT, AnomalyState.OPEN, 1),
            anomaly(Detector.CONTRACT, AnomalyState.RESOLVED, 2),
            anomaly(Detector.COMPLIANCE, AnomalyState.OPEN, 0),
            anomaly(Detector.THRESHOLD, AnomalyState.OPEN, 0));

    assertThat(entries)
        .extracting(AuditEntry::getAction)
        .containsExactly("violation.opened", "violation.resolved", "violation.opened");
    assertThat(entries.get(0).getSubject()).isEqualTo("a-1");
    assertThat(entries.get(0).getDetails())
        .containsEntry("detector", "contract")
        .containsEntry("rule", "four-eyes")
        .containsEntry("traceIds", "t-2,t-1")
        .doesNotContainValue("what somebody wrote");
  }

  private static List<AuditEntry> entries(Anomaly... anomalies) {
    MockProcessorContext<String, AuditEntry> context = new MockProcessorContext<>();
    RecordViolations violations = new RecordViolations();
    violations.init(context);
    for (Anomaly anomaly : anomalies) {
      violations.process(new Record<>("f", anomaly, 0));
    }
    return context.forwarded().stream().<AuditEntry>map(sent -> sent.record().value()).toList();
  }

  private static Anomaly anomaly(Detector detector, AnomalyState state, int revision) {
    return Anomaly.newBuilder()
        .setTenantId("acme")
        .setAnomalyId("a-1")
        .setFingerprint("f")
        .setServiceName("planner")
        .setOperationName("plan")
        .setDetector(detector)
        .setKind(AnomalyKind.LATENCY)
        .setRule("four-eyes")
        .setSeverity(Severity.HIGH)
        .setConfidence(1)
        .setState(state)
        .setRevision(revision)
        .setOpenedAt(NOON)
        .setUpdatedAt(NOON)
        .setWindowStart(NOON)
        .setWindowEnd(NOON)
        .setSummary("what somebody wrote")
        .setExemplars(new Exemplars("t-1", null, null))
        .setTraceIds(List.of("t-2", "t-1"))
        .build();
  }
}
