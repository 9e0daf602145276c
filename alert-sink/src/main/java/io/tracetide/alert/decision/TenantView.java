package io.tracetide.alert.decision;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alerts, groups and silences of one tenant, for reading. */
public interface TenantView {

  String tenant();

  @Nullable TrackedAlert alert(String fingerprint);

  @Nullable AlertGroup group(String key);

  @Nullable Member member(String groupKey, String fingerprint);

  /** The members of a group, ordered by fingerprint. */
  List<Member> members(String groupKey);

  /** All silences that were not removed, expired ones included. */
  Collection<AlertSilence> silences();

  /** Fingerprints of all alerts. */
  List<String> fingerprints();

  /** Firing alerts that may inhibit others. */
  Inhibitors inhibitors();
}
