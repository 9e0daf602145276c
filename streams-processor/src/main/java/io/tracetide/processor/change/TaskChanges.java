package io.tracetide.processor.change;

import io.tracetide.processor.change.StateChange.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that one task has made since its last commit. They are passed on when the task goes on
 * after a commit, because a task whose commit failed is closed, or restarts from the commit before,
 * and discards its buffers. For the thread of the task.
 */
public final class TaskChanges {

  /** Larger changes of one commit are dropped; listeners then read the state again. */
  static final long MOST_BYTES = 32 << 20;

  private final LocalChanges target;
  private List<StateChange> uncommitted = new ArrayList<>();
  private List<StateChange> committing = new ArrayList<>();
  private long bytes;
  private boolean dropped;

  TaskChanges(LocalChanges target) {
    this.target = target;
  }

  /** Whether changes of that kind are to be added. */
  public boolean wants(Kind kind) {
    return target.wants(kind);
  }

  /** Adds a change, which belongs to the next commit. */
  public void add(StateChange change) {
    long weight = change.weight();
    if (bytes + weight > MOST_BYTES) {
      dropped = true;
    } else {
      bytes += weight;
      uncommitted.add(change);
    }
  }

  /** A commit begins: it contains all changes so far. */
  public void commits() {
    if (committing.isEmpty()) {
      List<StateChange> empty = committing;
      committing = uncommitted;
      uncommitted = empty;
    } else {
      committing.addAll(uncommitted);
      uncommitted.clear();
    }
  }

  /** The task goes on: the commit that began last has succeeded. */
  public void goesOn() {
    if (!committing.isEmpty()) {
      long passed = target.committed(committing);
      bytes -= passed;
      committing = new ArrayList<>();
    }
    if (dropped) {
      dropped = false;
      target.lost();
    }
  }

  /** Discards all changes: the task is closed, or restarts from its last commit. */
  public void discard() {
    uncommitted = new ArrayList<>();
    committing = new ArrayList<>();
    bytes = 0;
    dropped = false;
  }
}
