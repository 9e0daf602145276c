package io.tracetide.alert.topology;

import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.NotifiedRecipient;
import io.tracetide.schemas.Severity;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads alerts as builds before the Avro format stored them: a format number, the state, and the
 * anomaly as in its topic.
 */
final class StoredAlertFormat1 {
  static final int FORMAT = 1;
  private static final int FIRING = 1;
  private static final int RESOLVED = 2;

  private StoredAlertFormat1() {}

  /**
   * Reads an alert.
   *
   * @throws IllegalArgumentException if the bytes are not of this format
   */
  static AlertRecord read(byte[] bytes) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
      int tag = in.readUnsignedByte();
      if (tag != FIRING && tag != RESOLVED) {
        throw new IllegalArgumentException("stored alert has unknown state " + tag);
      }
      String anomalyId = in.readUTF();
      Instant openedAt = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
      int revision = in.readInt();
      @Nullable Severity peak = tag == FIRING ? Severity.valueOf(in.readUTF()) : null;
      return AlertRecord.newBuilder()
          .setStatus(tag == FIRING ? AlertStatus.FIRING : AlertStatus.RESOLVED)
          .setAnomalyId(anomalyId)
          .setOpenedAt(openedAt)
          .setRevision(revision)
          .setPeak(peak)
          .setRecipients(readRecipients(in))
          .setAnomaly(ByteBuffer.wrap(in.readAllBytes()))
          .build();
    } catch (IOException e) {
      throw new IllegalArgumentException("stored alert of format 1 ends too early", e);
    }
  }

  private static List<NotifiedRecipient> readRecipients(DataInputStream in) throws IOException {
    List<NotifiedRecipient> recipients = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      recipients.add(
          new NotifiedRecipient(
              in.readUTF(), in.readUTF(), in.readLong(), AlertStatus.valueOf(in.readUTF())));
    }
    return recipients;
  }
}
