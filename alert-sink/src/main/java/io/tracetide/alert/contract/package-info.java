/**
 * Conversion between the Avro contracts and the decision: anomalies in, alerts and notifications
 * out.
 */
@NullMarked
package io.tracetide.alert.contract;

import org.jspecify.annotations.NullMarked;
