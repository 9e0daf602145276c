package io.tracetide.processor.query.peer.message;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Anomalies of one partition, as they travel between instances; whole, or not an answer. */
public record PartitionAnomalies(List<Anomaly> anomalies) {
  public PartitionAnomalies {
    anomalies = List.copyOf(anomalies);
  }

  /** Reads a message, which has to be about that partition. */
  public static PartitionAnomalies decode(byte[] message, int partition, AnomalyFormat format) {
    MessageReader in = new MessageReader(message, MessageKind.ANOMALIES_ANSWER);
    int about = in.below(Integer.MAX_VALUE);
    if (about != partition) {
      throw MalformedMessageException.garbled(
          "partition %d was asked for, not %d".formatted(partition, about));
    }
    List<Anomaly> anomalies = new ArrayList<>();
    try {
      while (in.flag()) {
        anomalies.add(format.decoder().apply(in.bytes()));
      }
    } catch (MalformedRecordException e) {
      throw MalformedMessageException.garbled("an anomaly is not readable: " + e.getMessage());
    } catch (UnknownSchemaException e) {
      throw MalformedMessageException.otherFormat("an anomaly's schema is unknown");
    }
    in.finish();
    return new PartitionAnomalies(anomalies);
  }

  /** Takes the anomalies of one partition. */
  public static final class Writer implements Consumer<Anomaly> {
    private final MessageWriter out;
    private final AnomalyFormat format;

    public Writer(int partition, AnomalyFormat format, int limit) {
      this.out = new MessageWriter(MessageKind.ANOMALIES_ANSWER, limit);
      this.format = format;
      out.unsigned(partition);
    }

    @Override
    public void accept(Anomaly anomaly) {
      out.flag(true);
      out.bytes(format.encoder().apply(anomaly));
    }

    public byte[] finish() {
      out.flag(false);
      return out.finish();
    }
  }
}
