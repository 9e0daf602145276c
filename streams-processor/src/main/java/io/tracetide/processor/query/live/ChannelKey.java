package io.tracetide.processor.query.live;

import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.runtime.access.Tenants;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes two subscriptions equal: one sequence of messages serves all of them.
 *
 * @param parameters without the tenant
 * @param tenants whose changes are shown
 */
record ChannelKey(LiveTopic topic, Map<String, List<String>> parameters, Tenants tenants) {

  /** The key of a subscription as it was requested. */
  static ChannelKey of(LiveTopic topic, Map<String, List<String>> values, Tenants tenants) {
    Map<String, List<String>> parameters = new TreeMap<>();
    values.forEach(
        (name, list) -> {
          if (!name.equals("tenant")) {
            parameters.put(name, List.copyOf(list));
          }
        });
    return new ChannelKey(topic, parameters, tenants);
  }
}
