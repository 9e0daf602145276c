package io.tracetide.processor.change;

import io.tracetide.processor.change.StateChange.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The committed changes of the partitions of this instance. Tasks add them, one thread takes them.
 * Nothing is collected while no change is wanted, which costs a task one read of a field.
 * Thread-safe.
 */
public final class LocalChanges {

  /**
   * Changes that wait to be taken; further ones are dropped, and the state has to be read again.
   */
  static final long MOST_WAITING_BYTES = 64 << 20;

  private final Map<Integer, TaskChanges> aggregation = new ConcurrentHashMap<>();
  private final Map<Integer, TaskChanges> ledger = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Batch> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong breaks = new AtomicLong();
  private volatile Set<Kind> wanted = EnumSet.noneOf(Kind.class);

  /** The changes of one commit of a task. */
  private record Batch(List<StateChange> changes, long bytes) {
    Batch {
      changes = List.copyOf(changes);
    }
  }

  /** Sets what is to be collected from now on. */
  public void want(Set<Kind> kinds) {
    Set<Kind> next = EnumSet.noneOf(Kind.class);
    next.addAll(kinds);
    wanted = next;
    if (next.isEmpty()) {
      drain(change -> {});
    }
  }

  public boolean wants(Kind kind) {
    return wanted.contains(kind);
  }

  /** Changes of the task that aggregates a partition and evaluates its windows. */
  public TaskChanges ofAggregation(int partition) {
    return aggregation.computeIfAbsent(partition, number -> new TaskChanges(this));
  }

  /** Changes of the task that follows the traces of a partition. */
  public TaskChanges ofLedger(int partition) {
    return ledger.computeIfAbsent(partition, number -> new TaskChanges(this));
  }

  /** Passes the committed changes to the reader, oldest first. */
  public void drain(Consumer<StateChange> reader) {
    @Nullable Batch next = waiting.poll();
    while (next != null) {
      bytes.addAndGet(-next.bytes());
      next.changes().forEach(reader);
      next = waiting.poll();
    }
  }

  /**
   * How often changes may have been lost: partitions were assigned or revoked, or there were too
   * many changes. A listener of the changes reads the state again when the number has changed.
   */
  public long breaks() {
    return breaks.get();
  }

  /** A partition was assigned to this instance, or revoked. */
  public void reassigned() {
    breaks.incrementAndGet();
  }

  /** Changes were dropped. */
  void lost() {
    breaks.incrementAndGet();
  }

  /** Adds the changes of a commit, and returns their weight. */
  long committed(List<StateChange> changes) {
    long weight = changes.stream().mapToLong(StateChange::weight).sum();
    if (bytes.get() + weight > MOST_WAITING_BYTES) {
      lost();
    } else {
      bytes.addAndGet(weight);
      waiting.add(new Batch(changes, weight));
    }
    return weight;
  }
}
