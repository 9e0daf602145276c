/** Conversion of one request to Kafka records: limits, accepted and refused records. */
@NullMarked
package io.tracetide.gateway.record;

import org.jspecify.annotations.NullMarked;
