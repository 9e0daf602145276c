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
 * A callback to a processor before each commit of its task; records that it forwards and stores
 * then belong to that commit.
 *
 * <p>A processor that buffers in memory is connected to a hook like to a state store, and passes
 * two actions in {@code init}: one writes the buffer, one discards it. Under exactly-once the
 * written records, the store changes and the input offsets are one transaction, so no crash loses
 * or duplicates data.
 */
public final class CommitHook implements StateStore, CachedStateStore<Object, Object> {

  /*
   * Kafka Streams 4.3.1 has no public callback before a commit: StateStore.commit() runs after the
   * offsets are committed, and ProcessingContext.commit() only requests a commit. The method that
   * runs before a commit is StreamTask.flush(): ProcessorStateManager.flushCache() on every
   * registered store that is a CachedStateStore, then the producer's flush, then the end of the
   * transaction. So this class is an empty store that implements CachedStateStore. It is the only
   * class that uses internals of Kafka Streams; the tests that kill the processor verify it after an upgrade.
   */

  private final String name;
  private @Nullable InternalProcessorContext<?, ?> context;
  private @Nullable ProcessorNode<?, ?, ?, ?> node;
  private Runnable onCommit = CommitHook::nothing;
  private Runnable onDiscard = CommitHook::nothing;
  private boolean open;

  private CommitHook(String name) {
    this.name = name;
  }

  private static void nothing() {}

  public static StoreBuilder<CommitHook> builder(String name) {
    return new Builder(name);
  }

  /**
   * Connects the calling processor; to be called from its {@code init}.
   *
   * @param write writes and forwards the content of the buffer
   * @param discard discards the buffer, because the task restarts from the last commit
   */
  public void connect(Runnable write, Runnable discard) {
    InternalProcessorContext<?, ?> known = context;
    if (known == null) {
      throw new IllegalStateException("commit hook " + name + " is not initialised");
    }
    node = known.currentNode();
    onCommit = write;
    onDiscard = discard;
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
    onDiscard.run();
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
    onDiscard.run();
    node = null;
    onCommit = CommitHook::nothing;
    onDiscard = CommitHook::nothing;
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
