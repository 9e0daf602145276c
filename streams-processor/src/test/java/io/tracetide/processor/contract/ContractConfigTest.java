package io.tracetide.processor.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractConfigTest {

  @Test
  void shouldReportEveryProblemAtOnceWithItsPlace() {
    String yaml =
        """
        contracts:
          - name: a
            maxLatencyMs: 0
            deadline: tomorrow
            timeZone: Mars
            steps: [{ name: one }, { name: one, then: [two], maxStepDuration: 0s }]
          - name: b
            match: { tags: { tier: gold } }
            maxErrorRate: 120
            approvalBefore: plan:started
          - maxSilence: 10s
          - name: empty
        compliance:
          frameworks: [sox, hipaa]
          definitions:
            - name: own
              controls:
                - { name: x, type: forbidden_sequence, sequence: [one] }
                - { name: y, type: access_hours, from: "25:00" }
                - { name: z, type: retention }
                - { name: w, type: required_approval }
                - { name: v, type: nothing }
        """;

    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("contracts[0].maxLatencyMs")
        .hasMessageContaining("contracts[0].deadline")
        .hasMessageContaining("contracts[0].timeZone")
        .hasMessageContaining("contracts[0].steps[1].maxStepDuration")
        .hasMessageContaining("contracts[1].match.tags")
        .hasMessageContaining("contracts[1].maxErrorRate")
        .hasMessageContaining("contracts[1].approvalBefore")
        .hasMessageContaining("contracts[2].name")
        .hasMessageContaining("compliance.definitions[0].controls[0].sequence")
        .hasMessageContaining("compliance.definitions[0].controls[1].from")
        .hasMessageContaining("compliance.definitions[0].controls[2].keepAtMost")
        .hasMessageContaining("compliance.definitions[0].controls[3].approvers")
        .hasMessageContaining("compliance.definitions[0].controls[4].type");
  }

  @Test
  void shouldRejectInconsistentContracts() {
    assertThatThrownBy(() -> read("contracts: [{ name: empty }]"))
        .hasMessageContaining("contracts[0]")
        .hasMessageContaining("at least one clause");
    assertThatThrownBy(
            () -> read("contracts: [{ name: a, maxLatencyMs: 1 }, { name: a, maxLatencyMs: 2 }]"))
        .hasMessageContaining("contracts: ")
        .hasMessageContaining("all different");
    assertThatThrownBy(() -> read("compliance: { frameworks: [hipaa] }"))
        .hasMessageContaining("compliance.frameworks")
        .hasMessageContaining("sox, gdpr");
    assertThatThrownBy(() -> read("contracts: [{ name: a, steps: [{ name: one, then: [two] }] }]"))
        .hasMessageContaining("contracts[0].steps[0].then");
  }

  private static ProcessorConfig read(String yaml) {
    return ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of());
  }
}
