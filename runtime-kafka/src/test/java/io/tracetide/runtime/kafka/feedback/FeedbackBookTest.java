package io.tracetide.runtime.kafka.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.Unacknowledgement;
import io.tracetide.schemas.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeedbackBookTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final FeedbackBook book = new FeedbackBook();

  @Test
  void shouldKeepTheNewestVersionOfEachJudgement() {
    book.read(command("a", "1", 0, feedback(Verdict.FALSE_POSITIVE, "fp", null)));
    long version = book.version();
    book.read(command("a", "1", 0, feedback(Verdict.FALSE_POSITIVE, "fp", null)));
    assertThat(book.version()).isEqualTo(version);

    Feedback revoked =
        Feedback.newBuilder(feedback(Verdict.FALSE_POSITIVE, "fp", null)).setRevokedAt(NOW).build();
    book.read(command("a", "1", 0, revoked));

    assertThat(book.version()).isGreaterThan(version);
    assertThat(book.of("a")).hasSize(1);
    assertThat(book.holding("a", "fp", NOW)).isEmpty();
    assertThat(book.state(book.of("a").get(0), NOW)).isEqualTo(Judgement.State.REVOKED);
  }

  @Test
  void shouldSeparateTenants() {
    book.read(command("a", "1", 0, feedback(Verdict.FALSE_POSITIVE, "fp", null)));

    assertThat(book.holding("a", "fp", NOW)).isPresent();
    assertThat(book.holding("b", "fp", NOW)).isEmpty();
    assertThat(book.find("b", "1")).isEmpty();
    assertThat(book.tenants()).containsExactly("a");
  }

  @Test
  void shouldIgnoreOtherCommandsAndFeedbackWithoutItsAnomaly() {
    Feedback former =
        Feedback.newBuilder(feedback(Verdict.FALSE_POSITIVE, "fp", null)).setAnomaly(null).build();
    book.read(command("a", "1", 0, former));
    book.read(command("a", "2", 0, feedback(Verdict.UNKNOWN, "fp", null)));
    book.read(command("a", "3", 0, new Unacknowledgement("fp", "ann", "")));

    assertThat(book.version()).isZero();
    assertThat(book.tenants()).isEmpty();
  }

  @Test
  void shouldDropTheOldestBeyondTheLimit() {
    for (int i = 0; i <= FeedbackBook.MAX_PER_TENANT; i++) {
      book.read(command("a", "id" + i, i, feedback(Verdict.FALSE_POSITIVE, "fp" + i, null)));
    }

    assertThat(book.of("a")).hasSize(FeedbackBook.MAX_PER_TENANT);
    assertThat(book.find("a", "id0")).isEmpty();
    assertThat(book.holding("a", "fp0", NOW)).isEmpty();
    assertThat(book.of("a").get(0).id()).isEqualTo("id" + FeedbackBook.MAX_PER_TENANT);
  }

  private static AlertCommand command(String tenant, String id, int seconds, Object command) {
    return AlertCommand.newBuilder()
        .setTenantId(tenant)
        .setId(id)
        .setIssuedAt(NOW.minusSeconds(86_400).plusSeconds(seconds))
        .setCommand(command)
        .build();
  }

  private static Feedback feedback(Verdict verdict, String fingerprint, @Nullable Instant until) {
    return Feedback.newBuilder()
        .setAnomalyId(fingerprint + "-1")
        .setVerdict(verdict)
        .setGivenBy("ann")
        .setExpectedUntil(until)
        .setAnomaly(
            Anomaly.newBuilder()
                .setAnomalyId(fingerprint + "-1")
                .setFingerprint(fingerprint)
                .setServiceName("checkout")
                .setDetector(Detector.ISOLATION_FOREST)
                .setKind(AnomalyKind.LATENCY)
                .setSeverity(Severity.HIGH)
                .setConfidence(0.9)
                .setState(AnomalyState.OPEN)
                .setOpenedAt(NOW)
                .setUpdatedAt(NOW)
                .setWindowStart(NOW)
                .setWindowEnd(NOW)
                .setSummary("slow")
                .setExemplars(new Exemplars(null, null, null))
                .build())
        .build();
  }
}
