package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.trace.TraceStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowEventsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "context_lifecycle",
        "plan_execution",
        "approval_workflow",
        "trace_milestone",
        "Approval-Workflow",
        " plan execution\t",
        "TRACE.MILESTONE",
        "approvalworkflow",
        "approval__workflow",
        "approval_workflow_",
        "exception",
        "",
        "  ",
        "plän_execution"
      })
  void shouldKnowTheSameTypesInBytesAsInText(String type) {
    byte[] bytes = ("x" + type + "y").getBytes(UTF_8);

    assertThat(WorkflowEvents.isKnown(bytes, 1, bytes.length - 2))
        .isEqualTo(TraceStep.Kind.ofEvent(type).isUnderstood());
  }
}
