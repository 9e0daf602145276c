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
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.NotifiedRecipient;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Serde of the store {@code alerts} and its changelog: an {@link AlertRecord} in Avro's
 * single-object encoding, with the anomaly in the wire format of its topic. Bytes of format 1 are
 * read as well, and replaced by the next write.
 */
final class StoredAlertSerde implements Serde<StoredAlert> {
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

  // Kafka passes null for a deletion and expects null.
  @SuppressWarnings("NullAway")
  private byte @Nullable [] write(String topic, @Nullable StoredAlert alert) {
    if (alert == null) {
      return null;
    }
    AlertRecord.Builder record =
        AlertRecord.newBuilder().setAnomaly(ByteBuffer.wrap(encoder.encode(alert.anomaly())));
    if (alert.state() instanceof Firing firing) {
      write(record, AlertStatus.FIRING, firing.episode(), firing.revision(), firing.recipients());
      record.setPeak(io.tracetide.schemas.Severity.valueOf(firing.peak().name()));
    } else if (alert.state() instanceof Resolved resolved) {
      write(
          record,
          AlertStatus.RESOLVED,
          resolved.episode(),
          resolved.revision(),
          resolved.recipients());
    } else {
      throw new SerializationException("an alert in state " + alert.state() + " is not stored");
    }
    try {
      return record.build().toByteBuffer().array();
    } catch (IOException e) {
      throw new SerializationException("alert cannot be encoded", e);
    }
  }

  private static void write(
      AlertRecord.Builder record,
      AlertStatus status,
      AlertEpisode episode,
      int revision,
      RecipientStates recipients) {
    record
        .setStatus(status)
        .setAnomalyId(episode.anomalyId())
        .setOpenedAt(episode.openedAt())
        .setRevision(revision)
        .setRecipients(
            recipients.byRecipient().entrySet().stream()
                .map(
                    entry ->
                        new NotifiedRecipient(
                            entry.getKey().receiver(),
                            entry.getKey().groupKey(),
                            entry.getValue().sequence(),
                            AlertStatus.valueOf(entry.getValue().status().name())))
                .toList());
  }

  @SuppressWarnings("NullAway")
  private @Nullable StoredAlert read(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    if (bytes.length > 0 && bytes[0] == StoredAlertFormat1.FORMAT) {
      return StoredAlertFormat1.read(bytes, decoder);
    }
    AlertRecord record;
    try {
      record = AlertRecord.fromByteBuffer(ByteBuffer.wrap(bytes));
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException("stored alert cannot be decoded: " + e.getMessage(), e);
    }
    return new StoredAlert(state(record), decoder.decode(AvroBytes.copy(record.getAnomaly())));
  }

  private static AlertState state(AlertRecord record) {
    AlertEpisode episode = new AlertEpisode(record.getAnomalyId(), record.getOpenedAt());
    SortedMap<Recipient, RecipientState> byRecipient = new TreeMap<>();
    for (NotifiedRecipient notified : record.getRecipients()) {
      byRecipient.put(
          new Recipient(notified.getReceiver(), notified.getGroupKey()),
          new RecipientState(notified.getSequence(), Status.valueOf(notified.getStatus().name())));
    }
    RecipientStates recipients = new RecipientStates(byRecipient);
    if (record.getStatus() == AlertStatus.RESOLVED) {
      return new Resolved(episode, record.getRevision(), recipients);
    }
    if (record.getPeak() == null) {
      throw new SerializationException("stored alert fires and has no severity");
    }
    Severity peak = Severity.valueOf(record.getPeak().name());
    return new Firing(episode, record.getRevision(), peak, recipients);
  }
}
