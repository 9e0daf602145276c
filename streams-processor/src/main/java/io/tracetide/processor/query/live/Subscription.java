package io.tracetide.processor.query.live;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's place in the sequence of a channel. For the thread of the broker. */
final class Subscription {
  private final String id;
  private final Channel channel;
  private final LiveConnection connection;
  private @Nullable Frame snapshot;
  private long received = -1;

  Subscription(String id, Channel channel, LiveConnection connection) {
    this.id = id;
    this.channel = channel;
    this.connection = connection;
  }

  String id() {
    return id;
  }

  Channel channel() {
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
  void begin(Frame first) {
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
    Frame first = snapshot;
    if (first != null) {
      snapshot = null;
      return new Next(message(first, 0), 0);
    }
    if (isWaiting() || received >= channel.seq()) {
      return null;
    }
    List<Frame> frames = channel.after(received);
    for (int i = frames.size() - 1; i >= 0; i--) {
      if (frames.get(i).isSnapshot()) {
        Frame newest = frames.get(i);
        received = newest.seq();
        return new Next(message(newest, i), i);
      }
    }
    Frame all = frames.size() == 1 ? frames.get(0) : Frame.merged(frames);
    received = all.seq();
    return new Next(message(all, frames.size() - 1), frames.size() - 1);
  }

  private LiveMessage message(Frame frame, long coalesced) {
    return Messages.update(id, channel.view().topic(), channel.stream(), frame, coalesced);
  }

  /**
   * A message to send.
   *
   * @param coalesced updates that it replaces
   */
  record Next(LiveMessage message, int coalesced) {}
}
