package io.tracetide.alert.topology;

import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Names of the stores of the decision. All are partitioned by tenant. */
public final class AlertStores {
  /** Alerts by tenant and fingerprint. */
  public static final String ALERTS = "tracked-alerts";

  /** Groups by tenant and key. */
  public static final String GROUPS = "alert-groups";

  /** Memberships by tenant, key of the group and fingerprint. */
  public static final String MEMBERS = "group-members";

  /** Silences by tenant and id. */
  public static final String SILENCES = "silences";

  /** Timers by time. */
  public static final String TIMERS = "alert-timers";

  static final List<String> ALL = List.of(ALERTS, GROUPS, MEMBERS, SILENCES, TIMERS);

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
  }

  private AlertStores() {}
}
