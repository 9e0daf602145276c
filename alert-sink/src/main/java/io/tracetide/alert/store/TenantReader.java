package io.tracetide.alert.store;

import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Inhibitors;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.TenantView;
import io.tracetide.alert.decision.TrackedAlert;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the state of one tenant from the stores. */
public class TenantReader implements TenantView {
  private final String tenant;
  private final AlertTables tables;
  private final Inhibitors inhibitors = new Inhibitors();

  public TenantReader(String tenant, AlertTables tables) {
    this.tenant = tenant;
    this.tables = tables;
  }

  @Override
  public final String tenant() {
    return tenant;
  }

  @Override
  public @Nullable TrackedAlert alert(String fingerprint) {
    byte @Nullable [] bytes = tables.alerts().get(StoreKeys.of(tenant, fingerprint));
    return bytes == null ? null : AlertFormat.read(bytes);
  }

  /**
   * The newest anomaly of an alert, in the wire format of its topic; null for an alert of another
   * system.
   */
  public byte @Nullable [] anomaly(String fingerprint) {
    byte @Nullable [] bytes = tables.alerts().get(StoreKeys.of(tenant, fingerprint));
    return bytes == null ? null : AlertFormat.anomaly(bytes);
  }

  /** Reads the alerts of the tenant, one after the other. */
  public void forEachAlert(Consumer<TrackedAlert> each) {
    scan(
        tables.alerts(),
        StoreKeys.prefix(tenant),
        (key, value) -> each.accept(AlertFormat.read(value)));
  }

  @Override
  public List<String> fingerprints() {
    List<String> found = new ArrayList<>();
    scan(tables.alerts(), StoreKeys.prefix(tenant), (key, value) -> found.add(StoreKeys.last(key)));
    return found;
  }

  @Override
  public @Nullable AlertGroup group(String key) {
    byte @Nullable [] bytes = tables.groups().get(StoreKeys.of(tenant, key));
    return bytes == null ? null : GroupFormat.readGroup(bytes);
  }

  /** All groups of the tenant. */
  public List<AlertGroup> groups() {
    List<AlertGroup> found = new ArrayList<>();
    scan(
        tables.groups(),
        StoreKeys.prefix(tenant),
        (key, value) -> found.add(GroupFormat.readGroup(value)));
    return found;
  }

  @Override
  public @Nullable Member member(String groupKey, String fingerprint) {
    byte @Nullable [] bytes = tables.members().get(StoreKeys.of(tenant, groupKey, fingerprint));
    return bytes == null ? null : GroupFormat.readMember(fingerprint, bytes);
  }

  @Override
  public List<Member> members(String groupKey) {
    List<Member> found = new ArrayList<>();
    scan(
        tables.members(),
        StoreKeys.prefix(tenant, groupKey),
        (key, value) -> found.add(GroupFormat.readMember(StoreKeys.last(key), value)));
    return found;
  }

  @Override
  public Collection<AlertSilence> silences() {
    List<AlertSilence> found = new ArrayList<>();
    scan(
        tables.silences(),
        StoreKeys.prefix(tenant),
        (key, value) -> found.add(GroupFormat.readSilence(value)));
    return found;
  }

  @Override
  public final Inhibitors inhibitors() {
    return inhibitors;
  }

  private static void scan(
      ReadOnlyKeyValueStore<Bytes, byte[]> store, byte[] prefix, BiConsumer<Bytes, byte[]> each) {
    try (KeyValueIterator<Bytes, byte[]> found =
        store.prefixScan(prefix, new ByteArraySerializer())) {
      found.forEachRemaining(entry -> each.accept(entry.key, entry.value));
    }
  }
}
