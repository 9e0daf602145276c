package io.tracetide.alert.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.topic.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was last delivered about each group of each receiver: its newest notification, and the value
 * that the channel keeps. Every change is written to {@code delivery-state}, from which the changes
 * of other instances are read. At most {@value #MAX_GROUPS} groups are held, those that changed
 * last. Thread-safe.
 */
public final class DeliveryStates {
  static final int MAX_GROUPS = 200_000;

  /** UTF-16 characters of a value of a channel. */
  static final int MAX_VALUE = 4_096;

  private static final Logger log = LoggerFactory.getLogger(DeliveryStates.class);

  private final Producer<byte[], byte[]> producer;
  private final Map<String, GroupState> states = new LinkedHashMap<>();

  /**
   * Without any state.
   *
   * @param producer for {@code delivery-state}; stays the caller's to close
   */
  public DeliveryStates(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /** Whether exactly this notification was delivered. */
  public boolean isDelivered(Notification notification) {
    return state(key(notification)).isOf(notification);
  }

  /** Whether a newer notification of its receiver and group was delivered. */
  public boolean isStale(Notification notification) {
    return state(key(notification)).isNewerThan(notification);
  }

  /**
   * The record of the state after the delivery of a notification, to be written together with the
   * outcome, and then to be read.
   */
  public ProducerRecord<byte[], byte[]> afterDelivery(Notification notification) {
    String key = key(notification);
    GroupState known = state(key);
    return record(key, known.isNewerThan(notification) ? known : known.delivered(notification));
  }

  /** Adds a state that is in the topic, unless a newer one is known. */
  public synchronized void read(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || value == null) {
      return;
    }
    String name = new String(key, UTF_8);
    GroupState.parse(new String(value, UTF_8))
        .filter(read -> read.revision() > state(name).revision())
        .ifPresent(read -> put(name, read));
  }

  /** The values of the channel of a receiver. */
  public DeliveryMemory memoryOf(String receiver) {
    return new DeliveryMemory() {
      @Override
      public Optional<String> get(String groupKey) {
        String value = state(key(receiver, groupKey)).value();
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
      }

      @Override
      public void put(String groupKey, String value) {
        if (value.length() > MAX_VALUE) {
          log.warn("value of a channel is too long, not kept receiver={}", receiver);
          remove(groupKey);
        } else {
          change(key(receiver, groupKey), value);
        }
      }

      @Override
      public void remove(String groupKey) {
        change(key(receiver, groupKey), "");
      }
    };
  }

  private void change(String key, String value) {
    ProducerRecord<byte[], byte[]> change;
    synchronized (this) {
      GroupState known = state(key);
      if (known.value().equals(value)) {
        return;
      }
      GroupState next = known.withValue(value);
      put(key, next);
      change = record(key, next);
    }
    try {
      // A channel must work without the value, so its delivery does not wait for Kafka.
      var unused =
          producer.send(
              change,
              (sent, failure) -> {
                if (failure != null) {
                  log.warn("value of a channel not kept cause={}", failure.toString());
                }
              });
    } catch (KafkaException e) {
      log.warn("value of a channel not kept cause={}", e.toString());
    }
  }

  private synchronized GroupState state(String key) {
    return states.getOrDefault(key, GroupState.NONE);
  }

  private void put(String key, GroupState state) {
    states.remove(key);
    states.put(key, state);
    if (states.size() > MAX_GROUPS) {
      states.remove(states.keySet().iterator().next());
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String key, GroupState state) {
    return new ProducerRecord<>(
        Topics.DELIVERY_STATE, key.getBytes(UTF_8), state.text().getBytes(UTF_8));
  }

  private static String key(Notification notification) {
    return key(notification.getReceiver(), notification.getGroupKey());
  }

  private static String key(String receiver, String groupKey) {
    return receiver + "|" + groupKey;
  }
}
