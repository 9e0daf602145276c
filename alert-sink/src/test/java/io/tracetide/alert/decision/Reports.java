package io.tracetide.alert.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** Reports for tests. */
final class Reports {
  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  static AnomalyReport open(int episode, int revision, Severity severity) {
    return report("fp", episode, revision, severity, true);
  }

  static AnomalyReport resolved(int episode, int revision) {
    return report("fp", episode, revision, Severity.HIGH, false);
  }

  static AnomalyReport report(
      String fingerprint, int episode, int revision, Severity severity, boolean open) {
    Instant openedAt = START.plus(Duration.ofMinutes(episode));
    return new AnomalyReport(
        "default",
        fingerprint,
        new AlertEpisode(fingerprint + "@" + openedAt, openedAt),
        revision,
        severity,
        open,
        Map.of("service", "checkout", "severity", severity.name().toLowerCase(Locale.ROOT)));
  }

  private Reports() {}
}
