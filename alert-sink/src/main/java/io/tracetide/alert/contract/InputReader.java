package io.tracetide.alert.contract;

import io.tracetide.alert.decision.AlertContent;
import io.tracetide.alert.decision.AlertEpisode;
import io.tracetide.alert.decision.Input;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.schemas.Acknowledgement;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.Silence;
import io.tracetide.schemas.Unacknowledgement;
import java.util.Optional;
import java.util.TreeMap;

/** Reads records as inputs of the decision. */
public final class InputReader {

  /** The report of an anomaly. */
  public static Input.AnomalyReport report(Anomaly anomaly) {
    boolean open = anomaly.getState() == AnomalyState.OPEN;
    boolean timed = anomaly.getResolvedAt() != null;
    return new Input.AnomalyReport(
        anomaly.getFingerprint(),
        AlertContent.of(AlertText.labels(anomaly), AlertText.annotations(anomaly), ""),
        new AlertEpisode(anomaly.getAnomalyId(), anomaly.getOpenedAt(), anomaly.getRevision()),
        open,
        timed ? anomaly.getResolvedAt() : anomaly.getUpdatedAt());
  }

  /** The report of another system. */
  public static Input.ExternalReport report(ExternalAlert alert) {
    return new Input.ExternalReport(
        LabelFingerprint.of(alert.getLabels()),
        AlertContent.of(alert.getLabels(), alert.getAnnotations(), alert.getGeneratorUrl()),
        alert.getStartsAt(),
        alert.getEndsAt());
  }

  /**
   * A command; empty for feedback, which is for the detection.
   *
   * @throws IllegalArgumentException if a matcher of a silence is invalid
   */
  public static Optional<Input> command(AlertCommand command) {
    Object given = command.getCommand();
    if (given instanceof Silence silence) {
      return Optional.of(new Input.PutSilence(silence(command, silence)));
    }
    if (given instanceof Acknowledgement acknowledgement) {
      return Optional.of(
          new Input.Acknowledge(
              acknowledgement.getFingerprint(),
              new io.tracetide.alert.decision.Acknowledgement(
                  acknowledgement.getAcknowledgedBy(),
                  acknowledgement.getComment(),
                  command.getIssuedAt(),
                  acknowledgement.getExpiresAt(),
                  acknowledgement.getMutedUntilResolved())));
    }
    if (given instanceof Unacknowledgement unacknowledgement) {
      return Optional.of(new Input.Unacknowledge(unacknowledgement.getFingerprint()));
    }
    return Optional.empty();
  }

  private static io.tracetide.alert.decision.AlertSilence silence(
      AlertCommand command, Silence silence) {
    return new io.tracetide.alert.decision.AlertSilence(
        command.getId(),
        silence.getMatchers().stream()
            .map(
                matcher ->
                    LabelMatcher.of(
                        matcher.getName(),
                        matcher.getValue(),
                        matcher.getIsRegex(),
                        matcher.getIsEqual()))
            .toList(),
        silence.getStartsAt(),
        silence.getEndsAt(),
        command.getIssuedAt(),
        silence.getCreatedBy(),
        silence.getComment(),
        new TreeMap<>(silence.getAnnotations()));
  }

  /**
   * An alert that a build without groups has stored.
   *
   * @param anomaly the anomaly in the record
   */
  public static Input.Imported imported(AlertRecord record, Anomaly anomaly) {
    Severity peak =
        record.getPeak() == null
            ? Severity.valueOf(anomaly.getSeverity().name())
            : Severity.valueOf(record.getPeak().name());
    return new Input.Imported(report(anomaly), peak);
  }

  private InputReader() {}
}
