package io.tracetide.alert.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeverityTest {

  @ParameterizedTest
  @CsvSource({
    "critical, CRITICAL",
    "Page, CRITICAL",
    "fatal, CRITICAL",
    "emergency, CRITICAL",
    "HIGH, HIGH",
    "error, HIGH",
    "major, HIGH",
    "medium, MEDIUM",
    "warning, MEDIUM",
    "'', MEDIUM",
    "sev17, MEDIUM",
    "low, LOW",
    "info, LOW",
    "informational, LOW",
    "none, LOW",
  })
  void shouldKnowTheWordsOfOtherSystems(String label, Severity severity) {
    assertThat(Severity.ofLabel(label)).isEqualTo(severity);
  }
}
