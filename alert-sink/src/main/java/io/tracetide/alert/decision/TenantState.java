package io.tracetide.alert.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Alerts, groups, silences and timers of one tenant. What is put is read back at once; all changes
 * of one input are durable together or not at all.
 */
public interface TenantState extends TenantView {

  void put(TrackedAlert alert);

  void removeAlert(String fingerprint);

  void put(AlertGroup group);

  /** Removes a group without members. */
  void removeGroup(String key);

  void putMember(String groupKey, Member member);

  void removeMember(String groupKey, String fingerprint);

  void put(AlertSilence silence);

  void removeSilence(String id);

  /**
   * Moves a timer.
   *
   * @param from its present time; null if there is none
   * @param to its next time; null for none
   */
  void schedule(Timer timer, @Nullable Instant from, @Nullable Instant to);
}
