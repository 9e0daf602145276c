package io.tracetide.processor.query.peer.message;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.peer.AnomaliesResponse;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The anomalies of one partition as a message; all of them, or no message. */
public record PartitionAnomalies(List<Anomaly> anomalies) {
  public PartitionAnomalies {
    anomalies = List.copyOf(anomalies);
  }

  /** Reads a message, which has to be about that partition. */
  public static PartitionAnomalies decode(byte[] message, int partition, AnomalyFormat format) {
    AnomaliesResponse response = MessageFormat.ANOMALIES_RESPONSE.decode(message, partition);
    List<Anomaly> anomalies = new ArrayList<>();
    try {
      for (ByteBuffer anomaly : response.getAnomalies()) {
        anomalies.add(format.decoder().apply(AvroBytes.copy(anomaly)));
      }
    } catch (MalformedRecordException e) {
      throw MalformedMessageException.garbled("an anomaly is malformed: " + e.getMessage());
    } catch (UnknownSchemaException e) {
      throw MalformedMessageException.otherFormat("an anomaly's schema is unknown");
    }
    return new PartitionAnomalies(anomalies);
  }

  /** Collects the anomalies of one partition. */
  public static final class Writer implements Consumer<Anomaly> {
    private final int partition;
    private final AnomalyFormat format;
    private final int limit;
    private final List<ByteBuffer> anomalies = new ArrayList<>();
    private long size;

    public Writer(int partition, AnomalyFormat format, int limit) {
      this.partition = partition;
      this.format = format;
      this.limit = limit;
    }

    @Override
    public void accept(Anomaly anomaly) {
      byte[] encoded = format.encoder().apply(anomaly);
      size += encoded.length;
      if (size > limit) {
        throw new MessageTooLargeException(limit);
      }
      anomalies.add(ByteBuffer.wrap(encoded));
    }

    public byte[] finish() {
      return MessageFormat.ANOMALIES_RESPONSE.encode(
          new AnomaliesResponse(partition, anomalies), limit);
    }
  }
}
