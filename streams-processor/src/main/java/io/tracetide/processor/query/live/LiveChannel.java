package io.tracetide.processor.query.live;

import io.tracetide.processor.query.live.view.Item;
import io.tracetide.processor.query.live.view.LiveView;
import io.tracetide.processor.query.live.view.SharedChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sequence of updates of one filter, for all clients that have subscribed to it. The latest
 * updates are kept: a client that reconnects, or reads slowly, continues after the last one that it
 * has received. For the thread of the broker.
 */
final class LiveChannel {
  private final ChannelKey key;
  private final LiveView view;
  private final String stream;
  private final Deque<LiveUpdate> kept = new ArrayDeque<>();
  private final Map<Object, LiveUpdate> holders = new HashMap<>();
  private final Set<Subscription> subscribers = new LinkedHashSet<>();
  private Map<Object, Item> pending = new LinkedHashMap<>();
  private long keptBytes;
  private long seq;
  private long idleSinceMs;

  /** Counts the hosts in the latest update, so that a change of them is sent. */
  private List<String> missing = List.of();

  /** State of the reads of this channel, see {@link ChannelReads}. */
  final ReadState reads = new ReadState();

  LiveChannel(ChannelKey key, LiveView view, String stream, long nowMs) {
    this.key = key;
    this.view = view;
    this.stream = stream;
    this.idleSinceMs = nowMs;
  }

  ChannelKey key() {
    return key;
  }

  LiveView view() {
    return view;
  }

  String stream() {
    return stream;
  }

  /** Number of the newest update; 0 before the first. */
  long seq() {
    return seq;
  }

  long keptBytes() {
    return keptBytes;
  }

  Set<Subscription> subscribers() {
    return subscribers;
  }

  void add(Subscription subscription) {
    subscribers.add(subscription);
  }

  void remove(Subscription subscription, long nowMs) {
    if (subscribers.remove(subscription)) {
      reads.waiting.remove(subscription);
      idleSinceMs = nowMs;
    }
  }

  /** Whether it has had no client for that long. */
  boolean isIdle(long nowMs, long forMs) {
    return subscribers.isEmpty() && nowMs - idleSinceMs >= forMs;
  }

  long idleSinceMs() {
    return idleSinceMs;
  }

  void take(SharedChange change, long nowMs) {
    view.take(change, nowMs, this::put);
  }

  /** Adds an item to the next update. */
  void put(Item item) {
    LiveUpdate.Key at = LiveUpdate.Key.of(item);
    pending.remove(at);
    pending.put(at, item);
  }

  /**
   * Makes an update of the items since the last one; false when there are none and the missing
   * hosts are the same.
   */
  boolean flush(long nowMs, List<String> missingNow) {
    if (pending.isEmpty() && missingNow.equals(missing)) {
      return false;
    }
    missing = missingNow;
    append(LiveUpdate.of(++seq, nowMs, missingNow, pending));
    pending = new LinkedHashMap<>();
    return true;
  }

  /**
   * Makes an update of a snapshot, and one of all items since the snapshot was begun, which it may
   * lack.
   *
   * @param begunAt number of the newest update when the read began
   */
  void snapshot(byte[] answer, long begunAt, String reason, long nowMs) {
    List<LiveUpdate> since =
        after(begunAt).stream().filter(update -> !update.isSnapshot()).toList();
    append(LiveUpdate.ofSnapshot(++seq, nowMs, answer, reason));
    if (!since.isEmpty()) {
      Map<Object, Item> again = new LinkedHashMap<>(LiveUpdate.merged(since).items());
      pending.forEach(
          (at, item) -> {
            again.remove(at);
            again.put(at, item);
          });
      pending = again;
    }
  }

  /**
   * Adds an update. A client that is sent an earlier one is also sent this one, so the items that
   * it replaces are removed: the kept updates have each window, anomaly or trace once.
   */
  private void append(LiveUpdate update) {
    if (!kept.isEmpty()) {
      kept.getLast().dropBody();
    }
    kept.addLast(update);
    keptBytes += update.ownWeight();
    update
        .items()
        .forEach(
            (at, item) -> {
              keptBytes += item.weight();
              LiveUpdate earlier = holders.put(at, update);
              Item replaced = earlier == null ? null : earlier.replaced(at);
              keptBytes -= replaced == null ? 0 : replaced.weight();
            });
  }

  private void removeOldest() {
    LiveUpdate oldest = kept.removeFirst();
    keptBytes -= oldest.ownWeight();
    oldest
        .items()
        .forEach(
            (at, item) -> {
              holders.remove(at);
              keptBytes -= item.weight();
            });
  }

  /** Drops the oldest updates: those before a time, and more until they have at most some bytes. */
  void trim(long oldestMs, long mostBytes) {
    while (!kept.isEmpty() && (kept.getFirst().atMs() < oldestMs || keptBytes > mostBytes)) {
      removeOldest();
    }
  }

  /** Whether all updates after that number are kept. */
  boolean hasAllAfter(long number) {
    long first = kept.isEmpty() ? seq + 1 : kept.getFirst().seq();
    return number <= seq && number + 1 >= first;
  }

  /** The kept updates after a number, oldest first. */
  List<LiveUpdate> after(long number) {
    List<LiveUpdate> updates = new ArrayList<>();
    Iterator<LiveUpdate> newest = kept.descendingIterator();
    while (newest.hasNext()) {
      LiveUpdate update = newest.next();
      if (update.seq() <= number) {
        break;
      }
      updates.add(update);
    }
    Collections.reverse(updates);
    return updates;
  }
}
