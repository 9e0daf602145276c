package io.tracetide.alert.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The alerts as the running application has them. */
public final class StreamsAlertBook implements AlertBook {
  private final KafkaStreams streams;

  public StreamsAlertBook(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public List<StoredAlert> all() {
    try {
      ReadOnlyKeyValueStore<String, StoredAlert> store =
          streams.store(
              StoreQueryParameters.fromNameAndType(
                  AlertTopology.ALERTS_STORE, QueryableStoreTypes.keyValueStore()));
      List<StoredAlert> alerts = new ArrayList<>();
      try (KeyValueIterator<String, StoredAlert> all = store.all()) {
        all.forEachRemaining(entry -> alerts.add(entry.value));
      }
      return alerts;
    } catch (InvalidStateStoreException e) {
      throw new BookClosedException(e);
    }
  }
}
