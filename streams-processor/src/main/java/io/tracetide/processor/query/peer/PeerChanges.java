package io.tracetide.processor.query.peer;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Changes between the instances: those that the others send, and those sent to them. */
public final class PeerChanges {
  private final Map<Kind, PeerFeeds> incoming = new EnumMap<>(Kind.class);
  private final ChangesServer outgoing;

  PeerChanges(
      PeerClient client,
      PartitionOwners owners,
      PartitionOwners ledgerOwners,
      AnomalyFormat format) {
    for (Kind kind : Kind.values()) {
      PartitionOwners ofKind = kind == Kind.TRACES ? ledgerOwners : owners;
      incoming.put(kind, new PeerFeeds(kind, client, ofKind, format));
    }
    outgoing = new ChangesServer(format, client.maxAnswerBytes());
  }

  ChangesServer server() {
    return outgoing;
  }

  /** Sets what this instance follows. */
  public void want(Set<Kind> kinds) {
    incoming.forEach((kind, feeds) -> feeds.want(kinds.contains(kind)));
  }

  /** What the other instances follow. */
  public Set<Kind> wantedByOthers() {
    return outgoing.kinds();
  }

  /** Sends a change of this instance to those that follow it, with the next {@link #flush}. */
  public void offer(StateChange change) {
    outgoing.offer(change);
  }

  /**
   * Sends what was offered.
   *
   * @param breaks how often changes of this instance may have been lost
   */
  public void flush(long breaks) {
    outgoing.flush(breaks, System.nanoTime());
  }

  /** Passes on the changes of the other instances that have arrived. */
  public void drain(Consumer<StateChange> reader) {
    long nowNanos = System.nanoTime();
    incoming.values().forEach(feeds -> feeds.drain(nowNanos, reader));
  }

  /** Whether each instance is connected, or known to be missing. */
  public boolean isSettled(Kind kind) {
    return of(kind).isSettled();
  }

  /** Hosts whose changes do not arrive, sorted. */
  public List<String> missing(Kind kind) {
    return List.copyOf(of(kind).missing());
  }

  /** How often changes of other instances may have been lost. */
  public long breaks(Kind kind) {
    return of(kind).breaks();
  }

  private PeerFeeds of(Kind kind) {
    return Objects.requireNonNull(incoming.get(kind));
  }

  /** Ends the connections to and from the other instances. */
  public void close() {
    incoming.values().forEach(PeerFeeds::close);
    outgoing.close();
  }
}
