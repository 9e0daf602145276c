package io.tracetide.alert.store;

import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.TenantState;
import io.tracetide.alert.decision.Timer;
import io.tracetide.alert.decision.TrackedAlert;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the state of one tenant. The silences of the tenant, which every decision reads,
 * are kept in memory as well.
 */
public final class TenantWriter extends TenantReader implements TenantState {
  private final Stores stores;
  private @Nullable SortedMap<String, AlertSilence> silences;
  private @Nullable String reported;
  private byte @Nullable [] anomaly;

  /** The stores of a partition, for writing. */
  public record Stores(
      KeyValueStore<Bytes, byte[]> alerts,
      KeyValueStore<Bytes, byte[]> groups,
      KeyValueStore<Bytes, byte[]> members,
      KeyValueStore<Bytes, byte[]> silences,
      TimerIndex timers) {

    /** The same for reading. */
    public AlertTables tables() {
      return new AlertTables(alerts, groups, members, silences);
    }
  }

  public TenantWriter(String tenant, Stores stores) {
    super(tenant, stores.tables());
    this.stores = stores;
  }

  /**
   * Stores an anomaly with its alert, when that is put.
   *
   * @param wire the anomaly in the wire format of its topic
   */
  public void report(String fingerprint, byte[] wire) {
    reported = fingerprint;
    anomaly = wire;
  }

  @Override
  public void put(TrackedAlert alert) {
    byte @Nullable [] behind =
        alert.fingerprint().equals(reported) ? anomaly : anomaly(alert.fingerprint());
    stores
        .alerts()
        .put(StoreKeys.of(tenant(), alert.fingerprint()), AlertFormat.write(alert, behind));
  }

  @Override
  public void removeAlert(String fingerprint) {
    stores.alerts().delete(StoreKeys.of(tenant(), fingerprint));
  }

  @Override
  public void put(AlertGroup group) {
    stores.groups().put(StoreKeys.of(tenant(), group.key()), GroupFormat.write(group));
  }

  @Override
  public void removeGroup(String key) {
    stores.groups().delete(StoreKeys.of(tenant(), key));
  }

  @Override
  public void putMember(String groupKey, Member member) {
    stores
        .members()
        .put(StoreKeys.of(tenant(), groupKey, member.fingerprint()), GroupFormat.write(member));
  }

  @Override
  public void removeMember(String groupKey, String fingerprint) {
    stores.members().delete(StoreKeys.of(tenant(), groupKey, fingerprint));
  }

  @Override
  public Collection<AlertSilence> silences() {
    return List.copyOf(known().values());
  }

  @Override
  public void put(AlertSilence silence) {
    known().put(silence.id(), silence);
    stores.silences().put(StoreKeys.of(tenant(), silence.id()), GroupFormat.write(silence));
  }

  @Override
  public void removeSilence(String id) {
    known().remove(id);
    stores.silences().delete(StoreKeys.of(tenant(), id));
  }

  @Override
  public void schedule(Timer timer, @Nullable Instant from, @Nullable Instant to) {
    stores.timers().schedule(tenant(), timer, from, to);
  }

  private SortedMap<String, AlertSilence> known() {
    if (silences == null) {
      silences = new TreeMap<>();
      for (AlertSilence silence : super.silences()) {
        silences.put(silence.id(), silence);
      }
    }
    return silences;
  }
}
