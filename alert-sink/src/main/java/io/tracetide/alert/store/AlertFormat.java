package io.tracetide.alert.store;

import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.AlertContent;
import io.tracetide.alert.decision.AlertEpisode;
import io.tracetide.alert.decision.AlertTimes;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.schemas.serde.SingleObjectAvro;
import io.tracetide.schemas.state.AcknowledgementRecord;
import io.tracetide.schemas.state.TrackedAlertRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Bytes of alerts in their store. */
final class AlertFormat {
  private static final SingleObjectAvro<TrackedAlertRecord> AVRO =
      new SingleObjectAvro<>(TrackedAlertRecord.class);

  /**
   * Writes an alert.
   *
   * @param anomaly the newest anomaly in the wire format of its topic; null for an alert of another
   *     system
   */
  static byte[] write(TrackedAlert alert, byte @Nullable [] anomaly) {
    return AVRO.encode(
        TrackedAlertRecord.newBuilder()
            .setFingerprint(alert.fingerprint())
            .setLabels(alert.content().labels())
            .setAnnotations(alert.content().annotations())
            .setGeneratorUrl(alert.content().generatorUrl())
            .setPhase(alert.phase().name())
            .setStartsAt(alert.times().startsAt())
            .setEndsAt(alert.times().endsAt())
            .setUpdatedAt(alert.times().updatedAt())
            .setPhaseSince(alert.times().phaseSince())
            .setAnomalyId(alert.episode().anomalyId())
            .setOpenedAt(alert.episode().openedAt())
            .setRevision(alert.episode().revision())
            .setAcknowledgement(record(alert.acknowledgement()))
            .setGroups(new ArrayList<>(alert.groups()))
            .setDue(alert.due())
            .setAnomaly(anomaly == null ? null : ByteBuffer.wrap(anomaly))
            .build());
  }

  static TrackedAlert read(byte[] bytes) {
    TrackedAlertRecord record = AVRO.decode(bytes);
    return new TrackedAlert(
        record.getFingerprint(),
        AlertContent.of(record.getLabels(), record.getAnnotations(), record.getGeneratorUrl()),
        Phase.valueOf(record.getPhase()),
        new AlertTimes(
            record.getStartsAt(),
            record.getEndsAt(),
            record.getUpdatedAt(),
            record.getPhaseSince()),
        new AlertEpisode(record.getAnomalyId(), record.getOpenedAt(), record.getRevision()),
        acknowledgement(record.getAcknowledgement()),
        new TreeSet<>(record.getGroups()),
        record.getDue());
  }

  /** The newest anomaly in the wire format of its topic, if there is one. */
  static byte @Nullable [] anomaly(byte[] bytes) {
    @Nullable ByteBuffer anomaly = AVRO.decode(bytes).getAnomaly();
    if (anomaly == null) {
      return null;
    }
    byte[] copy = new byte[anomaly.remaining()];
    anomaly.duplicate().get(copy);
    return copy;
  }

  private static @Nullable AcknowledgementRecord record(@Nullable Acknowledgement given) {
    return given == null
        ? null
        : new AcknowledgementRecord(
            given.by(), given.comment(), given.at(), given.expiresAt(), given.mutedUntilResolved());
  }

  private static @Nullable Acknowledgement acknowledgement(@Nullable AcknowledgementRecord record) {
    return record == null
        ? null
        : new Acknowledgement(
            record.getAuthor(),
            record.getComment(),
            record.getGivenAt(),
            record.getExpiresAt(),
            record.getMutedUntilResolved());
  }

  private AlertFormat() {}
}
