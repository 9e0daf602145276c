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

/** Reads the alerts from the stores of the running application. */
public final class StreamsAlertBook implements AlertBook {
  private final Supplier<KafkaStreams> streams;

  /**
   * Creates the reader.
   *
   * @param streams supplies the current application
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
      // The second exception is thrown by an application that has ended.
      throw new BookClosedException(e);
    }
  }
}
