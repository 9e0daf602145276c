package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.change.StateChange;
import io.tracetide.schemas.peer.ChangesBatch;
import io.tracetide.schemas.peer.PeerTrace;
import io.tracetide.schemas.peer.PeerWindowChange;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes as a message, and back. */
public final class ChangeRecords {
  private ChangeRecords() {}

  /**
   * The message of some changes.
   *
   * @param breaks see {@link io.tracetide.processor.change.LocalChanges#breaks}
   * @throws MessageTooLargeException if it has more bytes than {@code limit}
   */
  public static byte[] encode(
      List<StateChange> changes, long breaks, AnomalyFormat format, int limit) {
    List<PeerWindowChange> windows = new ArrayList<>();
    List<ByteBuffer> anomalies = new ArrayList<>();
    List<PeerTrace> traces = new ArrayList<>();
    for (StateChange change : changes) {
      if (change instanceof StateChange.OfWindow window) {
        windows.add(
            new PeerWindowChange(
                ByteBuffer.wrap(window.series()),
                window.startMs(),
                window.closedUpToMs(),
                ByteBuffer.wrap(window.counts())));
      } else if (change instanceof StateChange.OfAnomaly anomaly) {
        anomalies.add(ByteBuffer.wrap(format.encoder().apply(anomaly.anomaly())));
      } else if (change instanceof StateChange.OfTrace trace) {
        traces.add(TraceRecords.record(trace.trace()));
      }
    }
    return MessageFormat.CHANGES_BATCH.encode(
        new ChangesBatch(breaks, windows, anomalies, traces), limit);
  }

  /**
   * Reads a message, and passes on its changes.
   *
   * @return its breaks
   * @throws MalformedMessageException if the bytes are not such a message of this version
   */
  public static long decode(byte[] message, AnomalyFormat format, Consumer<StateChange> reader) {
    ChangesBatch batch = MessageFormat.CHANGES_BATCH.decode(message);
    try {
      for (PeerWindowChange window : batch.getWindows()) {
        reader.accept(
            new StateChange.OfWindow(
                AvroBytes.copy(window.getSeries()),
                window.getStartMs(),
                window.getClosedUpToMs(),
                AvroBytes.copy(window.getCounts())));
      }
      for (ByteBuffer anomaly : batch.getAnomalies()) {
        reader.accept(new StateChange.OfAnomaly(format.decoder().apply(AvroBytes.copy(anomaly))));
      }
      for (PeerTrace trace : batch.getTraces()) {
        reader.accept(new StateChange.OfTrace(TraceRecords.snapshot(trace)));
      }
    } catch (MalformedRecordException e) {
      throw MalformedMessageException.garbled("an anomaly is malformed: " + e.getMessage());
    } catch (UnknownSchemaException e) {
      throw MalformedMessageException.otherFormat("an anomaly's schema is unknown");
    }
    return batch.getBreaks();
  }
}
