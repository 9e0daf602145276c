package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import java.util.function.Predicate;

/**
 * A receiver of notifications.
 *
 * @param name as in the configuration
 * @param groupId the consumer group whose offsets say what was delivered to it
 * @param concerns whether a key of {@code notifications} belongs to it
 * @param channel how it is reached
 */
record Receiver(String name, String groupId, Predicate<String> concerns, Channel channel) {}
