package io.tracetide.alert.deliver;

import java.util.function.Predicate;

/**
 * An integration of a receiver: what notifications are delivered to. {@link LineSettings} has what
 * a reload can change of it.
 *
 * @param name of the integration, which is the receiver in notifications
 * @param groupId consumer group with the offsets of its deliveries
 * @param concerns whether a key of {@code notifications} belongs to it
 */
record Receiver(String name, String groupId, Predicate<String> concerns) {}
