package io.tracetide.alert.contract;

import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.schemas.Acknowledgement;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Matcher;
import io.tracetide.schemas.Silence;
import io.tracetide.schemas.Unacknowledgement;
import io.tracetide.schemas.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes commands as records of their contract. */
public final class CommandWriter {

  /** Creates or changes a silence. */
  public static AlertCommand silence(
      String tenant, io.tracetide.alert.decision.AlertSilence silence) {
    return command(
        tenant,
        silence.id(),
        silence.updatedAt(),
        new Silence(
            silence.matchers().stream().map(CommandWriter::matcher).toList(),
            silence.startsAt(),
            silence.endsAt(),
            silence.createdBy(),
            silence.comment(),
            silence.annotations()));
  }

  private static Matcher matcher(LabelMatcher matcher) {
    return new Matcher(matcher.label(), matcher.value(), matcher.isRegex(), matcher.isEqual());
  }

  /** Acknowledges an alert. */
  public static AlertCommand acknowledge(
      String tenant,
      String id,
      String fingerprint,
      io.tracetide.alert.decision.Acknowledgement given) {
    return command(
        tenant,
        id,
        given.at(),
        new Acknowledgement(
            fingerprint,
            given.by(),
            given.comment(),
            given.expiresAt(),
            given.mutedUntilResolved()));
  }

  /** Withdraws an acknowledgement. */
  public static AlertCommand unacknowledge(
      String tenant, String id, Instant at, String fingerprint, Note note) {
    return command(tenant, id, at, new Unacknowledgement(fingerprint, note.by(), note.comment()));
  }

  /** Judges an anomaly, or changes the judgement with this id. */
  public static AlertCommand feedback(String tenant, String id, Instant at, Feedback feedback) {
    return command(tenant, id, at, feedback);
  }

  /**
   * A judgement.
   *
   * @param until until when the deviation is expected; null for other verdicts
   */
  public static Feedback feedback(
      Anomaly anomaly, Verdict verdict, @Nullable Instant until, Note note) {
    return Feedback.newBuilder()
        .setAnomalyId(anomaly.getAnomalyId())
        .setVerdict(verdict)
        .setGivenBy(note.by())
        .setComment(note.comment())
        .setExpectedUntil(until)
        .setAnomaly(anomaly)
        .build();
  }

  /**
   * Who gives a command, and why.
   *
   * @param by author
   * @param comment for others
   */
  public record Note(String by, String comment) {}

  private static AlertCommand command(
      String tenant, String id, Instant at, @Nullable Object command) {
    return AlertCommand.newBuilder()
        .setTenantId(tenant)
        .setId(id)
        .setIssuedAt(at)
        .setCommand(command)
        .build();
  }

  private CommandWriter() {}
}
