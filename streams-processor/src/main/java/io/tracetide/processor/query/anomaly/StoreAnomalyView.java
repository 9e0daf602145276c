package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;

/** Anomalies read from the state stores of this process. */
public final class StoreAnomalyView implements AnomalyView {
  private final StorePartitions partitions;

  public StoreAnomalyView(StorePartitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public List<String> read(Consumer<Anomaly> reader) {
    StorePartitions.Holdings holdings = partitions.holdings();
    try {
      for (StorePartitions.Held held : holdings.here()) {
        try (KeyValueIterator<String, Anomaly> anomalies = held.anomalies().all()) {
          anomalies.forEachRemaining(entry -> reader.accept(entry.value));
        }
      }
    } catch (InvalidStateStoreException e) {
      throw StoresUnavailableException.reassigned(e);
    } catch (RegistryUnavailableException e) {
      throw StoresUnavailableException.registry(e);
    }
    return holdings.elsewhere();
  }
}
