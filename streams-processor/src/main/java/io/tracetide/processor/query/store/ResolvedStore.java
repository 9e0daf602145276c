package io.tracetide.processor.query.store;

import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/**
 * A store of one partition that is found once. The stores that Kafka Streams returns for queries
 * search all tasks of all threads in every call, which costs ten times what a read costs. This one
 * throws {@link InvalidStateStoreException} as they do when the store is closed.
 */
record ResolvedStore<T>(QueryableStoreType<T> type) implements QueryableStoreType<T> {

  @Override
  public boolean accepts(StateStore store) {
    return type.accepts(store);
  }

  @Override
  public T create(StateStoreProvider provider, String name) {
    List<T> stores = provider.stores(name, type);
    if (stores.isEmpty()) {
      throw new InvalidStateStoreException("Store %s is not open here.".formatted(name));
    }
    return stores.get(0);
  }
}
