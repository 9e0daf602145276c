package io.tracetide.processor.query.live;

import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.processor.query.live.view.LiveView;
import io.tracetide.processor.query.live.view.SharedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Channels by the tenants and services whose changes they show: a change is offered only to
 * channels that may show it.
 */
final class ChannelIndex {
  private final Map<Entry, Set<LiveChannel>> channels = new HashMap<>();

  /** An empty name stands for all. */
  private record Entry(LiveTopic topic, Optional<String> tenant, Optional<String> service) {}

  void add(LiveChannel channel) {
    entries(channel)
        .forEach(
            entry -> channels.computeIfAbsent(entry, of -> new LinkedHashSet<>()).add(channel));
  }

  void remove(LiveChannel channel) {
    entries(channel)
        .forEach(
            entry ->
                channels.computeIfPresent(
                    entry,
                    (of, set) -> {
                      set.remove(channel);
                      return set.isEmpty() ? null : set;
                    }));
  }

  /** Passes on the channels that may show a change, each once. */
  void each(SharedChange change, Consumer<LiveChannel> reader) {
    Optional<String> tenant = Optional.of(change.tenant());
    Optional<String> service = Optional.of(change.service());
    Optional<String> all = Optional.empty();
    visit(new Entry(change.topic(), tenant, service), reader);
    visit(new Entry(change.topic(), tenant, all), reader);
    visit(new Entry(change.topic(), all, service), reader);
    visit(new Entry(change.topic(), all, all), reader);
  }

  private void visit(Entry entry, Consumer<LiveChannel> reader) {
    channels.getOrDefault(entry, Set.of()).forEach(reader);
  }

  /** A channel names either all or some tenants, and all or some services. */
  private static List<Entry> entries(LiveChannel channel) {
    LiveView view = channel.view();
    List<Entry> entries = new ArrayList<>();
    for (Optional<String> tenant : names(view.tenants().isAll(), view.tenants().names())) {
      for (Optional<String> service : names(view.services().isEmpty(), view.services())) {
        entries.add(new Entry(view.topic(), tenant, service));
      }
    }
    return entries;
  }

  private static List<Optional<String>> names(boolean all, Collection<String> names) {
    return all ? List.of(Optional.empty()) : names.stream().map(Optional::of).toList();
  }
}
