package io.tracetide.processor.query.live.source;

import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.live.ChangeSource;
import io.tracetide.processor.query.peer.PeerChanges;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.window.WindowTier;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The changes of all instances. Those of this instance are also sent to the other instances that
 * follow them. Each partition has one owner, so each change comes from one instance.
 */
public final class GroupChanges implements ChangeSource {
  private final LocalChanges local;
  private final OpenPartitions open;
  private final WindowTier base;
  private final PeerChanges peers;
  private Set<Kind> wanted = EnumSet.noneOf(Kind.class);

  /**
   * Changes of the tasks of this instance and of its peers.
   *
   * @param base tier of the open windows
   */
  public GroupChanges(LocalChanges local, OpenPartitions open, WindowTier base, PeerChanges peers) {
    this.local = local;
    this.open = open;
    this.base = base;
    this.peers = peers;
  }

  @Override
  public void want(Set<Kind> kinds) {
    wanted = Set.copyOf(kinds);
    Set<Kind> collected = EnumSet.noneOf(Kind.class);
    collected.addAll(kinds);
    collected.addAll(peers.wantedByOthers());
    local.want(collected);
    peers.want(kinds);
  }

  /** Open windows first: a window that has closed since is final in a committed change. */
  @Override
  public void drain(Consumer<StateChange> reader) {
    Consumer<StateChange> both =
        change -> {
          peers.offer(change);
          if (wanted.contains(change.kind())) {
            reader.accept(change);
          }
        };
    open.changed(base, both);
    local.drain(both);
    peers.flush(local.breaks());
    peers.drain(reader);
  }

  @Override
  public boolean isSettled(Kind kind) {
    return peers.isSettled(kind);
  }

  @Override
  public List<String> missing(Kind kind) {
    return peers.missing(kind);
  }

  @Override
  public long breaks(Kind kind) {
    return local.breaks() + peers.breaks(kind);
  }

  @Override
  public void close() {
    peers.close();
  }
}
