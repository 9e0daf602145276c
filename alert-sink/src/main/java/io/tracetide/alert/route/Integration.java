package io.tracetide.alert.route;

/**
 * One channel of a receiver, with deliveries of its own.
 *
 * @param name of its deliveries: the receiver's name, or {@code receiver/kind} if it has several
 * @param sendResolved whether it is notified of resolutions
 */
public record Integration(String name, boolean sendResolved) {}
