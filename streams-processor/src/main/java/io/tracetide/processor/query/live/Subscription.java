package io.tracetide.processor.query.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's place in the sequence of a channel. For the thread of the broker. */
final class Subscription {
  private final String id;
  private final String quotedId;
  private final LiveChannel channel;
  private final LiveConnection connection;
  private @Nullable LiveUpdate snapshot;
  private long received = -1;

  Subscription(String id, LiveChannel channel, LiveConnection connection) {
    this.id = id;
    this.quotedId = JsonLiteral.of(id);
    this.channel = channel;
    this.connection = connection;
  }

  String id() {
    return id;
  }

  LiveChannel channel() {
    return channel;
  }

  LiveConnection connection() {
    return connection;
  }

  /** Continues after an update that the client has received. */
  void resume(long seq) {
    received = seq;
  }

  /** Begins with a snapshot. */
  void begin(LiveUpdate first) {
    snapshot = first;
    received = first.seq();
  }

  /** Whether it has neither begun nor resumed. */
  boolean isWaiting() {
    return received < 0;
  }

  /** Whether updates that the client has not received are no longer kept. */
  boolean isOutrun() {
    return !isWaiting() && !channel.hasAllAfter(received);
  }

  /**
   * The next message; null when there is none. It contains all updates since the last one, the
   * latest item of each key; a snapshot is a message of its own.
   */
  @Nullable Next next() {
    LiveUpdate first = snapshot;
    if (first != null) {
      snapshot = null;
      return new Next(message(first, 0), 0);
    }
    if (isWaiting() || received >= channel.seq()) {
      return null;
    }
    List<LiveUpdate> updates = channel.after(received);
    for (int i = updates.size() - 1; i >= 0; i--) {
      if (updates.get(i).isSnapshot()) {
        LiveUpdate newest = updates.get(i);
        received = newest.seq();
        return new Next(message(newest, i), i);
      }
    }
    LiveUpdate all = updates.size() == 1 ? updates.get(0) : LiveUpdate.merged(updates);
    received = all.seq();
    return new Next(message(all, updates.size() - 1), updates.size() - 1);
  }

  private LiveMessage message(LiveUpdate update, long coalesced) {
    return Messages.update(quotedId, channel.view().topic(), channel.stream(), update, coalesced);
  }

  /**
   * A message to send.
   *
   * @param coalesced updates that it replaces
   */
  record Next(LiveMessage message, int coalesced) {}
}
