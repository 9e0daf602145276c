package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import java.util.function.Predicate;

/**
 * Somebody who is told.
 *
 * @param name as in the configuration
 * @param groupId the consumer group whose offsets say what it was told
 * @param concerns which keys of {@code notifications} are its own
 * @param channel how it is reached
 */
record Receiver(String name, String groupId, Predicate<String> concerns, Channel channel) {}
