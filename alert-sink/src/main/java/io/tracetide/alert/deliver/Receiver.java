package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import java.util.function.Predicate;

/**
 * A receiver of notifications.
 *
 * @param name as in the configuration
 * @param groupId consumer group with the offsets of its deliveries
 * @param concerns whether a key of {@code notifications} belongs to it
 * @param channel of its deliveries
 */
record Receiver(String name, String groupId, Predicate<String> concerns, Channel channel) {}
