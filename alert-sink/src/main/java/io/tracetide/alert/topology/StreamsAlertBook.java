package io.tracetide.alert.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The alerts as the running application has them. */
public final class StreamsAlertBook implements AlertBook {
  private final Supplier<KafkaStreams> streams;

  /**
   * Alerts of an application.
   *
   * @param streams the application of now
   */
  public StreamsAlertBook(Supplier<KafkaStreams> streams) {
    this.streams = streams;
  }

  @Override
  public List<StoredAlert> all() {
    try {
      ReadOnlyKeyValueStore<String, StoredAlert> store =
          streams
              .get()
              .store(
                  StoreQueryParameters.fromNameAndType(
                      AlertTopology.ALERTS_STORE, QueryableStoreTypes.keyValueStore()));
      List<StoredAlert> alerts = new ArrayList<>();
      try (KeyValueIterator<String, StoredAlert> all = store.all()) {
        all.forEachRemaining(entry -> alerts.add(entry.value));
      }
      return alerts;
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // The second is what an application that has ended throws.
      throw new BookClosedException(e);
    }
  }
}
