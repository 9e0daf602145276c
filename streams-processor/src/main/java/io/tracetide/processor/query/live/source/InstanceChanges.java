package io.tracetide.processor.query.live.source;

import io.tracetide.processor.change.Change;
import io.tracetide.processor.change.Change.Kind;
import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.query.live.ChangeSource;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.window.WindowTier;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The changes of the partitions of this instance. */
public final class InstanceChanges implements ChangeSource {
  private final LocalChanges changes;
  private final OpenPartitions open;
  private final WindowTier base;

  /**
   * Changes of the tasks of this instance.
   *
   * @param base tier of the open windows
   */
  public InstanceChanges(LocalChanges changes, OpenPartitions open, WindowTier base) {
    this.changes = changes;
    this.open = open;
    this.base = base;
  }

  @Override
  public void want(Set<Kind> kinds) {
    changes.want(kinds);
  }

  /** Open windows first: a window that has closed since is final in a committed change. */
  @Override
  public void drain(Consumer<Change> reader) {
    open.changed(base, reader);
    changes.drain(reader);
  }

  @Override
  public boolean isSettled() {
    return true;
  }

  @Override
  public List<String> missing() {
    return List.of();
  }

  @Override
  public long breaks() {
    return changes.breaks();
  }
}
