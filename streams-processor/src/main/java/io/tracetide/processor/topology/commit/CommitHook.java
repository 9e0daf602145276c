package io.tracetide.processor.topology.commit;

import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Calls a processor back each time its task commits, while what it then forwards and stores still
 * belongs to that commit.
 *
 * <p>A processor that gathers in memory connects to a hook as to any state store, and hands it two
 * actions in {@code init}: one that writes out what was gathered, one that drops it. Under
 * exactly-once the written records, the store changes and the offsets they come from are one
 * transaction, so a crash at any moment loses and doubles nothing.
 */
public final class CommitHook implements StateStore, CachedStateStore<Object, Object> {

  /*
   * Kafka Streams 4.3.1 has no public callback before a commit: StateStore.commit() runs after the
   * offsets are committed, and ProcessingContext.commit() only asks for a commit. What does run
   * before is StreamTask.flush(): ProcessorStateManager.flushCache() on every registered store that
   * is a CachedStateStore, then the producer's flush, then the end of the transaction. So this is a
   * store that holds nothing and poses as a cache. It is the only class here that uses internals of
   * Streams; the tests that kill the processor cover it when the version changes.
   */

  private final String name;
  private @Nullable InternalProcessorContext<?, ?> context;
  private @Nullable ProcessorNode<?, ?, ?, ?> node;
  private Runnable onCommit = CommitHook::nothing;
  private Runnable onForget = CommitHook::nothing;
  private boolean open;

  private CommitHook(String name) {
    this.name = name;
  }

  private static void nothing() {}

  public static StoreBuilder<CommitHook> builder(String name) {
    return new Builder(name);
  }

  /**
   * Connects the processor that calls; to be called from its {@code init}.
   *
   * @param write writes out and forwards what was gathered since the last commit
   * @param forget drops it, because its task will begin again from the last commit
   */
  public void connect(Runnable write, Runnable forget) {
    InternalProcessorContext<?, ?> known = context;
    if (known == null) {
      throw new IllegalStateException("commit hook " + name + " is not initialised");
    }
    node = known.currentNode();
    onCommit = write;
    onForget = forget;
  }

  @Override
  public void flushCache() {
    InternalProcessorContext<?, ?> known = context;
    ProcessorNode<?, ?, ?, ?> connected = node;
    if (known == null || connected == null) {
      return;
    }
    ProcessorNode<?, ?, ?, ?> formerNode = known.currentNode();
    ProcessorRecordContext formerRecord = known.recordContext();
    known.setCurrentNode(connected);
    known.setRecordContext(
        new ProcessorRecordContext(
            Math.max(0, known.currentStreamTimeMs()), -1L, -1, null, new RecordHeaders()));
    try {
      onCommit.run();
    } finally {
      known.setRecordContext(formerRecord);
      known.setCurrentNode(formerNode);
    }
  }

  @Override
  public void clearCache() {
    onForget.run();
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext stateStoreContext, StateStore root) {
    context = (InternalProcessorContext<?, ?>) stateStoreContext;
    open = true;
    stateStoreContext.register(root, (key, value) -> {});
  }

  @Override
  public void close() {
    onForget.run();
    node = null;
    onCommit = CommitHook::nothing;
    onForget = CommitHook::nothing;
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private record Builder(String name) implements StoreBuilder<CommitHook> {

    @Override
    public CommitHook build() {
      return new CommitHook(name);
    }

    @Override
    public StoreBuilder<CommitHook> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<CommitHook> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<CommitHook> withLoggingEnabled(Map<String, String> config) {
      return this;
    }

    @Override
    public StoreBuilder<CommitHook> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
