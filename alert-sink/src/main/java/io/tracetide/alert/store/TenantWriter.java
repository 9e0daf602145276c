package io.tracetide.alert.store;

import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.TenantState;
import io.tracetide.alert.decision.Timer;
import io.tracetide.alert.decision.TrackedAlert;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the state of one tenant. The changes of one input are kept in memory, where they
 * are read back, until {@link #flush} writes them to the stores: a decision changes the same alert,
 * group and timer several times, and each write to a store is a record in its changelog. The
 * silences of the tenant, which every decision reads, are kept in memory as well.
 */
public final class TenantWriter extends TenantReader implements TenantState {
  /** Changed alerts that are kept in memory; an alert may have 64 KiB of texts. */
  private static final int MAX_CHANGED = 256;

  private final Stores stores;
  // The changes of an input; null for a removal.
  private final Map<String, @Nullable TrackedAlert> alerts = new LinkedHashMap<>();
  private final Map<String, @Nullable AlertGroup> groups = new LinkedHashMap<>();
  private final Map<String, SortedMap<String, @Nullable Member>> members = new LinkedHashMap<>();
  private final Map<Timer, Move> moves = new LinkedHashMap<>();
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

  /**
   * From the time at which a timer is in the store to the time at which it is to be; null: none.
   */
  private record Move(@Nullable Instant from, @Nullable Instant to) {}

  public TenantWriter(String tenant, Stores stores) {
    super(tenant, stores.tables());
    this.stores = stores;
  }

  /**
   * Gives the anomaly of an input, which is stored with its alert if that changes.
   *
   * @param wire the anomaly in the wire format of its topic
   */
  public void report(String fingerprint, byte[] wire) {
    reported = fingerprint;
    anomaly = wire;
  }

  @Override
  public byte @Nullable [] anomaly(String fingerprint) {
    return fingerprint.equals(reported) ? anomaly : super.anomaly(fingerprint);
  }

  @Override
  public @Nullable TrackedAlert alert(String fingerprint) {
    return alerts.containsKey(fingerprint) ? alerts.get(fingerprint) : super.alert(fingerprint);
  }

  @Override
  public List<String> fingerprints() {
    SortedSet<String> found = new TreeSet<>(super.fingerprints());
    alerts.forEach(
        (fingerprint, alert) -> {
          if (alert == null) {
            found.remove(fingerprint);
          } else {
            found.add(fingerprint);
          }
        });
    return List.copyOf(found);
  }

  @Override
  public void put(TrackedAlert alert) {
    if (alerts.size() >= MAX_CHANGED) {
      write();
    }
    alerts.put(alert.fingerprint(), alert);
  }

  @Override
  public void removeAlert(String fingerprint) {
    alerts.put(fingerprint, null);
  }

  @Override
  public @Nullable AlertGroup group(String key) {
    return groups.containsKey(key) ? groups.get(key) : super.group(key);
  }

  @Override
  public void put(AlertGroup group) {
    groups.put(group.key(), group);
  }

  @Override
  public void removeGroup(String key) {
    groups.put(key, null);
  }

  @Override
  public @Nullable Member member(String groupKey, String fingerprint) {
    SortedMap<String, @Nullable Member> changed = changes(groupKey);
    return changed.containsKey(fingerprint)
        ? changed.get(fingerprint)
        : super.member(groupKey, fingerprint);
  }

  @Override
  public List<Member> members(String groupKey) {
    List<Member> stored = super.members(groupKey);
    SortedMap<String, @Nullable Member> changed = changes(groupKey);
    if (changed.isEmpty()) {
      return stored;
    }
    SortedMap<String, @Nullable Member> found = new TreeMap<>();
    stored.forEach(member -> found.put(member.fingerprint(), member));
    found.putAll(changed);
    return found.values().stream().filter(Objects::nonNull).toList();
  }

  private SortedMap<String, @Nullable Member> changes(String groupKey) {
    return members.getOrDefault(groupKey, Collections.emptySortedMap());
  }

  @Override
  public void putMember(String groupKey, Member member) {
    change(groupKey, member.fingerprint(), member);
  }

  @Override
  public void removeMember(String groupKey, String fingerprint) {
    change(groupKey, fingerprint, null);
  }

  private void change(String groupKey, String fingerprint, @Nullable Member member) {
    members.computeIfAbsent(groupKey, key -> new TreeMap<>()).put(fingerprint, member);
  }

  @Override
  public void schedule(Timer timer, @Nullable Instant from, @Nullable Instant to) {
    @Nullable Move before = moves.get(timer);
    moves.put(timer, new Move(before == null ? from : before.from(), to));
  }

  /** Writes the changes of an input to the stores. */
  public void flush() {
    write();
    reported = null;
    anomaly = null;
  }

  private void write() {
    alerts.forEach(
        (fingerprint, alert) ->
            stores
                .alerts()
                .put(StoreKeys.of(tenant(), fingerprint), alert == null ? null : written(alert)));
    groups.forEach(
        (key, group) ->
            stores
                .groups()
                .put(StoreKeys.of(tenant(), key), group == null ? null : GroupFormat.write(group)));
    members.forEach((key, changed) -> changed.forEach((fp, member) -> write(key, fp, member)));
    moves.forEach(
        (timer, move) -> stores.timers().schedule(tenant(), timer, move.from(), move.to()));
    alerts.clear();
    groups.clear();
    members.clear();
    moves.clear();
  }

  private void write(String groupKey, String fingerprint, @Nullable Member member) {
    stores
        .members()
        .put(
            StoreKeys.of(tenant(), groupKey, fingerprint),
            member == null ? null : GroupFormat.write(member));
  }

  private byte[] written(TrackedAlert alert) {
    boolean external = alert.episode().anomalyId().isEmpty();
    return AlertFormat.write(alert, external ? null : anomaly(alert.fingerprint()));
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
