package io.tracetide.alert.store;

import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The stores of one partition.
 *
 * @param alerts alerts by tenant and fingerprint
 * @param groups groups by tenant and key
 * @param members memberships by tenant, key of the group and fingerprint
 * @param silences silences by tenant and id
 */
public record AlertTables(
    ReadOnlyKeyValueStore<Bytes, byte[]> alerts,
    ReadOnlyKeyValueStore<Bytes, byte[]> groups,
    ReadOnlyKeyValueStore<Bytes, byte[]> members,
    ReadOnlyKeyValueStore<Bytes, byte[]> silences) {

  /** Tenants that have alerts or silences. */
  public SortedSet<String> tenants() {
    SortedSet<String> tenants = new TreeSet<>();
    collect(alerts, tenants);
    collect(silences, tenants);
    return tenants;
  }

  /** Reads one key of each tenant. */
  private static void collect(
      ReadOnlyKeyValueStore<Bytes, byte[]> store, SortedSet<String> tenants) {
    Bytes from = Bytes.wrap(new byte[0]);
    while (true) {
      String tenant;
      try (KeyValueIterator<Bytes, byte[]> next = store.range(from, null)) {
        if (!next.hasNext()) {
          return;
        }
        tenant = StoreKeys.first(next.next().key);
      }
      tenants.add(tenant);
      byte[] prefix = StoreKeys.prefix(tenant);
      prefix[prefix.length - 1] = 1;
      from = Bytes.wrap(prefix);
    }
  }
}
