package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.Post.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a webhook has received, in the order of arrival, for a receiver whose notifications
 * are neither limited nor repeated without a change, and which answers all of them with 200.
 *
 * <ul>
 *   <li>A notification that arrives again (an extra delivery) has the same idempotency key and the
 *       same content, and no newer one of its group was received before.
 *   <li>The first deliveries of a group are in the order of their sequence. While the group fires,
 *       the sequence has no gap: each notification was received.
 *   <li>An episode that was received as resolved is not received as firing afterwards.
 *   <li>A notification has the whole group: every alert that fired in the one before, as firing or
 *       as resolved. Two instances that decided on parts of a group would break this.
 *   <li>A notification has news: an episode that did not fire in the one before, or one that fired
 *       there and is resolved. A report that was repeated or read twice would break this.
 * </ul>
 */
final class DeliveryAudit {

  /** Names of the guarantees. */
  enum Guarantee {
    SAME_KEY("an extra delivery has the same key and content"),
    ORDER("no older state after a newer one"),
    NO_GAP("no notification of a firing group is missing"),
    RESOLVED_LAST("no alert fires after it was resolved"),
    WHOLE_GROUP("no group is split"),
    NEWS("no notification without a change");

    private final String text;

    Guarantee(String text) {
      this.text = text;
    }
  }

  private final Map<Guarantee, List<String>> violations = new LinkedHashMap<>();
  private final Map<String, Post> byKey = new HashMap<>();
  private final Map<String, Post> newestOfGroup = new HashMap<>();
  private final Set<String> resolved = new HashSet<>();
  private final Map<String, Integer> extras = new HashMap<>();
  private int received;

  private DeliveryAudit() {
    for (Guarantee guarantee : Guarantee.values()) {
      violations.put(guarantee, new ArrayList<>());
    }
  }

  static DeliveryAudit of(List<Post> posts) {
    DeliveryAudit audit = new DeliveryAudit();
    posts.forEach(audit::add);
    return audit;
  }

  private void add(Post post) {
    received++;
    @Nullable Post earlier = byKey.putIfAbsent(post.key(), post);
    String group = post.receiver() + "|" + post.group();
    @Nullable Post before = newestOfGroup.get(group);
    if (earlier != null) {
      extra(post, earlier, before);
    } else {
      first(post, before);
      if (before == null || post.sequence() > before.sequence()) {
        newestOfGroup.put(group, post);
      }
    }
    for (State state : post.alerts()) {
      String episode = post.receiver() + "|" + state.episode();
      if (!state.firing()) {
        resolved.add(episode);
      } else if (resolved.contains(episode)) {
        found(Guarantee.RESOLVED_LAST, post, "has " + state.episode() + " firing");
      }
    }
  }

  private void extra(Post post, Post earlier, @Nullable Post newest) {
    extras.merge(post.receiver(), 1, Integer::sum);
    if (!isSame(post, earlier)) {
      found(Guarantee.SAME_KEY, post, "has the key of " + earlier.text());
    }
    if (newest != null && newest.sequence() > post.sequence()) {
      found(Guarantee.ORDER, post, "came again after sequence " + newest.sequence());
    }
  }

  private static boolean isSame(Post a, Post b) {
    return a.receiver().equals(b.receiver())
        && a.group().equals(b.group())
        && a.sequence() == b.sequence()
        && Set.copyOf(a.alerts()).equals(Set.copyOf(b.alerts()));
  }

  private void first(Post post, @Nullable Post before) {
    Set<Episode> firing = post.episodes(true);
    Set<Episode> ended = post.episodes(false);
    if (before == null) {
      if (!ended.isEmpty()) {
        found(Guarantee.NEWS, post, "is the first one, and has resolved " + ended);
      }
      return;
    }
    if (post.sequence() <= before.sequence()) {
      found(Guarantee.ORDER, post, "came after sequence " + before.sequence());
      return;
    }
    Set<Episode> known = before.episodes(true);
    if (before.fires() && post.sequence() != before.sequence() + 1) {
      found(Guarantee.NO_GAP, post, "came after sequence " + before.sequence());
      return;
    }
    Set<Episode> left = new HashSet<>(known);
    left.removeAll(firing);
    left.removeAll(ended);
    if (!left.isEmpty()) {
      found(Guarantee.WHOLE_GROUP, post, "is without " + left);
    }
    Set<Episode> unknown = new HashSet<>(ended);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      found(Guarantee.NEWS, post, "has resolved alerts that did not fire: " + unknown);
    } else if (ended.isEmpty() && known.containsAll(firing)) {
      found(Guarantee.NEWS, post, "has the state of sequence " + before.sequence());
    }
  }

  private void found(Guarantee guarantee, Post post, String what) {
    violations.getOrDefault(guarantee, List.of()).add(post.text() + " " + what);
  }

  /**
   * Notes a violation for each set of alerts that had to be notified together and whose firing
   * states were first received in different notifications of a receiver.
   */
  void requireTogether(String receiver, List<Post> posts, Collection<Set<Episode>> sets) {
    Map<Episode, Set<Episode>> setOf = new HashMap<>();
    sets.forEach(set -> set.forEach(episode -> setOf.put(episode, set)));
    Set<Set<Episode>> begun = new HashSet<>();
    for (Post post : posts) {
      if (!post.receiver().equals(receiver)) {
        continue;
      }
      Set<Episode> firing = post.episodes(true);
      Set<Set<Episode>> here =
          firing.stream().filter(setOf::containsKey).map(setOf::get).collect(Collectors.toSet());
      here.removeAll(begun);
      for (Set<Episode> set : here) {
        Set<Episode> missing = new HashSet<>(set);
        missing.removeAll(firing);
        if (!missing.isEmpty()) {
          found(Guarantee.WHOLE_GROUP, post, "is without " + missing + ", accepted together");
        }
      }
      begun.addAll(here);
    }
  }

  /** The keys that were received. */
  Set<String> keys() {
    return Set.copyOf(byKey.keySet());
  }

  /** Extra deliveries by receiver. */
  Map<String, Integer> extras() {
    return Map.copyOf(extras);
  }

  List<String> violations(Guarantee guarantee) {
    return List.copyOf(violations.getOrDefault(guarantee, List.of()));
  }

  /**
   * The result for each guarantee.
   *
   * @param disturbances kills and freezes: each may cause one extra delivery to each receiver
   */
  List<Property> properties(int disturbances) {
    List<Property> properties = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    extras.forEach(
        (receiver, count) -> {
          if (count > disturbances) {
            tooMany.add("%s: %d extra deliveries".formatted(receiver, count));
          }
        });
    properties.add(
        Property.of(
            "extra deliveries",
            tooMany,
            "%d of %d requests, by receiver %s; at most one per receiver and disturbance, of which"
                + " there were %d",
            received - byKey.size(),
            received,
            extras,
            disturbances));
    violations.forEach(
        (guarantee, found) ->
            properties.add(
                Property.of(
                    guarantee.text,
                    found,
                    "%d notifications of %d groups, %d violations",
                    byKey.size(),
                    newestOfGroup.size(),
                    found.size())));
    return properties;
  }
}
