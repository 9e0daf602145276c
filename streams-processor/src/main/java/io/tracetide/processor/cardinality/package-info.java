/**
 * Keeps the number of series bounded: names of operations become templates, and names beyond the
 * limits are folded into one. Pure: no Kafka.
 */
@NullMarked
package io.tracetide.processor.cardinality;

import org.jspecify.annotations.NullMarked;
