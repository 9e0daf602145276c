package io.tracetide.processor.query.peer;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.ChangeRecords;
import io.tracetide.processor.query.peer.message.MessageTooLargeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The changes of one kind on their way to one other instance: batches, each preceded by its length.
 * A peer that does not keep up is disconnected, and reads the state again when it has connected.
 * For one thread, except {@link #isOpen}.
 */
final class OutgoingFeed {
  private static final long MOST_WAITING_BYTES = 32 << 20;

  /** A message has more bytes than its changes weigh: up to three for each character. */
  private static final int BYTES_PER_WEIGHT = 8;

  private final Kind kind;
  private final HttpResponseWriter out;
  private final AnomalyFormat format;
  private final int maxBytes;
  private List<StateChange> waiting = new ArrayList<>();
  private long waitingBytes;
  private volatile boolean ready = true;
  private long sentNanos;
  private boolean begun;

  OutgoingFeed(Kind kind, HttpResponseWriter out, AnomalyFormat format, int maxBytes) {
    this.kind = kind;
    this.out = out;
    this.format = format;
    this.maxBytes = maxBytes;
  }

  Kind kind() {
    return kind;
  }

  boolean isOpen() {
    return out.isOpen();
  }

  void offer(StateChange change) {
    if (change.kind() != kind || !out.isOpen()) {
      return;
    }
    waitingBytes += change.weight();
    if (waitingBytes > MOST_WAITING_BYTES) {
      close();
    } else {
      waiting.add(change);
    }
  }

  /** Sends what waits, or an empty batch when nothing was sent for some time. */
  void flush(long breaks, long nowNanos, long signOfLifeNanos) {
    if (!ready
        || !out.isOpen()
        || (begun && waiting.isEmpty() && nowNanos - sentNanos < signOfLifeNanos)) {
      return;
    }
    int count = batch();
    byte[] message;
    try {
      message = ChangeRecords.encode(waiting.subList(0, count), breaks, format, maxBytes);
    } catch (MessageTooLargeException e) {
      close();
      return;
    }
    waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
    begun = true;
    sentNanos = nowNanos;
    ready = false;
    byte[] framed =
        ByteBuffer.allocate(Integer.BYTES + message.length)
            .putInt(message.length)
            .put(message)
            .array();
    if (out.tryWrite(HttpData.wrap(framed))) {
      CompletableFuture<Void> unused = out.whenConsumed().thenRun(() -> ready = true);
    }
  }

  /** Number of changes that fit into a message; at least one, if there are any. */
  private int batch() {
    long room = maxBytes / BYTES_PER_WEIGHT;
    int count = 0;
    while (count < waiting.size() && (count == 0 || room >= waiting.get(count).weight())) {
      room -= waiting.get(count).weight();
      waitingBytes -= waiting.get(count).weight();
      count++;
    }
    return count;
  }

  void close() {
    waiting = new ArrayList<>();
    waitingBytes = 0;
    out.close();
  }
}
