/**
 * Decides notifications: one state machine per alert. Pure: values in, values out; no Kafka, no
 * contracts, no clock.
 */
@NullMarked
package io.tracetide.alert.decision;

import org.jspecify.annotations.NullMarked;
