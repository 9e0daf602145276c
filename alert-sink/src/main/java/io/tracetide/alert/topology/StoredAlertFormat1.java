package io.tracetide.alert.topology;

import io.tracetide.alert.decision.AlertEpisode;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.decision.AlertState.Firing;
import io.tracetide.alert.decision.AlertState.Resolved;
import io.tracetide.alert.decision.Recipient;
import io.tracetide.alert.decision.RecipientState;
import io.tracetide.alert.decision.RecipientStates;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.decision.Status;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads alerts as builds before the Avro format stored them: a format number, the state, and the
 * anomaly as in its topic.
 */
final class StoredAlertFormat1 {
  static final int FORMAT = 1;
  private static final int FIRING = 1;
  private static final int RESOLVED = 2;

  private StoredAlertFormat1() {}

  static StoredAlert read(byte[] bytes, AvroDecoder<Anomaly> decoder) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
      return new StoredAlert(readState(in), decoder.decode(in.readAllBytes()));
    } catch (IOException e) {
      throw new SerializationException("stored alert of format 1 ends too early", e);
    }
  }

  private static AlertState readState(DataInputStream in) throws IOException {
    int tag = in.readUnsignedByte();
    AlertEpisode episode = readEpisode(in);
    int revision = in.readInt();
    return switch (tag) {
      case FIRING ->
          new Firing(episode, revision, Severity.valueOf(in.readUTF()), readRecipients(in));
      case RESOLVED -> new Resolved(episode, revision, readRecipients(in));
      default -> throw new SerializationException("stored alert has unknown state " + tag);
    };
  }

  private static AlertEpisode readEpisode(DataInputStream in) throws IOException {
    return new AlertEpisode(in.readUTF(), Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS));
  }

  private static RecipientStates readRecipients(DataInputStream in) throws IOException {
    SortedMap<Recipient, RecipientState> byRecipient = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      Recipient recipient = new Recipient(in.readUTF(), in.readUTF());
      byRecipient.put(recipient, new RecipientState(in.readLong(), Status.valueOf(in.readUTF())));
    }
    return new RecipientStates(byRecipient);
  }
}
