/**
 * Reliable delivery of the records of a topic to something that is not Kafka: at least once, in
 * order within a lane, with retries, and with offsets that are committed only when a record is
 * done.
 */
@NullMarked
package io.tracetide.runtime.kafka.delivery;

import org.jspecify.annotations.NullMarked;
