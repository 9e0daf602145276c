package io.tracetide.processor.change;

import io.tracetide.processor.change.StateChange.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The committed changes of the partitions of this instance. Tasks add them, one thread takes them.
 * Nothing is collected while no change is wanted, which costs a task one read of a field.
 * Thread-safe.
 */
public final class LocalChanges {

  /** Changes that wait to be taken; more are dropped, and the state has to be read again. */
  static final int MOST_WAITING = 200_000;

  private final Map<Integer, TaskChanges> aggregation = new ConcurrentHashMap<>();
  private final Map<Integer, TaskChanges> ledger = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<List<StateChange>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong breaks = new AtomicLong();
  private volatile Set<Kind> wanted = EnumSet.noneOf(Kind.class);

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
    @Nullable List<StateChange> next = waiting.poll();
    while (next != null) {
      size.addAndGet(-next.size());
      next.forEach(reader);
      next = waiting.poll();
    }
  }

  /**
   * How often changes may have been lost: partitions were assigned or revoked, or there were too
   * many changes. Whoever follows the changes reads the state again when the number has changed.
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

  void committed(List<StateChange> changes) {
    if (size.get() > MOST_WAITING) {
      lost();
      return;
    }
    size.addAndGet(changes.size());
    waiting.add(List.copyOf(changes));
  }
}
