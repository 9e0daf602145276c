package io.tracetide.processor.query.live;

import io.tracetide.runtime.access.Tenants;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client and its subscriptions. It holds no updates: each message is made of those that the
 * channel keeps when the client has read the message before. For the thread of the broker.
 */
public final class LiveConnection {
  private static final int MOST_REPLIES = 16;

  private final ClientOutlet outlet;
  private final Tenants allowed;
  private final long openedMs;
  private final Deque<LiveMessage> control = new ArrayDeque<>();
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final List<Subscription> inTurn = new ArrayList<>();
  private long lastSentMs;
  private int turn;
  private boolean closed;
  private @Nullable Runnable afterReplies;

  LiveConnection(ClientOutlet outlet, Tenants allowed, long nowMs) {
    this.outlet = outlet;
    this.allowed = allowed;
    this.openedMs = nowMs;
    this.lastSentMs = nowMs;
  }

  Tenants allowed() {
    return allowed;
  }

  Collection<Subscription> subscriptions() {
    return subscriptions.values();
  }

  @Nullable Subscription subscription(String id) {
    return subscriptions.get(id);
  }

  void add(Subscription subscription) {
    subscriptions.put(subscription.id(), subscription);
    inTurn.add(subscription);
  }

  void remove(Subscription subscription) {
    subscriptions.remove(subscription.id());
    inTurn.remove(subscription);
  }

  boolean isClosed() {
    return closed;
  }

  /** Adds a message that is sent before all updates. */
  void reply(LiveMessage message) {
    control.add(message);
  }

  /** Runs the action when few responses wait for the client to read them. */
  void whenRepliesSent(Runnable action) {
    if (control.size() < MOST_REPLIES) {
      action.run();
    } else {
      afterReplies = action;
    }
  }

  /** Whether the outlet has waited for that long for the client to read. */
  boolean isStalled(long nowMs, long forMs) {
    return !outlet.isReady() && nowMs - lastSentMs >= forMs;
  }

  /** Whether nothing was sent for that long. */
  boolean isQuiet(long nowMs, long forMs) {
    return outlet.isReady() && control.isEmpty() && nowMs - lastSentMs >= forMs;
  }

  boolean isOlderThan(long nowMs, long ageMs) {
    return nowMs - openedMs >= ageMs;
  }

  /** Sends what there is to send, as long as the client reads. */
  void pump(long nowMs, LiveMetrics metrics) {
    while (!closed && outlet.isReady()) {
      @Nullable LiveMessage message = next(metrics);
      if (message == null) {
        return;
      }
      lastSentMs = nowMs;
      metrics.sent(message.type());
      outlet.send(message);
      Runnable action = afterReplies;
      if (action != null && control.size() < MOST_REPLIES) {
        afterReplies = null;
        action.run();
      }
    }
  }

  private @Nullable LiveMessage next(LiveMetrics metrics) {
    @Nullable LiveMessage reply = control.poll();
    if (reply != null) {
      return reply;
    }
    int size = inTurn.size();
    for (int i = 0; i < size; i++) {
      Subscription subscription = inTurn.get((turn + i) % size);
      Subscription.@Nullable Next next = subscription.next();
      if (next != null) {
        turn = (turn + i + 1) % size;
        metrics.coalesced(next.coalesced());
        return next.message();
      }
    }
    return null;
  }

  void close(ClientOutlet.Ending ending, String detail) {
    closed = true;
    outlet.close(ending, detail);
  }

  /** The client has closed the connection. */
  void closed() {
    closed = true;
  }
}
