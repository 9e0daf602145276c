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
import io.tracetide.schemas.mapping.EpochMicros;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The form of an alert in the store and its changelog: a format number, the state, and the anomaly
 * as in its topic, so that it is read back whatever its schema was then.
 */
final class StoredAlertSerde implements Serde<StoredAlert> {
  private static final int FORMAT = 1;
  private static final int FIRING = 1;
  private static final int RESOLVED = 2;

  private final AvroEncoder<Anomaly> encoder;
  private final AvroDecoder<Anomaly> decoder;

  StoredAlertSerde(SchemaRegistry registry) {
    this.encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
    this.decoder = new AvroDecoder<>(registry, Anomaly.class);
  }

  @Override
  public Serializer<StoredAlert> serializer() {
    return this::write;
  }

  @Override
  public Deserializer<StoredAlert> deserializer() {
    return this::read;
  }

  // Kafka asks for null to become null: that is how a store deletes.
  @SuppressWarnings("NullAway")
  private byte @Nullable [] write(String topic, @Nullable StoredAlert alert) {
    if (alert == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      writeState(out, alert.state());
      out.write(encoder.encode(alert.anomaly()));
    } catch (IOException e) {
      throw new SerializationException("alert does not fit its stored form: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("NullAway")
  private @Nullable StoredAlert read(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new SerializationException(
            "stored alert has format " + format + ", this version reads " + FORMAT);
      }
      return new StoredAlert(readState(in), decoder.decode(in.readAllBytes()));
    } catch (IOException e) {
      throw new SerializationException("stored alert ends too early", e);
    }
  }

  private static void writeState(DataOutputStream out, AlertState state) throws IOException {
    if (state instanceof Firing firing) {
      out.writeByte(FIRING);
      writeKnown(out, firing.episode(), firing.revision());
      out.writeUTF(firing.peak().name());
      writeStandings(out, firing.standings());
    } else if (state instanceof Resolved resolved) {
      out.writeByte(RESOLVED);
      writeKnown(out, resolved.episode(), resolved.revision());
      writeStandings(out, resolved.standings());
    } else {
      throw new SerializationException("an alert in state " + state + " is not stored");
    }
  }

  private static AlertState readState(DataInputStream in) throws IOException {
    int tag = in.readUnsignedByte();
    AlertEpisode episode = readEpisode(in);
    int revision = in.readInt();
    return switch (tag) {
      case FIRING ->
          new Firing(episode, revision, Severity.valueOf(in.readUTF()), readStandings(in));
      case RESOLVED -> new Resolved(episode, revision, readStandings(in));
      default -> throw new SerializationException("stored alert has unknown state " + tag);
    };
  }

  private static void writeKnown(DataOutputStream out, AlertEpisode episode, int revision)
      throws IOException {
    out.writeUTF(episode.anomalyId());
    out.writeLong(EpochMicros.of(episode.openedAt()));
    out.writeInt(revision);
  }

  private static AlertEpisode readEpisode(DataInputStream in) throws IOException {
    return new AlertEpisode(in.readUTF(), Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS));
  }

  private static void writeStandings(DataOutputStream out, RecipientStates standings)
      throws IOException {
    out.writeInt(standings.byRecipient().size());
    for (Map.Entry<Recipient, RecipientState> entry : standings.byRecipient().entrySet()) {
      out.writeUTF(entry.getKey().receiver());
      out.writeUTF(entry.getKey().groupKey());
      out.writeLong(entry.getValue().sequence());
      out.writeUTF(entry.getValue().status().name());
    }
  }

  private static RecipientStates readStandings(DataInputStream in) throws IOException {
    SortedMap<Recipient, RecipientState> byRecipient = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      Recipient recipient = new Recipient(in.readUTF(), in.readUTF());
      byRecipient.put(recipient, new RecipientState(in.readLong(), Status.valueOf(in.readUTF())));
    }
    return new RecipientStates(byRecipient);
  }
}
