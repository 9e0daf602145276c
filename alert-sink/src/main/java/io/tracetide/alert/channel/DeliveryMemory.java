package io.tracetide.alert.channel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values that a channel keeps per group from one delivery to the next, such as the id of the Slack
 * message that is updated. A value may be lost or out of date after a crash, so a channel must work
 * without it.
 */
public interface DeliveryMemory {

  /** The value of the group. */
  Optional<String> get(String groupKey);

  /** Replaces the value of the group. */
  void put(String groupKey, String value);

  /** Removes the value of the group, after its resolution was delivered. */
  void remove(String groupKey);

  /** A memory that lasts as long as the process. */
  static DeliveryMemory inProcess() {
    Map<String, String> values = new ConcurrentHashMap<>();
    return new DeliveryMemory() {
      @Override
      public Optional<String> get(String groupKey) {
        return Optional.ofNullable(values.get(groupKey));
      }

      @Override
      public void put(String groupKey, String value) {
        values.put(groupKey, value);
      }

      @Override
      public void remove(String groupKey) {
        values.remove(groupKey);
      }
    };
  }
}
