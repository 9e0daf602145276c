package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state of a tenant in memory. */
final class MemoryTenant implements TenantState {
  private final String tenant;
  private final SortedMap<String, TrackedAlert> alerts = new TreeMap<>();
  private final SortedMap<String, AlertGroup> groups = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, Member>> members = new TreeMap<>();
  private final SortedMap<String, AlertSilence> silences = new TreeMap<>();
  private final NavigableMap<Instant, List<Timer>> timers = new TreeMap<>();
  private final Inhibitors inhibitors = new Inhibitors();

  MemoryTenant(String tenant) {
    this.tenant = tenant;
  }

  /** A copy, as it is read after a restart. */
  MemoryTenant copy() {
    MemoryTenant copy = new MemoryTenant(tenant);
    copy.alerts.putAll(alerts);
    copy.groups.putAll(groups);
    members.forEach((key, of) -> copy.members.put(key, new TreeMap<>(of)));
    copy.silences.putAll(silences);
    timers.forEach((due, of) -> copy.timers.put(due, new ArrayList<>(of)));
    return copy;
  }

  /** The earliest time at which a timer is due. */
  Optional<Instant> nextDue() {
    return timers.isEmpty() ? Optional.empty() : Optional.of(timers.firstKey());
  }

  /** The timers that are due, the earliest first. */
  List<Timer> due(Instant now) {
    List<Timer> due = new ArrayList<>();
    timers.headMap(now, true).values().forEach(due::addAll);
    return due;
  }

  int size() {
    return alerts.size() + groups.size() + silences.size();
  }

  Map<String, AlertGroup> groups() {
    return groups;
  }

  Collection<TrackedAlert> alerts() {
    return alerts.values();
  }

  @Override
  public String tenant() {
    return tenant;
  }

  @Override
  public @Nullable TrackedAlert alert(String fingerprint) {
    return alerts.get(fingerprint);
  }

  @Override
  public void put(TrackedAlert alert) {
    alerts.put(alert.fingerprint(), alert);
  }

  @Override
  public void removeAlert(String fingerprint) {
    alerts.remove(fingerprint);
  }

  @Override
  public @Nullable AlertGroup group(String key) {
    return groups.get(key);
  }

  @Override
  public void put(AlertGroup group) {
    groups.put(group.key(), group);
  }

  @Override
  public void removeGroup(String key) {
    if (!members(key).isEmpty()) {
      throw new IllegalStateException("group has members");
    }
    groups.remove(key);
  }

  @Override
  public @Nullable Member member(String groupKey, String fingerprint) {
    return members.getOrDefault(groupKey, new TreeMap<>()).get(fingerprint);
  }

  @Override
  public List<Member> members(String groupKey) {
    return List.copyOf(members.getOrDefault(groupKey, new TreeMap<>()).values());
  }

  @Override
  public void putMember(String groupKey, Member member) {
    members.computeIfAbsent(groupKey, key -> new TreeMap<>()).put(member.fingerprint(), member);
  }

  @Override
  public void removeMember(String groupKey, String fingerprint) {
    SortedMap<String, Member> of = members.get(groupKey);
    if (of != null && of.remove(fingerprint) != null && of.isEmpty()) {
      members.remove(groupKey);
    }
  }

  @Override
  public Collection<AlertSilence> silences() {
    return List.copyOf(silences.values());
  }

  @Override
  public void put(AlertSilence silence) {
    silences.put(silence.id(), silence);
  }

  @Override
  public void removeSilence(String id) {
    silences.remove(id);
  }

  @Override
  public List<String> fingerprints() {
    return List.copyOf(alerts.keySet());
  }

  @Override
  public Inhibitors inhibitors() {
    return inhibitors;
  }

  @Override
  public void schedule(Timer timer, @Nullable Instant from, @Nullable Instant to) {
    if (from != null) {
      List<Timer> at = timers.getOrDefault(from, new ArrayList<>());
      at.remove(timer);
      if (at.isEmpty()) {
        timers.remove(from);
      }
    }
    if (to != null) {
      List<Timer> at = timers.computeIfAbsent(to, time -> new ArrayList<>());
      if (!at.contains(timer)) {
        at.add(timer);
      }
    }
  }

  /** All timers, for the check that none is left behind. */
  List<Timer> timers() {
    return timers.values().stream().flatMap(List::stream).toList();
  }
}
